package guidepost.routes.service;

import com.google.protobuf.Timestamp;
import guidepost.journal.JournalException;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.v1.Moment;
import java.time.DateTimeException;
import java.time.Instant;

/// Which state of the tables a question is about.
final class Moments {

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

  private static Instant instant(String field, Timestamp time) {
    try {
      return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
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
