package guidepost.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PluralTest {

  @Test
  void shouldUseTheSingularForOneAlone() {
    assertThat(Plural.of(1, "note")).isEqualTo("1 note");
    assertThat(Plural.of(0, "note")).isEqualTo("0 notes");
    assertThat(Plural.of(-1, "note")).isEqualTo("-1 notes");
    assertThat(Plural.of(2, "note")).isEqualTo("2 notes");
    assertThat(Plural.choose(1, "holds", "hold")).isEqualTo("holds");
    assertThat(Plural.choose(21, "holds", "hold")).isEqualTo("hold");
  }

  @Test
  void shouldKnowTheEndingsOfOurNouns() {
    assertThat(Plural.of(2, "entry")).isEqualTo("2 entries");
    assertThat(Plural.of(2, "batch")).isEqualTo("2 batches");
    assertThat(Plural.of(2, "fix")).isEqualTo("2 fixes");
    assertThat(Plural.of(2, "address")).isEqualTo("2 addresses");
  }

  @Test
  void shouldGroupDigitsWhereAskedTo() {
    assertThat(Plural.of(1_302, "route")).isEqualTo("1302 routes");
    assertThat(Plural.grouped(1_302, "line")).isEqualTo("1,302 lines");
  }
}
