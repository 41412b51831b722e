package guidepost.guide.index;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.geo.Point;
import guidepost.testing.Seed;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class HilbertTest {

  @Test
  void shouldVisitEveryCellOfAGridOnceAndOnlyStepToNeighbours() {
    int order = 6;
    int side = 1 << order;
    int[] xs = new int[side * side];
    int[] ys = new int[side * side];
    boolean[] visited = new boolean[side * side];
    for (int x = 0; x < side; x++) {
      for (int y = 0; y < side; y++) {
        int position = coarse(Hilbert.key(x << (32 - order), y << (32 - order)), order);
        assertThat(visited[position]).isFalse();
        visited[position] = true;
        xs[position] = x;
        ys[position] = y;
      }
    }
    for (int i = 1; i < side * side; i++) {
      assertThat(Math.abs(xs[i] - xs[i - 1]) + Math.abs(ys[i] - ys[i - 1])).isEqualTo(1);
    }
  }

  private static int coarse(long key, int order) {
    return (int) ((key ^ Long.MIN_VALUE) >>> (64 - 2 * order));
  }

  @Test
  void shouldGiveNeighbouringUnitsKeysOfTheirOwn() {
    Random random = Seed.random("HilbertTest");
    for (int i = 0; i < 10_000; i++) {
      int x = random.nextInt();
      int y = random.nextInt();
      assertThat(Hilbert.key(x, y)).isNotEqualTo(Hilbert.key(x + 1, y));
      assertThat(Hilbert.key(x, y)).isNotEqualTo(Hilbert.key(x, y + 1));
    }
  }

  @Test
  void shouldOrderTheFourQuartersOfTheWorldAsDrawn() {
    long southWest = Hilbert.key(new Point(-1, -1_800_000_000));
    long northWest = Hilbert.key(0, -1);
    long northEast = Hilbert.key(-1, -1);
    long southEast = Hilbert.key(-1, 0);
    assertThat(southWest).isLessThan(northWest);
    assertThat(northWest).isLessThan(northEast);
    assertThat(northEast).isLessThan(southEast);
  }
}
