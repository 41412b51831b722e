package guidepost.routes.service;

import com.google.protobuf.Timestamp;
import guidepost.journal.JournalException;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.v1.Moment;
import java.time.DateTimeException;
import java.time.Instant;

/// Which state of the tables a question is about.
final class Moments {

  private static final int NANOS_MAX = 999_999_999;

  private Moments() {}

  /// True if a moment is the present, for which nothing must be undone.
  static boolean isNow(Moment moment) {
    return moment.getMomentCase() == Moment.MomentCase.MOMENT_NOT_SET;
  }

  /// The revision that a moment means.
  ///
  /// @param field for messages
  static long revision(RouteHistory history, String field, Moment moment) throws JournalException {
    return switch (moment.getMomentCase()) {
      case MOMENT_NOT_SET -> history.revisions().newest();
      case REVISION -> moment.getRevision();
      case TIME -> history.revisions().at(instant(field, moment.getTime()));
    };
  }

  /// Refuses a time that is none.
  ///
  /// @param field for messages
  /// @throws InvalidRouteException if it is none
  static void check(String field, Moment moment) {
    if (moment.hasTime()) {
      var _ = instant(field, moment.getTime());
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

  /// A table at a moment.
  static PublishedRoutes.State state(RouteHistory history, String table, Moment moment)
      throws JournalException {
    long revision = revision(history, "at", moment);
    return new PublishedRoutes.State(history.at(table, revision), revision);
  }
}
