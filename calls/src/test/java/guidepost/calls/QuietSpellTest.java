package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class QuietSpellTest {

  private final AtomicLong nanos = new AtomicLong(-5);
  private final QuietSpell spell = new QuietSpell(100, nanos::get);

  @Test
  void shouldEndAfterSoManyRevisions() {
    assertThat(spell.isOver(355, 0)).isFalse();
    assertThat(spell.isOver(356, 0)).isTrue();
    spell.told(356);
    assertThat(spell.isOver(357, 0)).isFalse();
  }

  @Test
  void shouldEndAfterSoMuchTimeIfAnythingChanged() {
    nanos.addAndGet(QuietSpell.TIME_MAX.toNanos() - 1);
    assertThat(spell.isOver(101, 0)).isFalse();
    nanos.incrementAndGet();
    assertThat(spell.isOver(100, 0)).isFalse();
    assertThat(spell.isOver(101, 0)).isTrue();
    spell.told(101);
    assertThat(spell.isOver(102, 0)).isFalse();
  }

  @Test
  void shouldEndWhenHalfOfAShortLogHasPassed() {
    assertThat(spell.isOver(104, 95)).isTrue();
    assertThat(spell.isOver(104, 94)).isFalse();
    assertThat(spell.isOver(101, 101)).isTrue();
  }
}
