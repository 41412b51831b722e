package guidepost.calls;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// Which revision a question about an earlier state means.
///
/// Threads: any.
public final class PastRevisions {

  /// How far ahead of ours a caller's clock may be.
  private static final long CLOCK_AHEAD_SECONDS_MAX = 60;

  private final Journal journal;
  private final LongSupplier newest;
  private final InstantSource clock;

  /// @param newest the newest revision that readers see
  public PastRevisions(Journal journal, LongSupplier newest, InstantSource clock) {
    this.journal = journal;
    this.newest = newest;
    this.clock = clock;
  }

  /// The newest revision that readers see.
  public long newest() {
    return newest.getAsLong();
  }

  /// That revision, if there is one of that number yet.
  ///
  /// @throws io.grpc.StatusRuntimeException OUT_OF_RANGE if it is yet to come
  public long present(long revision) {
    if (revision < 0 || revision > newest()) {
      throw Failures.outOfRange(
          "revision %s: is yet to come; the newest is %d"
              .formatted(Long.toUnsignedString(revision), newest()));
    }
    return revision;
  }

  /// The revision that was the newest at a time.
  ///
  /// @throws io.grpc.StatusRuntimeException OUT_OF_RANGE if that is yet to come
  /// @throws guidepost.journal.CompactedException if the log does not go back that far
  public long at(Instant time) throws JournalException {
    if (time.isAfter(clock.instant().plusSeconds(CLOCK_AHEAD_SECONDS_MAX))) {
      throw Failures.outOfRange("time %s: is yet to come".formatted(time));
    }
    return Math.min(journal.revisionAt(time), newest());
  }
}
