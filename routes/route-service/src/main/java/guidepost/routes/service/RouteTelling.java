package guidepost.routes.service;

import com.google.protobuf.Timestamp;
import guidepost.calls.Failures;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.routes.table.Route;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes messages of routes, with the time at which each was written if that is asked for.
///
/// Cost: with times a read of the journal for each revision that is not the one before, which may
/// wait for the disk.
///
/// Threads: one at a time.
final class RouteTelling {

  /// Far more than an answer has of revisions beside each other.
  private static final int KEPT_MAX = 4_096;

  private final @Nullable Journal journal;
  private final Map<Long, Optional<Timestamp>> times = new HashMap<>();

  private RouteTelling(@Nullable Journal journal) {
    this.journal = journal;
  }

  /// Says nothing of times.
  static RouteTelling withoutTimes() {
    return new RouteTelling(null);
  }

  /// Says when routes were written, as far as the journal knows.
  static RouteTelling withTimes(Journal journal) {
    return new RouteTelling(journal);
  }

  /// @throws io.grpc.StatusRuntimeException if the journal cannot be read
  guidepost.routes.v1.Route message(Route route) {
    guidepost.routes.v1.Route message = V1Messages.message(route);
    return time(route.revision())
        .map(time -> message.toBuilder().setUpdateTime(time).build())
        .orElse(message);
  }

  private Optional<Timestamp> time(long revision) {
    Journal read = journal;
    if (read == null) {
      return Optional.empty();
    }
    Optional<Timestamp> known = times.get(revision);
    if (known == null) {
      known = read(read, revision);
      if (times.size() >= KEPT_MAX) {
        times.clear();
      }
      times.put(revision, known);
    }
    return known;
  }

  private static Optional<Timestamp> read(Journal journal, long revision) {
    try {
      return journal.timeOf(revision).map(RouteTelling::timestamp);
    } catch (JournalException e) {
      throw Failures.notRead(e);
    }
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
