package guidepost.guide.geo;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.testing.Seed;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is within a distance on the ellipsoid, beside a dense walk along the great circle.
final class ArcTest {

  private static Point near(Random random, Point point, int spread) {
    int latitude = point.latitudeE7() + random.nextInt(-spread, spread + 1);
    long longitude = point.longitudeE7() + (long) random.nextInt(-spread, spread + 1);
    return new Point(
        Math.clamp(latitude, -Point.LATITUDE_E7_MAX, Point.LATITUDE_E7_MAX),
        (int)
            (Math.floorMod(longitude + Point.LONGITUDE_E7_MAX, 2L * Point.LONGITUDE_E7_MAX)
                - Point.LONGITUDE_E7_MAX));
  }

  private static double walked(Point from, Point to, Point off) {
    Vector a = Vector.of(from);
    Vector b = Vector.of(to);
    double least = Double.MAX_VALUE;
    for (int step = 0; step <= 2_000; step++) {
      Vector at = a.times(1 - step / 2e3).plus(b.times(step / 2e3)).normalized();
      least = Math.min(least, Wgs84.metres(at.point(), off));
    }
    return least;
  }

  @Test
  void shouldSayWhatIsWithinADistanceOnTheEllipsoidAsAWalkAlongTheArcDoes() {
    Random random = Seed.random("ArcTest");
    Point[] places = {
      new Point(0, 0),
      new Point(469_480_000, 74_474_000),
      new Point(899_900_000, 10),
      new Point(-1, 1_799_999_999),
      new Point(-899_990_000, -1_700_000_000)
    };
    for (int i = 0; i < 400; i++) {
      Point from = near(random, places[i % places.length], 900_000);
      Point to = near(random, from, 1 + (int) Math.exp(random.nextDouble(14)));
      Point off = near(random, from, 600_000);
      double least = walked(from, to, off);
      double slack = 0.05 + least / 500 + Haversine.metres(from, to) / 2_000;
      Arc arc = Arc.of(from, to);
      Arc point = Arc.of(off, off);
      assertThat(arc.isWithin(point, least + slack)).as("%s %s %s", from, to, off).isTrue();
      assertThat(point.isWithin(arc, least + slack)).as("%s %s %s", from, to, off).isTrue();
      assertThat(arc.isWithin(point, least - slack)).as("%s %s %s", from, to, off).isFalse();
    }
  }

  @Test
  void shouldMeasureOnTheEllipsoidAndNotOnTheSphere() {
    Point equator = new Point(0, 0);
    Point north = new Point(904_369, 0); // 10,000.0 m on the ellipsoid, 10,056 m on the sphere
    assertThat(Wgs84.isWithin(equator, north, 10_001)).isTrue();
    assertThat(Wgs84.isWithin(equator, north, 9_999)).isFalse();
    assertThat(Arc.of(equator, equator).isWithin(Arc.of(north, north), 10_001)).isTrue();
    assertThat(Arc.of(equator, equator).isWithin(Arc.of(north, north), 9_999)).isFalse();
  }
}
