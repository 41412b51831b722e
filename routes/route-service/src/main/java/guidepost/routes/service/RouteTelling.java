package guidepost.routes.service;

import guidepost.calls.RevisionTimes;
import guidepost.journal.Journal;
import guidepost.routes.table.Route;
import org.jspecify.annotations.Nullable;

/// Makes messages of routes, with the time at which each was written if that is asked for.
///
/// Cost: with times that of [RevisionTimes].
///
/// Threads: one at a time.
final class RouteTelling {

  private final @Nullable RevisionTimes times;

  private RouteTelling(@Nullable RevisionTimes times) {
    this.times = times;
  }

  /// Says nothing of times.
  static RouteTelling withoutTimes() {
    return new RouteTelling(null);
  }

  /// Says when routes were written, as far as the journal knows.
  static RouteTelling withTimes(Journal journal) {
    return new RouteTelling(new RevisionTimes(journal));
  }

  /// @throws io.grpc.StatusRuntimeException if the journal cannot be read
  guidepost.routes.v1.Route message(Route route) {
    guidepost.routes.v1.Route message = V1Messages.message(route);
    return times == null
        ? message
        : times
            .of(route.revision())
            .map(time -> message.toBuilder().setUpdateTime(time).build())
            .orElse(message);
  }
}
