package guidepost.calls;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Says when a watcher is told how far it is, though nothing that it watches has changed: a client
/// that wrote at a revision can wait for that revision on any watch, and after a cut a watch
/// resumes from where it was told to be, so it never finds that the log was trimmed past it.
///
/// ```
///   told 40 ── long ago ── 41 ─▶ told 41 at once
///   told 41 ── 42, and then nothing for QUIET ─▶ told 42
///   told 42 ── 43 44 45 … without a pause ─▶ told 99 after TIME_MAX
/// ```
///
/// Threads: one at a time.
public final class ProgressTimer {

  /// Revisions after which it is due: fewer than a log keeps whatever its age.
  public static final int REVISIONS_MAX = 256;

  /// After so long it is due while others write: bounds what a watcher costs at any rate of writes.
  public static final Duration TIME_MAX = Duration.ofSeconds(1);

  /// After so long without a new revision it is due: the domain is quiet, and nothing else comes.
  public static final Duration QUIET = Duration.ofMillis(20);

  private final LongSupplier nanoTime;
  private long told;
  private long toldAt;
  private long seen;
  private long seenAt;
  private boolean isFirst = true;

  /// A timer for a watcher that knows a revision. The first that [#isDue] hears of is due at once.
  ///
  /// @param told the revision that is known
  /// @param nanoTime monotonic
  public ProgressTimer(long told, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.told = told;
    this.toldAt = nanoTime.getAsLong();
    this.seen = told;
    this.seenAt = toldAt;
  }

  /// Everything up to this revision was told.
  public void told(long revision) {
    told = revision;
    toldAt = nanoTime.getAsLong();
    isFirst = false;
  }

  /// True if a revision is to be told though more may come right after it.
  ///
  /// @param revision up to which nothing else is to be told
  /// @param oldest that can be resumed from now; 0: nothing was ever trimmed
  public boolean isOverdue(long revision, long oldest) {
    long passed = revision - told;
    return passed > 0
        && (passed >= revisionsMax(revision, oldest)
            || nanoTime.getAsLong() - toldAt >= TIME_MAX.toNanos());
  }

  /// True if the newest revision is to be told. Asked again and again, it becomes true at the
  /// latest [#QUIET] after the last new revision, and [#TIME_MAX] after something was told.
  ///
  /// @param newest up to which nothing else is to be told, now
  /// @param oldest that can be resumed from now; 0: nothing was ever trimmed
  public boolean isDue(long newest, long oldest) {
    if (newest != seen) {
      seen = newest;
      seenAt = nanoTime.getAsLong();
    }
    return isOverdue(newest, oldest)
        || (isOwed(newest) && (isFirst || nanoTime.getAsLong() - seenAt >= QUIET.toNanos()));
  }

  /// True if the newest revision was not told, be it due or not.
  public boolean isOwed(long newest) {
    return newest > told;
  }

  /// Of a log that is kept shorter than that, half.
  private static long revisionsMax(long revision, long oldest) {
    return oldest <= 0 ? REVISIONS_MAX : Math.clamp((revision - oldest) / 2, 1, REVISIONS_MAX);
  }
}
