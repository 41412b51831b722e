package guidepost.routes.service;

import com.google.protobuf.Timestamp;
import guidepost.common.v1.AsOf;
import guidepost.journal.JournalException;
import guidepost.routes.table.InvalidRouteException;
import java.time.DateTimeException;
import java.time.Instant;

/// Which state of the tables a question is about.
final class AsOfReader {

  private static final int NANOS_MAX = 999_999_999;

  private AsOfReader() {}

  /// True if it is the newest one, for which nothing must be undone.
  static boolean isNewest(AsOf asOf) {
    return asOf.getStateCase() == AsOf.StateCase.STATE_NOT_SET;
  }

  /// The revision that is meant.
  ///
  /// @param field for messages
  static long revision(RouteHistory history, String field, AsOf asOf) throws JournalException {
    return switch (asOf.getStateCase()) {
      case STATE_NOT_SET -> history.revisions().newest();
      case REVISION -> asOf.getRevision();
      case TIME -> history.revisions().at(instant(field, asOf.getTime()));
    };
  }

  /// Rejects a time that is none.
  ///
  /// @param field for messages
  /// @throws InvalidRouteException if it is none
  static void check(String field, AsOf asOf) {
    if (asOf.hasTime()) {
      var _ = instant(field, asOf.getTime());
    }
  }

  private static Instant instant(String field, Timestamp time) {
    long seconds = time.getSeconds();
    int nanos = time.getNanos();
    if (nanos < 0 || nanos > NANOS_MAX) {
      throw new InvalidRouteException(
          "time.nanos", field + ".time.nanos", Integer.toString(nanos), "must be 0.." + NANOS_MAX);
    }
    try {
      return Instant.ofEpochSecond(seconds, nanos);
    } catch (DateTimeException | ArithmeticException e) {
      throw new InvalidRouteException(
          "time.range", field + ".time", Long.toString(time.getSeconds()), "is no time");
    }
  }

  /// A table as of a state.
  ///
  /// @param table its full name
  static PublishedRoutes.State state(RouteHistory history, String table, AsOf asOf)
      throws JournalException {
    long revision = revision(history, "as_of", asOf);
    return new PublishedRoutes.State(history.at(table, revision), revision);
  }
}
