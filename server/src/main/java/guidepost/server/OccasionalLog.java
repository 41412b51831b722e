package guidepost.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;

/// A log that strangers can cause: one line a while, with the number of those that were left out.
///
/// Threads: any.
final class OccasionalLog {

  /// A line now and then shows that it goes on.
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Logger log;
  private final AtomicLong next = new AtomicLong(System.nanoTime());
  private final AtomicInteger leftOut = new AtomicInteger();
  private final LongAdder all = new LongAdder();

  OccasionalLog(Logger log) {
    this.log = log;
  }

  /// How often something happened, logged or not.
  long count() {
    return all.sum();
  }

  void warn(String line) {
    all.increment();
    long now = System.nanoTime();
    long due = next.get();
    if (now - due >= 0 && next.compareAndSet(due, now + PAUSE_NANOS)) {
      int others = leftOut.getAndSet(0);
      log.warn("{}{}", line, others == 0 ? "" : " (and %d like it)".formatted(others));
    } else {
      leftOut.incrementAndGet();
    }
  }
}
