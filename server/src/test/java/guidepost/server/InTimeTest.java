package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// How callers are told of a write in time: what that costs.
final class InTimeTest {

  /// Otherwise each call of a client that makes one after the other wakes the timer's thread, which
  /// costs more than all the rest of it.
  @Test
  void shouldWakeNoThreadForACallWhoseDeadlineIsFarAway() {
    ScheduledThreadPoolExecutor timer = (ScheduledThreadPoolExecutor) InTime.timer();
    try (InTime _ = new InTime(timer)) {
      Delayed head = (Delayed) Objects.requireNonNull(timer.getQueue().peek());
      assertThat(head.getDelay(TimeUnit.MILLISECONDS)).isLessThanOrEqualTo(50);
    }
  }
}
