package guidepost.guide.index;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import java.util.Random;

/// Random points and boxes, most of them where it is difficult: in clusters, on the edges of the
/// map, and on top of one another.
final class Places {

  private static final int LATITUDE = Point.LATITUDE_E7_MAX;
  private static final int LONGITUDE = Point.LONGITUDE_E7_MAX;

  private final Random random;

  Places(Random random) {
    this.random = random;
  }

  Point point() {
    return switch (random.nextInt(8)) {
      case 0 -> new Point(0, 0);
      case 1 -> new Point(sign() * LATITUDE, longitude());
      case 2 -> new Point(latitude(), sign() * LONGITUDE);
      case 3 -> new Point(sign() * LATITUDE, sign() * LONGITUDE);
      case 4 -> new Point(latitude(), longitude());
      case 5 -> new Point(random.nextInt(5) - 2, random.nextInt(5) - 2);
      default -> near(42.5, 1.5);
    };
  }

  /// A town at some degrees: most places of the real world are within a few kilometres of others.
  Point near(double latitude, double longitude) {
    return Point.ofDegrees(
        latitude + random.nextGaussian() * 0.02, longitude + random.nextGaussian() * 0.02);
  }

  GeoBox box() {
    Point a = random.nextInt(3) == 0 ? corner() : point();
    Point b = random.nextInt(3) == 0 ? corner() : point();
    int south = Math.min(a.latitudeE7(), b.latitudeE7());
    int north = Math.max(a.latitudeE7(), b.latitudeE7());
    return new GeoBox(south, a.longitudeE7(), north, b.longitudeE7());
  }

  private Point corner() {
    return new Point(sign() * LATITUDE, sign() * LONGITUDE);
  }

  private int latitude() {
    return random.nextInt(-LATITUDE, LATITUDE + 1);
  }

  private int longitude() {
    return random.nextInt(-LONGITUDE, LONGITUDE + 1);
  }

  private int sign() {
    return random.nextBoolean() ? 1 : -1;
  }
}
