package guidepost.guide.service;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.index.Point;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class TimeOrderTest {

  private static List<Long> kept(long last, long... times) {
    List<TripFix> fixes = LongStream.of(times).mapToObj(TimeOrderTest::fix).toList();
    return TimeOrder.of(fixes, last).stream().map(TripFix::unixMillis).toList();
  }

  private static TripFix fix(long millis) {
    OptionalDouble unknown = OptionalDouble.empty();
    return new TripFix(new Point(0, 0), millis, unknown, unknown, unknown);
  }

  @Test
  void shouldTakeOutTheFixesOfAClockThatJumped() {
    assertThat(kept(0, 1, 2, 2, 3)).containsExactly(1L, 2L, 2L, 3L);
    assertThat(kept(0, 1, 900, 2, 3)).containsExactly(1L, 2L, 3L);
    assertThat(kept(0, 1, 2, 900, 901, 3, 4, 5)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(kept(0, 5, 6, 1, 7)).containsExactly(5L, 6L, 7L);
    assertThat(kept(0, 5, 900, 6)).containsExactly(5L, 6L);
    assertThat(kept(4, 3, 5, 2)).containsExactly(5L);
    assertThat(kept(9, 3, 5, 2)).isEmpty();
  }

  @Test
  void shouldKeepAsManyAsTryingOutKeeps() {
    Random random = Seed.random("TimeOrderTest");
    for (int round = 0; round < 500; round++) {
      long[] times = random.longs(random.nextInt(40), 0, 30).toArray();
      List<Long> kept = kept(5, times);
      assertThat(kept).as(Arrays.toString(times)).isSorted().hasSize(tried(times, 5));
      assertThat(kept).allMatch(time -> time >= 5);
    }
  }

  /// The most that can end at each, by looking at all before it.
  private static int tried(long[] times, long last) {
    int[] most = new int[times.length];
    for (int i = 0; i < times.length; i++) {
      int end = i;
      int before =
          IntStream.range(0, i)
              .filter(j -> times[j] <= times[end])
              .map(j -> most[j])
              .max()
              .orElse(0);
      most[i] = times[i] < last ? 0 : before + 1;
    }
    return IntStream.of(most).max().orElse(0);
  }
}
