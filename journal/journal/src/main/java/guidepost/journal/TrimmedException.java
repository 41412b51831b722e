package guidepost.journal;

import java.time.Instant;
import java.util.Optional;

/// The log no longer goes back to the revision asked for.
///
/// Threads: any; immutable.
public final class TrimmedException extends JournalException {

  private static final long serialVersionUID = 1;

  private final long oldestRevision;
  private final transient Optional<Instant> oldestTime;

  /// @param afterRevision the revision asked for
  /// @param oldestRevision the oldest one still in the log
  public TrimmedException(long afterRevision, long oldestRevision) {
    this(afterRevision, oldestRevision, Optional.empty());
  }

  /// @param afterRevision the revision asked for
  /// @param oldestRevision the oldest one still in the log
  /// @param oldestTime from when on the state is known
  public TrimmedException(long afterRevision, long oldestRevision, Instant oldestTime) {
    this(afterRevision, oldestRevision, Optional.of(oldestTime));
  }

  private TrimmedException(long afterRevision, long oldestRevision, Optional<Instant> oldestTime) {
    super(
        Reason.TRIMMED,
        "revision %d: the log no longer goes back that far; it does to revision %d"
            .formatted(afterRevision, oldestRevision - 1),
        null);
    this.oldestRevision = oldestRevision;
    this.oldestTime = oldestTime;
  }

  /// @param time the time asked for
  /// @param oldestRevision the oldest one still in the log
  /// @param oldestTime from when on the state is known
  public TrimmedException(Instant time, long oldestRevision, Instant oldestTime) {
    super(
        Reason.TRIMMED,
        "time %s: the log no longer goes back that far; it begins at %s"
            .formatted(time, oldestTime),
        null);
    this.oldestRevision = oldestRevision;
    this.oldestTime = Optional.of(oldestTime);
  }

  /// From when on the state is known, as far as that is known.
  public Optional<Instant> oldestTime() {
    return oldestTime;
  }

  /// The oldest revision still in the log.
  public long oldestRevision() {
    return oldestRevision;
  }
}
