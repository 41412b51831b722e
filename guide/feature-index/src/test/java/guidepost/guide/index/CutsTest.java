package guidepost.guide.index;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.testing.Seed;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CutsTest {

  private static final int MIN = 3;
  private static final int MAX = 6;
  private static final int BYTES_MAX = 100;

  private final Random random = Seed.random("CutsTest");

  @Test
  void shouldCutWhereTheSumOfHeightsAndWidthsIsTheLeast() {
    for (int round = 0; round < 200; round++) {
      int[] row = row(random.nextInt(13));
      int[] lengths = cut(row, 1);
      assertThat(Arrays.stream(lengths).sum()).isEqualTo(row.length);
      assertThat(cost(row, lengths)).as("%s", Arrays.toString(row)).isEqualTo(least(row, 0));
    }
  }

  @Test
  void shouldCutNoPieceTooLongOrWithTooManyBytes() {
    for (int round = 0; round < 50; round++) {
      int itsBytes = 1 + random.nextInt(120);
      int[] lengths = cut(row(1 + random.nextInt(200)), itsBytes);
      int most = Math.max(1, Math.min(MAX, BYTES_MAX / itsBytes));
      assertThat(Arrays.stream(lengths).boxed()).allMatch(length -> length >= 1 && length <= most);
    }
  }

  /// However the ends of portions fall: 16,384 things are cut at once.
  @Test
  void shouldLeaveNoPieceTooShortInALongRow() {
    for (int over = 0; over < 10; over++) {
      int[] row = row(16_380 + over);
      int[] lengths = cut(row, 1);
      assertThat(Arrays.stream(lengths).sum()).isEqualTo(row.length);
      assertThat(Arrays.stream(lengths).boxed()).allMatch(length -> length >= MIN && length <= MAX);
    }
  }

  /// Places on a line.
  private int[] row(int size) {
    return random.ints(size, 0, 1_000).toArray();
  }

  private static int[] cut(int[] row, int itsBytes) {
    Cuts cuts = new Cuts(MIN, MAX, BYTES_MAX);
    Arrays.stream(row).forEach(at -> cuts.add(at, -at, at, -at, itsBytes));
    cuts.end();
    assertThat(cuts.hasPieces()).isEqualTo(row.length > 0);
    return cuts.lengths();
  }

  private static long cost(int[] row, int[] lengths) {
    long cost = 0;
    int from = 0;
    for (int length : lengths) {
      cost += cost(row, from, from + length);
      from += length;
    }
    return cost;
  }

  /// A piece that is too short costs more than any other.
  private static long cost(int[] row, int from, int to) {
    int[] sorted = Arrays.stream(row, from, to).sorted().toArray();
    long missing = Math.max(MIN - sorted.length, 0);
    return 2L * (sorted[sorted.length - 1] - sorted[0]) + missing * 1_000_000;
  }

  /// By trying everything.
  private static long least(int[] row, int from) {
    if (from == row.length) {
      return 0;
    }
    long least = Long.MAX_VALUE;
    for (int to = from + 1; to <= Math.min(row.length, from + MAX); to++) {
      least = Math.min(least, cost(row, from, to) + least(row, to));
    }
    return least;
  }
}
