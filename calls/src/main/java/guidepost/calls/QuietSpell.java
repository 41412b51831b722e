package guidepost.calls;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Says when those who watch are to be told how far they are, though nothing that they watch has
/// changed: after a cut they resume from there, and never find that the log was trimmed past them.
///
/// ```
///   told 40        others change 41 … 296       256 revisions, or 10 s: told 296
/// ```
///
/// It looks at the time only when something has changed: while nothing does, nothing is trimmed.
///
/// Threads: one at a time.
public final class QuietSpell {

  /// Revisions after which it is over: fewer than a log keeps whatever its age.
  public static final int REVISIONS_MAX = 256;

  /// How long it lasts while others change: makes a resume cheap.
  public static final Duration TIME_MAX = Duration.ofSeconds(10);

  private final LongSupplier nanoTime;
  private long told;
  private long toldAt;

  /// A spell that begins now.
  ///
  /// @param told the revision that is known
  /// @param nanoTime monotonic
  public QuietSpell(long told, LongSupplier nanoTime) {
    this.told = told;
    this.nanoTime = nanoTime;
    this.toldAt = nanoTime.getAsLong();
  }

  /// Begins anew: everything up to this revision was told.
  public void told(long revision) {
    told = revision;
    toldAt = nanoTime.getAsLong();
  }

  /// True if that is to be told.
  ///
  /// @param revision up to which nothing else is to be told
  /// @param oldest that can be resumed from now; 0: nothing was ever trimmed
  public boolean isOver(long revision, long oldest) {
    long passed = revision - told;
    return passed > 0
        && (passed >= revisionsMax(revision, oldest)
            || nanoTime.getAsLong() - toldAt >= TIME_MAX.toNanos());
  }

  /// Of a log that is kept shorter than that, half.
  private static long revisionsMax(long revision, long oldest) {
    return oldest <= 0 ? REVISIONS_MAX : Math.clamp((revision - oldest) / 2, 1, REVISIONS_MAX);
  }
}
