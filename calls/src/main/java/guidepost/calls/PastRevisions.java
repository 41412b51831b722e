package guidepost.calls;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import io.grpc.StatusRuntimeException;
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
  /// @throws io.grpc.StatusRuntimeException OUT_OF_RANGE if there is none yet
  public long present(long revision) {
    if (revision < 0 || revision > newest()) {
      throw ahead("revision", Long.toUnsignedString(revision));
    }
    return revision;
  }

  private StatusRuntimeException ahead(String field, String revision) {
    return Failures.rejected(
        Rejection.of(
                Reason.REVISION_AHEAD,
                field,
                revision,
                "must be at most the newest, %d".formatted(newest()))
            .with("newest_revision", newest()));
  }

  /// The revision that was the newest at a time.
  ///
  /// @throws io.grpc.StatusRuntimeException OUT_OF_RANGE if that is ahead of the clock
  /// @throws guidepost.journal.TrimmedException if the log does not go back that far
  public long at(Instant time) throws JournalException {
    if (time.isAfter(clock.instant().plusSeconds(CLOCK_AHEAD_SECONDS_MAX))) {
      throw Failures.rejected(
          Rejection.of(Reason.TIME_AHEAD, "time", time, "must not be ahead of the server's clock"));
    }
    return Math.min(journal.revisionAt(time), newest());
  }
}
