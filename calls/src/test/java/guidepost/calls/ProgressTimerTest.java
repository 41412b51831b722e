package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ProgressTimerTest {

  private final AtomicLong nanos = new AtomicLong(-5);
  private final ProgressTimer timer = new ProgressTimer(100, nanos::get);

  @BeforeEach
  void tell() {
    timer.told(100);
  }

  @Test
  void shouldBeDueAtOnceIfNothingWasToldForLong() {
    ProgressTimer fresh = new ProgressTimer(100, nanos::get);
    assertThat(fresh.isDue(100, 0)).isFalse();
    assertThat(fresh.isDue(101, 0)).isTrue();
    nanos.addAndGet(ProgressTimer.TIME_MAX.toNanos() - 1);
    assertThat(timer.isDue(101, 0)).isFalse();
    nanos.incrementAndGet();
    assertThat(timer.isDue(101, 0)).isTrue();
  }

  @Test
  void shouldBeDueOnceNoNewRevisionHasComeForAWhile() {
    assertThat(timer.isDue(101, 0)).isFalse();
    nanos.addAndGet(ProgressTimer.QUIET.toNanos() - 1);
    assertThat(timer.isDue(102, 0)).isFalse();
    nanos.addAndGet(ProgressTimer.QUIET.toNanos() - 1);
    assertThat(timer.isDue(102, 0)).isFalse();
    nanos.incrementAndGet();
    assertThat(timer.isDue(102, 0)).isTrue();
    timer.told(102);
    assertThat(timer.isDue(102, 0)).isFalse();
    assertThat(timer.isOwed(102)).isFalse();
    assertThat(timer.isOwed(103)).isTrue();
  }

  @Test
  void shouldBeDueAfterASecondWhileOthersWriteWithoutAPause() {
    long step = ProgressTimer.QUIET.toNanos() / 2;
    long steps = ProgressTimer.TIME_MAX.toNanos() / step;
    for (long i = 1; i < steps; i++) {
      nanos.addAndGet(step);
      assertThat(timer.isDue(100 + i, 0)).isFalse();
    }
    nanos.addAndGet(step);
    assertThat(timer.isDue(100 + steps, 0)).isTrue();
  }

  @Test
  void shouldBeOverdueAfterSoManyRevisions() {
    assertThat(timer.isOverdue(355, 0)).isFalse();
    assertThat(timer.isOverdue(356, 0)).isTrue();
    timer.told(356);
    assertThat(timer.isOverdue(357, 0)).isFalse();
  }

  @Test
  void shouldBeOverdueAfterSoMuchTimeIfAnythingChanged() {
    nanos.addAndGet(ProgressTimer.TIME_MAX.toNanos() - 1);
    assertThat(timer.isOverdue(101, 0)).isFalse();
    nanos.incrementAndGet();
    assertThat(timer.isOverdue(100, 0)).isFalse();
    assertThat(timer.isOverdue(101, 0)).isTrue();
    timer.told(101);
    assertThat(timer.isOverdue(102, 0)).isFalse();
  }

  @Test
  void shouldBeOverdueWhenHalfOfAShortLogHasPassed() {
    assertThat(timer.isOverdue(104, 95)).isTrue();
    assertThat(timer.isOverdue(104, 94)).isFalse();
    assertThat(timer.isOverdue(101, 101)).isTrue();
  }
}
