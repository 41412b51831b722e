package guidepost.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/// One line a cause a minute, and how many were left out.
final class QuietLogTest {

  private final List<String> lines = new ArrayList<>();
  private long now;
  private final QuietLog quiet = new QuietLog(logger(), () -> now);

  private Logger logger() {
    return (Logger)
        Proxy.newProxyInstance(
            Logger.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (_, method, arguments) -> {
              lines.add(method.getName() + " " + arguments[0]);
              return null;
            });
  }

  @Test
  void shouldSayTheSameOnceAMinuteAndCountTheRest() {
    for (int i = 0; i < 700; i++) {
      quiet.error("full", "the disk is full");
    }
    quiet.error("else", "something else");
    assertThat(lines).containsExactly("error the disk is full", "error something else");
    now += Duration.ofMinutes(1).toNanos() - 1;
    quiet.error("full", "the disk is full");
    assertThat(lines).hasSize(2);
    now++;
    quiet.error("full", "the disk is full");
    quiet.error("full", "the disk is full");
    assertThat(lines).hasSize(3).endsWith("error the disk is full (and 700 times more before)");
  }

  @Test
  void shouldLetNobodysWordsMakeAnotherLineOrFillADisk() {
    quiet.warn("a", "type b\nFAKE \u001b[31m" + "x".repeat(300_000));
    assertThat(lines.getFirst())
        .startsWith("warn type b\\x0AFAKE \\x1B[31mx")
        .endsWith("x... (300,017 characters)")
        .hasSizeLessThan(600);
  }

  @Test
  void shouldForgetCausesThatAreOver() {
    for (int i = 0; i < 1_000; i++) {
      quiet.warn("stranger " + i, "stranger " + i);
    }
    now += Duration.ofMinutes(2).toNanos();
    lines.clear();
    quiet.warn("operator", "something the operator must know");
    assertThat(lines).containsExactly("warn something the operator must know");
  }

  @Test
  void shouldHoldAFewCausesHoweverManyThereAre() {
    for (int i = 0; i < 10_000; i++) {
      quiet.error("cause " + i, "cause " + i);
    }
    assertThat(lines).hasSize(65);
  }
}
