package guidepost.guide.trips;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.geo.Point;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(kept(0, 1, 90_000, 2, 3)).containsExactly(1L, 2L, 3L);
    assertThat(kept(0, 1, 2, 90_000, 90_001, 3, 4, 5)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(kept(0, 5, 90_000, 6)).containsExactly(5L, 6L);
    assertThat(kept(4, 3, 5, 2)).containsExactly(5L);
    assertThat(kept(9, 3, 5, 2)).isEmpty();
  }

  @Test
  void shouldKeepAllOfAShuffledBatch() {
    assertThat(kept(0, 5, 60_005, 6)).containsExactly(5L, 6L, 60_005L);
    assertThat(kept(0, 300_000, 200_000, 100_000)).containsExactly(100_000L, 200_000L, 300_000L);
    Random random = Seed.random("TimeOrderTest");
    for (int round = 0; round < 200; round++) {
      List<Long> times =
          new ArrayList<>(
              LongStream.range(0, random.nextInt(1, 60)).map(i -> i * 1_000).boxed().toList());
      List<Long> sorted = List.copyOf(times);
      Collections.shuffle(times, random);
      assertThat(kept(0, times.stream().mapToLong(time -> time).toArray())).isEqualTo(sorted);
    }
  }

  @Test
  void shouldKeepWhatFollowsAPauseOfABatchThatCameNewestFirstOrShuffled() {
    List<Long> sorted = LongStream.range(0, 30).map(i -> i < 20 ? i : i + 600).boxed().toList();
    List<Long> millis = sorted.stream().map(seconds -> seconds * 1_000).toList();
    assertThat(kept(0, array(millis.reversed()))).isEqualTo(millis);
    List<Long> shuffled = new ArrayList<>(millis);
    Random random = Seed.random("TimeOrderTest");
    for (int round = 0; round < 200; round++) {
      Collections.shuffle(shuffled, random);
      assertThat(kept(0, array(shuffled))).isEqualTo(millis);
    }
  }

  @Test
  void shouldTakeOutTheFixesOfAClockThatJumpedThoughOneOfTheOthersCameLate() {
    assertThat(kept(0, 1, 2, 3, 4, 90_000, 90_001, 5, 7, 8, 6, 9))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
  }

  private static long[] seconds(long from, long to) {
    return LongStream.range(from, to).map(second -> second * 1_000).toArray();
  }

  private static List<TripFix> batch(boolean flagged, long[]... segments) {
    List<TripFix> batch = new ArrayList<>();
    for (long[] segment : segments) {
      for (int i = 0; i < segment.length; i++) {
        batch.add(fix(segment[i]).beginningSegment(flagged && i == 0));
      }
    }
    return batch;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldKeepAShortSegmentThatCameBeforeALongOneThatIsOlder(boolean flagged) {
    List<TripFix> kept =
        TimeOrder.of(batch(flagged, seconds(1_000, 1_050), seconds(0, 100)), Long.MIN_VALUE);
    assertThat(kept).hasSize(150);
    assertThat(kept).isSortedAccordingTo(Comparator.comparingLong(TripFix::unixMillis));
    assertThat(kept.get(100).beginsSegment()).isEqualTo(flagged);
    assertThat(TimeOrder.of(batch(flagged, seconds(1_000, 1_050), seconds(300, 400)), 200_000))
        .hasSize(150);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldLoseOnlyTheFixOfAClockThatJumpedInTheNewerOfTwoSegments(boolean flagged) {
    long[] newer = seconds(1_000, 1_051);
    newer[20] = 90_000_000;
    List<TripFix> kept = TimeOrder.of(batch(flagged, newer, seconds(0, 100)), Long.MIN_VALUE);
    assertThat(kept).hasSize(150);
    assertThat(kept.getLast().unixMillis()).isEqualTo(1_050_000);
  }

  @Test
  void shouldTakeOutAJumpAtTheEndOfASegmentThatHasAnother() {
    List<TripFix> batch = new ArrayList<>(batch(true, seconds(0, 20), seconds(30, 60)));
    batch.add(20, fix(90_000_000));
    assertThat(TimeOrder.of(batch, Long.MIN_VALUE)).hasSize(50);
    List<TripFix> goingOn = new ArrayList<>(batch(true, seconds(30, 60)));
    goingOn.add(0, fix(90_000_000));
    assertThat(TimeOrder.of(goingOn, 20_000)).hasSize(30);
  }

  /// A jump ahead that begins a segment, and then fixes that follow what was recorded.
  @Test
  void shouldTakeOutAJumpThatBeginsASegmentBeforeFixesThatFollowTheRecord() {
    for (long first : List.of(1L, 60_000L)) {
      List<TripFix> fixes =
          List.of(fix(200_000).beginningSegment(true), fix(first), fix(first + 1), fix(first + 2));
      assertThat(TimeOrder.of(fixes, 0))
          .containsExactly(fix(first).beginningSegment(true), fix(first + 1), fix(first + 2));
    }
    List<TripFix> laterThanAMinute =
        List.of(fix(200_000).beginningSegment(true), fix(60_001), fix(60_002), fix(60_003));
    assertThat(TimeOrder.of(laterThanAMinute, 0)).as("a segment of its own").hasSize(4);
  }

  /// Fixes in no order, and then a minute before them others, of which one jumped ahead.
  @Test
  void shouldLookAloneAtARunThatIsMoreThanAMinuteOlder() {
    long[] minute = {60_009, 60_005, 60_000, 60_007, 60_001, 0, 1, 2, 90_000_000, 3};
    assertThat(kept(Long.MIN_VALUE, minute)).as("one run, in no order").hasSize(10);
    long[] more = {60_010, 60_006, 60_001, 60_008, 60_002, 0, 1, 2, 90_000_000, 3};
    assertThat(kept(Long.MIN_VALUE, more)).as("two runs").hasSize(9).doesNotContain(90_000_000L);
  }

  private static long[] array(List<Long> times) {
    return times.stream().mapToLong(time -> time).toArray();
  }

  @Test
  void shouldLeaveTheBeginningOfASegmentToTheNextFixThatStays() {
    List<TripFix> fixes =
        List.of(fix(1), fix(2).beginningSegment(true), fix(9), fix(7).beginningSegment(true));
    assertThat(TimeOrder.of(fixes, 3))
        .containsExactly(fix(7).beginningSegment(true), fix(9).beginningSegment(true));
  }
}
