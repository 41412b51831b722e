package guidepost.guide.notes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Rate limit per author: a token bucket that holds one burst and refills at the sustained rate.
///
/// A bucket is the moment at which it would be full again, so a full one need not be remembered:
/// when there are too many, those that were used longest ago are forgotten.
///
/// Threads: any.
final class AuthorPace {

  /// Some 10 MB of names and moments.
  private static final int AUTHORS_MAX = 100_000;

  private final long nanosPerAction;
  private final long nanosOfBucket;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<String, Long> fullAt =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > AUTHORS_MAX;
        }
      };

  AuthorPace(NoteRules rules, LongSupplier nanoTime) {
    this.nanosPerAction = TimeUnit.MINUTES.toNanos(1) / rules.actionsPerMinute();
    this.nanosOfBucket = nanosPerAction * rules.actionsAtOnce();
    this.nanoTime = nanoTime;
  }

  /// Takes one action out of an author's bucket, if there is one.
  ///
  /// @return zero, or how long to wait for one
  Duration take(String author) {
    long now = nanoTime.getAsLong();
    lock.lock();
    try {
      @Nullable Long known = fullAt.get(author);
      long full = (known == null || known - now < 0 ? now : known) + nanosPerAction;
      if (full - now > nanosOfBucket) {
        return Duration.ofNanos(full - now - nanosOfBucket);
      }
      fullAt.put(author, full);
      return Duration.ZERO;
    } finally {
      lock.unlock();
    }
  }
}
