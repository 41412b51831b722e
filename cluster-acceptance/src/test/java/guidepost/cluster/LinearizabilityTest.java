package guidepost.cluster;

import static guidepost.cluster.Linearizability.Op.read;
import static guidepost.cluster.Linearizability.Op.write;
import static guidepost.cluster.Linearizability.Outcome.CONFLICT;
import static guidepost.cluster.Linearizability.Outcome.OK;
import static guidepost.cluster.Linearizability.Outcome.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cluster.Linearizability.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// That the judge of histories sees what is wrong with one.
final class LinearizabilityTest {

  private static boolean holds(Op... ops) {
    return Linearizability.holds(List.of(ops), "0");
  }

  @Test
  void shouldTakeWhatOneServerCouldHaveDone() {
    assertThat(holds(read(0, 1, "0"), write(2, 3, "0", "a", OK), read(4, 5, "a"))).isTrue();
    assertThat(holds(write(0, 9, "0", "a", OK), read(1, 2, "0"), read(3, 4, "a")))
        .as("a write is done at one moment of its call")
        .isTrue();
    assertThat(holds(write(0, 9, "0", "a", OK), write(1, 8, "0", "b", CONFLICT), read(10, 11, "a")))
        .isTrue();
    assertThat(holds(write(0, 1, "0", "a", UNKNOWN), read(2, 3, "0"), read(4, 5, "a")))
        .as("what was given up may be done later")
        .isTrue();
    assertThat(holds(write(0, 1, "0", "a", UNKNOWN), read(2, 3, "0"), read(4, 5, "0"))).isTrue();
  }

  @Test
  void shouldRefuseWhatIsRead() {
    assertThat(holds(write(0, 1, "0", "a", OK), read(2, 3, "0"))).as("too old").isFalse();
    assertThat(holds(read(0, 1, "a"), write(2, 3, "0", "a", OK))).as("too new").isFalse();
    assertThat(holds(write(0, 9, "0", "a", OK), read(1, 2, "a"), read(3, 4, "0")))
        .as("backwards")
        .isFalse();
    assertThat(holds(write(0, 1, "0", "a", UNKNOWN), read(2, 3, "a"), read(4, 5, "0")))
        .as("backwards, of a write that was given up")
        .isFalse();
  }

  @Test
  void shouldRefuseTwoWritesThatReplacedTheSame() {
    assertThat(holds(write(0, 9, "0", "a", OK), write(1, 8, "0", "b", OK))).isFalse();
    assertThat(holds(write(0, 1, "0", "a", CONFLICT))).as("there was nothing else").isFalse();
    assertThat(holds(write(0, 1, "0", "a", OK), write(2, 3, "a", "b", OK), read(4, 5, "a")))
        .as("a write is lost")
        .isFalse();
  }

  /// A history of one server that does one thing after the other, and the same with one answer
  /// altered.
  @Test
  void shouldTellRandomHistoriesFromThoseOfWhichOneAnswerIsAltered() {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("LinearizabilityTest: -Dguidepost.seed=" + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<Op> history = new ArrayList<>();
      String value = "0";
      for (int i = 0; i < 60; i++) {
        long at = 10L * i;
        long begin = at - random.nextInt(40);
        long end = at + random.nextInt(40);
        if (random.nextBoolean()) {
          history.add(read(begin, end, value));
        } else if (random.nextInt(4) == 0) {
          history.add(write(begin, end, "none", "w" + i, CONFLICT));
        } else {
          history.add(write(begin, end, value, "w" + i, OK));
          value = "w" + i;
        }
      }
      assertThat(Linearizability.holds(history, "0")).isTrue();
      history.add(read(10_000, 10_001, value + "x"));
      assertThat(Linearizability.holds(history, "0")).isFalse();
    }
  }
}
