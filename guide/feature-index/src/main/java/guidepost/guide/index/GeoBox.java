package guidepost.guide.index;

/// A part of the globe between two parallels and two meridians, edges included.
///
/// A box whose west is greater than its east crosses the antimeridian (RFC 7946, 5.2). A box that
/// touches longitude 180 or -180 includes the points stored with the other sign, and one that
/// reaches a pole includes the pole, whatever longitude its points are stored with.
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

  /// True if it crosses the antimeridian.
  public boolean crossesAntimeridian() {
    return westE7 > eastE7;
  }

  /// True if the point's place is inside or on an edge.
  public boolean contains(Point point) {
    int latitude = point.latitudeE7();
    if (latitude < southE7 || latitude > northE7) {
      return false;
    }
    if (Math.abs(latitude) == Point.LATITUDE_E7_MAX) {
      return true;
    }
    int longitude = point.longitudeE7();
    return containsLongitude(longitude)
        || (Math.abs(longitude) == Point.LONGITUDE_E7_MAX && containsLongitude(-longitude));
  }

  private boolean containsLongitude(int longitudeE7) {
    return crossesAntimeridian()
        ? longitudeE7 >= westE7 || longitudeE7 <= eastE7
        : longitudeE7 >= westE7 && longitudeE7 <= eastE7;
  }

  /// False if no place of this box lies between canonical points of these extremes. True may be
  /// wrong by a pole or by the antimeridian.
  boolean mayMeet(int south, int west, int north, int east) {
    if (north < southE7 || south > northE7) {
      return false;
    }
    return meetsLongitudes(west, east)
        || (east == Point.LONGITUDE_E7_MAX && containsLongitude(-Point.LONGITUDE_E7_MAX))
        || (north == Point.LATITUDE_E7_MAX && northE7 == Point.LATITUDE_E7_MAX)
        || (south == -Point.LATITUDE_E7_MAX && southE7 == -Point.LATITUDE_E7_MAX);
  }

  private boolean meetsLongitudes(int west, int east) {
    return crossesAntimeridian()
        ? east >= westE7 || west <= eastE7
        : east >= westE7 && west <= eastE7;
  }

  /// True if every canonical point between these extremes is inside. False may be wrong by a pole
  /// or by the antimeridian.
  boolean surelyCovers(int south, int west, int north, int east) {
    if (south < southE7 || north > northE7) {
      return false;
    }
    return crossesAntimeridian()
        ? west >= westE7 || east <= eastE7
        : west >= westE7 && east <= eastE7;
  }
}
