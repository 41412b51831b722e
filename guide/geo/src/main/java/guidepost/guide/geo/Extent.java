package guidepost.guide.geo;

import java.util.List;

/// The parallels and meridians between which something lies, E7.
///
/// West is -180 to 180 degrees and not more than east, which goes on beyond 180 where the
/// antimeridian is crossed: so two of them meet if their longitudes do, one turn more or less.
/// Everything at a pole has all longitudes.
///
/// An extent may be too wide, never too narrow: it says where to look closer.
///
/// Threads: any; immutable.
///
/// @param south latitude, E7
/// @param west longitude, E7
/// @param north not less than south
/// @param east not less than west, at most one turn more
public record Extent(long south, long west, long north, long east) {

  /// 180 degrees.
  public static final long HALF_TURN = Point.LONGITUDE_E7_MAX;

  private static final long TURN = 2 * HALF_TURN;
  private static final double E7_PER_RADIAN = Point.E7 * 180 / Math.PI;

  /// A rounded angle must not make an extent too narrow: 0.1 m.
  private static final long MARGIN_E7 = 10;

  /// Everything.
  public static final Extent WORLD = of(GeoBox.WORLD);

  private static Extent of(long south, long west, long north, long east) {
    boolean pole = north >= Point.LATITUDE_E7_MAX || south <= -Point.LATITUDE_E7_MAX;
    boolean round = pole || east - west >= TURN;
    return new Extent(
        Math.max(south, -Point.LATITUDE_E7_MAX),
        round ? -Point.LONGITUDE_E7_MAX : normal(west),
        Math.min(north, Point.LATITUDE_E7_MAX),
        round ? Point.LONGITUDE_E7_MAX : normal(west) + (east - west));
  }

  private static long normal(long longitude) {
    return Math.floorMod(longitude + Point.LONGITUDE_E7_MAX, TURN) - Point.LONGITUDE_E7_MAX;
  }

  public static Extent of(Point point) {
    return of(point.latitudeE7(), point.longitudeE7(), point.latitudeE7(), point.longitudeE7());
  }

  public static Extent of(GeoBox box) {
    long east = box.crossesAntimeridian() ? box.eastE7() + TURN : box.eastE7();
    return of(box.southE7(), box.westE7(), box.northE7(), east);
  }

  /// Of a line of great circles. A circle leads up to half a hop away from its ends.
  public static Extent of(List<Point> line) {
    Extent extent = of(line.getFirst());
    for (int i = 1; i < line.size(); i++) {
      double half = Haversine.metres(line.get(i - 1), line.get(i)) / 2;
      extent = extent.with(around(line.get(i - 1), half)).with(around(line.get(i), half));
    }
    return extent;
  }

  /// Of a circle on the sphere [1].
  ///
  /// [1] J. P. Matuschek, Finding Points Within a Distance of a Latitude/Longitude Using Bounding
  /// Coordinates, 2010.
  public static Extent around(Point center, double metres) {
    double angle = metres / Haversine.RADIUS_METRES;
    long high = (long) Math.ceil(angle * E7_PER_RADIAN) + MARGIN_E7;
    double cosLatitude = Math.cos(Math.toRadians(center.latitude()));
    double sine = angle >= Math.PI / 2 ? 1 : Math.sin(angle) / Math.max(cosLatitude, 1e-12);
    long wide =
        sine >= 1 ? TURN / 2 : (long) Math.ceil(Math.asin(sine) * E7_PER_RADIAN) + MARGIN_E7;
    return of(
        center.latitudeE7() - high,
        center.longitudeE7() - wide,
        center.latitudeE7() + high,
        center.longitudeE7() + wide);
  }

  /// Both and what is between them, the shorter way round.
  public Extent with(Extent other) {
    long shift = shiftTowards(other);
    return of(
        Math.min(south, other.south),
        Math.min(west, other.west + shift),
        Math.max(north, other.north),
        Math.max(east, other.east + shift));
  }

  private long shiftTowards(Extent other) {
    long apart = (other.west + other.east) - (west + east);
    return apart > TURN ? -TURN : apart < -TURN ? TURN : 0;
  }

  /// The same on all sides wider by a distance.
  public Extent widened(double metres) {
    Point southWest = new Point((int) south, 0);
    Point northEast = new Point((int) north, 0);
    Extent low = around(southWest, metres);
    Extent high = around(northEast, metres);
    long wide = Math.max(low.east, high.east);
    return of(low.south, west - wide, high.north, east + wide);
  }

  /// The same as a box.
  public GeoBox box() {
    return new GeoBox(
        (int) south, (int) west, (int) north, (int) (east > HALF_TURN ? east - TURN : east));
  }

  /// True if they have a point in common, or may have.
  public boolean meets(Extent other) {
    if (other.north < south || other.south > north) {
      return false;
    }
    return overlaps(other, 0) || overlaps(other, TURN) || overlaps(other, -TURN);
  }

  private boolean overlaps(Extent other, long shift) {
    return other.west + shift <= east && other.east + shift >= west;
  }
}
