package guidepost.guide.geo;

/// A position on the WGS84 ellipsoid in units of 1e-7 degrees (E7): about 11 mm of latitude.
///
/// Two points may differ in digits and be the same place: longitude 180 is longitude -180, and at a
/// pole all longitudes are one. Equality here is by digits; [#canonical] maps all points of a place
/// to one of them.
///
/// Threads: any; immutable.
///
/// @param latitudeE7 -900,000,000 (south pole) to 900,000,000 (north pole)
/// @param longitudeE7 -1,800,000,000 to 1,800,000,000, east positive
public record Point(int latitudeE7, int longitudeE7) implements Comparable<Point> {

  /// Units in a degree.
  public static final int E7 = 10_000_000;

  /// The largest latitude, E7.
  public static final int LATITUDE_E7_MAX = 90 * E7;

  /// The largest longitude, E7.
  public static final int LONGITUDE_E7_MAX = 180 * E7;

  /// @throws IllegalArgumentException if a coordinate is out of range
  public Point {
    requireInRange("latitude", latitudeE7, LATITUDE_E7_MAX);
    requireInRange("longitude", longitudeE7, LONGITUDE_E7_MAX);
  }

  private static void requireInRange(String field, int value, int max) {
    if (value < -max || value > max) {
      throw new IllegalArgumentException(
          "%s must be %d..%d (E7): %d".formatted(field, -max, max, value));
    }
  }

  /// The nearest point to a position in degrees.
  ///
  /// @param latitude -90 to 90
  /// @param longitude -180 to 180
  /// @throws IllegalArgumentException if a coordinate is out of range or not a number
  public static Point ofDegrees(double latitude, double longitude) {
    return new Point(
        toE7("latitude", latitude, LATITUDE_E7_MAX),
        toE7("longitude", longitude, LONGITUDE_E7_MAX));
  }

  private static int toE7(String field, double degrees, int max) {
    double e7 = Math.rint(degrees * E7);
    if (!(e7 >= -max && e7 <= max)) {
      int limit = max / E7;
      throw new IllegalArgumentException(
          "%s must be %d..%d degrees: %s".formatted(field, -limit, limit, degrees));
    }
    return (int) e7;
  }

  /// By latitude, then by longitude; so that a hash table of points that somebody chose to have the
  /// same hash is no list.
  @Override
  public int compareTo(Point other) {
    int byLatitude = Integer.compare(latitudeE7, other.latitudeE7);
    return byLatitude != 0 ? byLatitude : Integer.compare(longitudeE7, other.longitudeE7);
  }

  /// The one point that stands for this place: longitude 0 at the poles, 180 for -180.
  public Point canonical() {
    if (Math.abs(latitudeE7) == LATITUDE_E7_MAX) {
      return longitudeE7 == 0 ? this : new Point(latitudeE7, 0);
    }
    return longitudeE7 == -LONGITUDE_E7_MAX ? new Point(latitudeE7, LONGITUDE_E7_MAX) : this;
  }

  /// True if both are the same place.
  public boolean samePlace(Point other) {
    return equals(other) || canonical().equals(other.canonical());
  }

  /// Latitude in degrees.
  public double latitude() {
    return latitudeE7 / (double) E7;
  }

  /// Longitude in degrees.
  public double longitude() {
    return longitudeE7 / (double) E7;
  }

  /// Degrees with seven decimals: `42.5317600,1.5665400`.
  @Override
  public String toString() {
    return "%s,%s".formatted(degrees(latitudeE7), degrees(longitudeE7));
  }

  private static String degrees(int e7) {
    long magnitude = Math.abs((long) e7);
    return "%s%d.%07d".formatted(e7 < 0 ? "-" : "", magnitude / E7, magnitude % E7);
  }
}
