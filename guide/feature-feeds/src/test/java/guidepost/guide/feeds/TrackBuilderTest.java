package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.geo.Point;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TrackBuilderTest {

  private final TrackBuilder track = new TrackBuilder("point", new LeftOut(), Instant.MAX);

  private void add(int latitudeE7) throws Exception {
    track.add(_ -> new Track.Fix(new Point(latitudeE7, 0), Optional.empty()));
  }

  @Test
  void shouldBeginASegmentBehindWhatCannotBeRead() throws Exception {
    add(1);
    add(2);
    track.reject("is no point");
    add(4);
    add(5);
    assertThat(track.build().fixes())
        .extracting(Track.Fix::beginsSegment)
        .containsExactly(true, false, true, false);
    assertThat(track.build().rejected())
        .extracting(FeatureRow.Rejected::number)
        .containsExactly(3L);
  }

  @Test
  void shouldGoOnWithTheSegmentBehindAPointThatIsBadInItself() throws Exception {
    add(1);
    track.add(
        _ -> {
          throw new InvalidRowException("is bad");
        });
    add(3);
    assertThat(track.build().fixes())
        .extracting(Track.Fix::beginsSegment)
        .containsExactly(true, false);
  }
}
