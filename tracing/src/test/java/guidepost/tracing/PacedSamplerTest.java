package guidepost.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PacedSamplerTest {

  private static final int PER_SECOND = 50;

  private long now = Long.MAX_VALUE - 5; // the clock may go through its end
  private final PacedSampler sampler = new PacedSampler(PER_SECOND, () -> now);

  private boolean takes() {
    return sampler
            .shouldSample(
                Context.root(), "", "call", SpanKind.SERVER, Attributes.empty(), List.of())
            .getDecision()
        == SamplingDecision.RECORD_AND_SAMPLE;
  }

  private int takesOf(int calls) {
    int taken = 0;
    for (int i = 0; i < calls; i++) {
      taken += takes() ? 1 : 0;
    }
    return taken;
  }

  @Test
  void shouldTakeASecondsCallsAtOnceAndThenThoseOfTheTimeThatPassed() {
    assertThat(takesOf(1_000)).isEqualTo(PER_SECOND);
    now += TimeUnit.MILLISECONDS.toNanos(100);
    assertThat(takesOf(1_000)).isEqualTo(PER_SECOND / 10);
    now += TimeUnit.DAYS.toNanos(1);
    assertThat(takesOf(1_000)).isEqualTo(PER_SECOND);
  }

  @Test
  void shouldNeverTakeMoreThanItMayHoweverCallsCome() {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("PacedSamplerTest seed " + seed);
    Random random = new Random(seed);
    long begin = now;
    long taken = 0;
    for (int i = 0; i < 100_000; i++) {
      now += random.nextInt(20_000_000);
      taken += takesOf(random.nextInt(4));
      assertThat(taken)
          .isLessThanOrEqualTo(PER_SECOND + (now - begin) / (1_000_000_000 / PER_SECOND));
    }
    // Calls come three times as fast as they are taken, so nearly all that may be taken are.
    assertThat(taken).isGreaterThan((now - begin) / (1_000_000_000 / PER_SECOND) / 2);
  }
}
