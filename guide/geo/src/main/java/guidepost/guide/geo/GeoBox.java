package guidepost.guide.geo;

/// A part of the globe between two parallels and two meridians, edges included.
///
/// A box whose west is greater than its east crosses the antimeridian (RFC 7946, 5.2). A box that
/// touches longitude 180 or -180 includes the points stored with the other sign, and one that
/// reaches a pole includes the pole, whatever longitude its points are stored with.
///
/// Threads: any; immutable.
///
/// @param southE7 latitude of the southern edge, E7
/// @param westE7 longitude of the western edge, E7
/// @param northE7 latitude of the northern edge, E7, not less than the southern one
/// @param eastE7 longitude of the eastern edge, E7
public record GeoBox(int southE7, int westE7, int northE7, int eastE7) {

  /// The whole globe.
  public static final GeoBox WORLD =
      new GeoBox(
          -Point.LATITUDE_E7_MAX,
          -Point.LONGITUDE_E7_MAX,
          Point.LATITUDE_E7_MAX,
          Point.LONGITUDE_E7_MAX);

  /// What rounding may take from a circle, some centimetres.
  private static final int ROUNDING_E7 = 2;

  /// Beyond, an arc sine is not precise any more, and the circle all but touches a pole.
  private static final double SINE_MAX = 0.99;

  /// @throws IllegalArgumentException if an edge is out of range or south is above north
  public GeoBox {
    requireInRange("south", southE7, Point.LATITUDE_E7_MAX);
    requireInRange("west", westE7, Point.LONGITUDE_E7_MAX);
    requireInRange("north", northE7, Point.LATITUDE_E7_MAX);
    requireInRange("east", eastE7, Point.LONGITUDE_E7_MAX);
    if (southE7 > northE7) {
      throw new IllegalArgumentException(
          "south must not be above north: %d > %d".formatted(southE7, northE7));
    }
  }

  private static void requireInRange(String field, int value, int max) {
    if (value < -max || value > max) {
      throw new IllegalArgumentException(
          "%s must be %d..%d (E7): %d".formatted(field, -max, max, value));
    }
  }

  /// The box spanned by two opposite corners in any order; it never crosses the antimeridian.
  public static GeoBox ofCorners(Point a, Point b) {
    return new GeoBox(
        Math.min(a.latitudeE7(), b.latitudeE7()),
        Math.min(a.longitudeE7(), b.longitudeE7()),
        Math.max(a.latitudeE7(), b.latitudeE7()),
        Math.max(a.longitudeE7(), b.longitudeE7()));
  }

  /// The box around a circle: every place within `metres` of `centre`, as [Haversine] measures, is
  /// inside, and little else.
  ///
  /// A circle that holds a pole reaches all longitudes. Elsewhere its meridians touch it where `sin
  /// Δλ = sin r / cos φ`.
  ///
  /// @param metres 0 or more; half the globe and more is the whole globe
  public static GeoBox around(Point centre, double metres) {
    double angle = metres / Haversine.RADIUS_METRES;
    double reachE7 = Math.toDegrees(angle) * Point.E7 + ROUNDING_E7;
    double south = centre.latitudeE7() - reachE7;
    double north = centre.latitudeE7() + reachE7;
    boolean holdsPole = south <= -Point.LATITUDE_E7_MAX || north >= Point.LATITUDE_E7_MAX;
    int lowest = (int) Math.max(Math.floor(south), -Point.LATITUDE_E7_MAX);
    int highest = (int) Math.min(Math.ceil(north), Point.LATITUDE_E7_MAX);
    double sine = Math.sin(angle) / Math.cos(Math.toRadians(centre.latitude()));
    if (holdsPole || sine > SINE_MAX) {
      return new GeoBox(lowest, WORLD.westE7, highest, WORLD.eastE7);
    }
    long halfE7 = (long) Math.ceil(Math.toDegrees(Math.asin(sine)) * Point.E7) + ROUNDING_E7;
    return new GeoBox(
        lowest,
        wrapped(centre.longitudeE7() - halfE7),
        highest,
        wrapped(centre.longitudeE7() + halfE7));
  }

  private static int wrapped(long longitudeE7) {
    long turn = 2L * Point.LONGITUDE_E7_MAX;
    long over = longitudeE7 > Point.LONGITUDE_E7_MAX ? -turn : 0;
    return (int) (longitudeE7 + (longitudeE7 < -Point.LONGITUDE_E7_MAX ? turn : over));
  }

  /// True if it crosses the antimeridian.
  public boolean crossesAntimeridian() {
    return westE7 > eastE7;
  }

  /// True if the point's place is inside or on an edge.
  public boolean contains(Point point) {
    return contains(point.latitudeE7(), point.longitudeE7());
  }

  /// The same.
  public boolean contains(int latitude, int longitude) {
    if (latitude < southE7 || latitude > northE7) {
      return false;
    }
    if (Math.abs(latitude) == Point.LATITUDE_E7_MAX) {
      return true;
    }
    return containsLongitude(longitude)
        || (Math.abs(longitude) == Point.LONGITUDE_E7_MAX && containsLongitude(-longitude));
  }

  private boolean containsLongitude(int longitudeE7) {
    return crossesAntimeridian()
        ? longitudeE7 >= westE7 || longitudeE7 <= eastE7
        : longitudeE7 >= westE7 && longitudeE7 <= eastE7;
  }
}
