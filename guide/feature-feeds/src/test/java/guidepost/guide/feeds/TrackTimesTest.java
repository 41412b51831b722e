package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// One degree of latitude is 111 km, so 0.0001 degrees are 11 m.
class TrackTimesTest {

  @Test
  void elapsedIsFromTheFirstTimeToTheLast() throws Exception {
    assertThat(times("0,0,2026-05-11T08:00:00Z\n0.1,0,2026-05-11T09:30:00.5Z\n"))
        .hasValue(new TrackTimes(Duration.ofMillis(5_400_500), Duration.ofMillis(5_400_500)));
  }

  @Test
  void restIsNotSpentMoving() throws Exception {
    assertThat(
            times(
                """
                0,0,2026-05-11T08:00:00Z
                0.0001,0,2026-05-11T08:00:10Z
                0.00011,0,2026-05-11T08:10:00Z
                0.0002,0,2026-05-11T08:20:00Z
                0.0003,0,2026-05-11T08:20:20Z
                """))
        .hasValue(new TrackTimes(Duration.ofSeconds(1220), Duration.ofSeconds(30)));
  }

  @Test
  void receiverThatRestsDoesNotMoveHoweverItJitters() throws Exception {
    assertThat(
            times(
                """
                0,0,2026-05-11T08:00:00Z
                0.00004,0,2026-05-11T08:00:01Z
                0,0,2026-05-11T08:00:02Z
                0,0.00004,2026-05-11T08:00:03Z
                """))
        .hasValue(new TrackTimes(Duration.ofSeconds(3), Duration.ZERO));
  }

  @Test
  void slowestWalkIsMovingAndSlowerIsNot() throws Exception {
    assertThat(times("0,0,2026-05-11T08:00:00Z\n0.0001,0,2026-05-11T08:00:37Z\n"))
        .hasValue(new TrackTimes(Duration.ofSeconds(37), Duration.ofSeconds(37)));
    assertThat(times("0,0,2026-05-11T08:00:00Z\n0.0001,0,2026-05-11T08:00:38Z\n"))
        .hasValue(new TrackTimes(Duration.ofSeconds(38), Duration.ZERO));
  }

  @Test
  void pointsWithoutATimeTakeNoPart() throws Exception {
    assertThat(times("5,5\n0,0,2026-05-11T08:00:00Z\n9,9\n0.1,0,2026-05-11T08:10:00Z\n7,7\n"))
        .hasValue(new TrackTimes(Duration.ofMinutes(10), Duration.ofMinutes(10)));
  }

  @Test
  void noTimePassesWhereTimesRunBackwards() throws Exception {
    assertThat(
            times(
                """
                0,0,2026-05-11T10:00:00Z
                0.1,0,2026-05-11T10:10:00Z
                0.2,0,2026-05-11T09:00:00Z
                0.3,0,2026-05-11T09:10:00Z
                """))
        .hasValue(new TrackTimes(Duration.ofMinutes(70), Duration.ofMinutes(20)));
  }

  @Test
  void movingIsNeverLongerThanElapsed() throws Exception {
    assertThat(
            times(
                """
                0,0,2026-05-11T10:00:00Z
                0.1,0,2026-05-11T10:10:00Z
                0,0,2026-05-11T10:00:00Z
                0.1,0,2026-05-11T10:10:00Z
                """))
        .hasValue(new TrackTimes(Duration.ofMinutes(10), Duration.ofMinutes(10)));
  }

  @Test
  void oneTimeIsNoDuration() throws Exception {
    assertThat(times("")).isEmpty();
    assertThat(times("0,0\n1,1\n")).isEmpty();
    assertThat(times("0,0\n1,1,2026-05-11T10:10:00Z\n")).isEmpty();
  }

  private static Optional<TrackTimes> times(String table) throws IOException {
    return TrackTimes.of(Track.read(Feeds.stream(table)));
  }
}
