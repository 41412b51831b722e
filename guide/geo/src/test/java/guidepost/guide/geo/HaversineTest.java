package guidepost.guide.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class HaversineTest {

  private static final double HALF_WAY_ROUND = Math.PI * Haversine.RADIUS_METRES;
  private static final double UNIT = HALF_WAY_ROUND / Point.LONGITUDE_E7_MAX;

  @Test
  void shouldBeZeroBetweenPointsOfOnePlace() {
    assertThat(metres(17, 180, 17, -180)).isZero();
    assertThat(metres(90, 5, 90, -100)).isZero();
    assertThat(metres(1, 2, 1, 2)).isZero();
  }

  @Test
  void shouldMeasureAQuarterAndHalfOfTheGlobe() {
    assertThat(metres(0, 0, 90, 0)).isEqualTo(HALF_WAY_ROUND / 2, within(1e-6));
    assertThat(metres(0, 0, 0, 180)).isEqualTo(HALF_WAY_ROUND, within(1e-6));
    assertThat(metres(90, 12, -90, 77)).isEqualTo(HALF_WAY_ROUND, within(1e-6));
    assertThat(metres(10, -170, 10, 170)).isEqualTo(metres(10, 0, 10, 20), within(1e-6));
  }

  @Test
  void shouldSeeOneUnitBesideThePointAndBesideItsAntipodeAlike() {
    Point origin = new Point(0, 0);
    assertThat(Haversine.metres(origin, new Point(0, 1))).isEqualTo(UNIT, within(1e-9));
    assertThat(Haversine.metres(origin, new Point(1, 1_800_000_000)))
        .isEqualTo(HALF_WAY_ROUND - UNIT, within(1e-8));
  }

  @Test
  void shouldAgreeWithTheUsualFormulaOnAKnownWay() {
    // New York to London on this sphere, by the cosine rule.
    double degree = Math.PI / 180;
    double cosine =
        Math.sin(40.7128 * degree) * Math.sin(51.5074 * degree)
            + Math.cos(40.7128 * degree) * Math.cos(51.5074 * degree) * Math.cos(73.8782 * degree);
    assertThat(metres(40.7128, -74.0060, 51.5074, -0.1278))
        .isEqualTo(Haversine.RADIUS_METRES * Math.acos(cosine), within(1e-3));
  }

  private static double metres(double lat1, double lon1, double lat2, double lon2) {
    return Haversine.metres(Point.ofDegrees(lat1, lon1), Point.ofDegrees(lat2, lon2));
  }
}
