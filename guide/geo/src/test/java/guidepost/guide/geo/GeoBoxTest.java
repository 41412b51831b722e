package guidepost.guide.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class GeoBoxTest {

  @Test
  void shouldTakeCornersInAnyOrderAndNeverCrossTheAntimeridian() {
    Point lo = Point.ofDegrees(10, 170);
    Point hi = Point.ofDegrees(-10, -170);
    GeoBox box = GeoBox.ofCorners(lo, hi);
    assertThat(box).isEqualTo(GeoBox.ofCorners(hi, lo));
    assertThat(box.crossesAntimeridian()).isFalse();
    assertThat(box.contains(new Point(0, 0))).isTrue();
    assertThat(box.contains(Point.ofDegrees(0, 175))).isFalse();
  }

  @Test
  void shouldIncludeItsEdges() {
    GeoBox box = new GeoBox(-10, -20, 30, 40);
    assertThat(box.contains(new Point(-10, -20))).isTrue();
    assertThat(box.contains(new Point(30, 40))).isTrue();
    assertThat(box.contains(new Point(31, 40))).isFalse();
    assertThat(box.contains(new Point(30, 41))).isFalse();
  }

  @Test
  void shouldNameTheEdgeThatBreaksARule() {
    assertThatThrownBy(() -> new GeoBox(1, 0, 0, 0))
        .hasMessage("south must not be above north: 1 > 0");
    assertThatThrownBy(() -> new GeoBox(0, 1_800_000_001, 0, 0))
        .hasMessage("west must be -1800000000..1800000000 (E7): 1800000001");
  }
}
