package guidepost.calls;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.TrimmedException;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Which revision a question about an earlier state means. What is rejected names the field of the
/// request, and the oldest revision that can be asked about.
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

  /// Makes something of a revision.
  @FunctionalInterface
  public interface Reading<T> {

    /// Reads what leads back to the revision.
    T of(long revision) throws JournalException;
  }

  /// The revision of a moment, whether or not the log still leads back to it.
  ///
  /// @throws StatusRuntimeException OUT_OF_RANGE if it does not exist yet; of a time, if the log
  ///   does not go back that far
  public long revision(Moment moment) throws JournalException {
    return switch (moment) {
      case Moment.Newest _ -> newest.getAsLong();
      case Moment.After after -> present(after);
      case Moment.At at -> at(at);
    };
  }

  /// The revision of a moment that the log leads back to.
  ///
  /// @throws StatusRuntimeException OUT_OF_RANGE if it does not exist yet, or the log does not go
  ///   back that far
  public long retained(Moment moment) throws JournalException {
    long revision = revision(moment);
    long oldest = journal.oldestRevision();
    if (revision < oldest - 1) {
      Optional<Instant> time = journal.timeOf(oldest - 1);
      throw trimmed(
          moment,
          time.map(each -> new TrimmedException(revision, oldest, each))
              .orElseGet(() -> new TrimmedException(revision, oldest)));
    }
    return revision;
  }

  /// What is made of the state of a moment.
  ///
  /// @throws StatusRuntimeException OUT_OF_RANGE if it does not exist yet, or `reading` finds that
  ///   the log does not go back that far
  public <T> T read(Moment moment, Reading<T> reading) throws JournalException {
    try {
      return reading.of(revision(moment));
    } catch (TrimmedException e) {
      throw trimmed(moment, e);
    }
  }

  private long present(Moment.After after) {
    long revision = after.revision();
    if (revision < 0 || revision > newest.getAsLong()) {
      throw Failures.rejected(
          Rejection.of(
                  Reason.REVISION_AHEAD,
                  after.field(),
                  after.value(),
                  "must be at most the newest, %d".formatted(newest.getAsLong()))
              .with("newest_revision", newest.getAsLong())
              .with("oldest_revision", journal.oldestRevision() - 1));
    }
    return revision;
  }

  private long at(Moment.At at) throws JournalException {
    if (at.time().isAfter(clock.instant().plusSeconds(CLOCK_AHEAD_SECONDS_MAX))) {
      throw Failures.rejected(
          Rejection.of(
                  Reason.TIME_AHEAD,
                  at.field(),
                  at.time(),
                  "must be at most %d s ahead of the server's clock"
                      .formatted(CLOCK_AHEAD_SECONDS_MAX))
              .with("newest_revision", newest.getAsLong())
              .with("oldest_revision", journal.oldestRevision() - 1));
    }
    try {
      return Math.min(journal.revisionAt(at.time()), newest.getAsLong());
    } catch (TrimmedException e) {
      throw trimmed(at, e);
    }
  }

  private static StatusRuntimeException trimmed(Moment moment, TrimmedException e) {
    return switch (moment) {
      case Moment.Newest _ -> Failures.notRead(e);
      case Moment.After after -> Failures.trimmed(after.field(), after.value(), e);
      case Moment.At at -> Failures.trimmed(at.field(), at.time(), e);
    };
  }
}
