package guidepost.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Says the same trouble once a minute, however often it comes: for what a client or a disk can
/// cause. What was left out is counted, and told with the next line of its cause.
///
/// Memory: bounded by [#CAUSES_MAX]; further causes share one count. Threads: any.
public final class QuietLog {

  /// Most causes that are told apart: a client may be able to make up causes.
  private static final int CAUSES_MAX = 64;

  /// A line a minute for each cause: a log stays readable, and shows that it goes on.
  private static final Duration PERIOD = Duration.ofMinutes(1);

  /// What a line shows of a text: enough for a path and a rule.
  private static final int LENGTH_MAX = 400;

  private static final String OTHERS = "others";

  private static final class Count {
    private long saidNanos;
    private long leftOut;
  }

  private final Logger log;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<String, Count> counts = new HashMap<>();

  /// @param log where the lines go
  public QuietLog(Logger log) {
    this(log, System::nanoTime);
  }

  QuietLog(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
  }

  /// Says it as a warning in one line.
  ///
  /// @param cause what makes it the same trouble
  /// @param text one line
  public void warn(String cause, String text) {
    line(cause, text).ifPresent(log::warn);
  }

  /// Says it as an error in one line.
  ///
  /// @param cause what makes it the same trouble
  /// @param text one line
  public void error(String cause, String text) {
    error(cause, text, null);
  }

  /// Says it as an error, with where it comes from.
  ///
  /// @param cause what makes it the same trouble
  /// @param text one line
  /// @param defect whose stack trace follows; null for none
  public void error(String cause, String text, @Nullable Throwable defect) {
    line(cause, text).ifPresent(line -> log.error(line, defect));
  }

  private Optional<String> line(String cause, String text) {
    long leftOut = turn(cause);
    if (leftOut < 0) {
      return Optional.empty();
    }
    String line = printable(text);
    return Optional.of(
        leftOut == 0 ? line : "%s (and %,d times more before)".formatted(line, leftOut));
  }

  /// A client's words may stand in a line, but must not make another one, steer a terminal, or fill
  /// a disk.
  static String printable(String text) {
    StringBuilder line = new StringBuilder();
    int end = Math.min(text.length(), LENGTH_MAX);
    for (int i = 0; i < end; i++) {
      char each = text.charAt(i);
      if (Character.isISOControl(each) || each == '\u2028' || each == '\u2029') {
        line.append("\\x%02X".formatted((int) each));
      } else {
        line.append(each);
      }
    }
    return text.length() > end
        ? line.append("... (%,d characters)".formatted(text.length())).toString()
        : line.toString();
  }

  /// @return how many were left out since the last line; negative if this one is left out too
  private long turn(String cause) {
    long now = nanoTime.getAsLong();
    lock.lock();
    try {
      if (counts.size() >= CAUSES_MAX && !counts.containsKey(cause)) {
        // What was last said long ago may be said again anyway; a stranger's causes do not stay.
        counts.values().removeIf(each -> now - each.saidNanos >= PERIOD.toNanos());
      }
      boolean known = counts.containsKey(cause) || counts.size() < CAUSES_MAX;
      String key = known ? cause : OTHERS;
      Count count = counts.get(key);
      if (count == null) {
        count = new Count();
        counts.put(key, count);
      } else if (now - count.saidNanos < PERIOD.toNanos()) {
        count.leftOut++;
        return -1;
      }
      long leftOut = count.leftOut;
      count.saidNanos = now;
      count.leftOut = 0;
      return leftOut;
    } finally {
      lock.unlock();
    }
  }
}
