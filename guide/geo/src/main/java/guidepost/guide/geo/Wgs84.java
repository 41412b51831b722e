package guidepost.guide.geo;

import net.sf.geographiclib.Geodesic;
import net.sf.geographiclib.GeodesicMask;

/// Distances on the ellipsoid [1], and what the index's distances on the sphere say about them.
///
/// A step along a meridian is `M dφ` on the ellipsoid and `R dφ` on the sphere, one along a
/// parallel `N cos φ dλ` and `R cos φ dλ`. Both radii of curvature lie between `a (1 - e²)` and `a
/// / √(1 - e²)`. So does the length of any curve, as a multiple of its length on the sphere over
/// `R`; and since the shortest way on either is no longer there than the shortest way of the other:
///
/// ```
///   LEAST * great circle <= geodesic <= MOST * great circle      0.9944, 1.0045
/// ```
///
/// So what is among the nearest on the ellipsoid is, on the sphere, no farther than [#SLACK] times
/// the last of the nearest there.
///
/// Cost: 1 us a distance.
///
/// Threads: any.
///
/// [1] C. F. F. Karney, Algorithms for geodesics, Journal of Geodesy 87, 2013.
public final class Wgs84 {

  private static final double EQUATOR_METRES = 6_378_137;
  private static final double FLATTENING = 1 / 298.257223563;
  private static final double SQUARED_AXES = (1 - FLATTENING) * (1 - FLATTENING);

  /// What rounding may add.
  private static final double ROUNDING = 1e-6;

  /// Least metres on the ellipsoid for each on the sphere.
  public static final double LEAST =
      EQUATOR_METRES * SQUARED_AXES / Haversine.RADIUS_METRES * (1 - ROUNDING);

  /// Most metres on the ellipsoid for each on the sphere.
  public static final double MOST =
      EQUATOR_METRES / Math.sqrt(SQUARED_AXES) / Haversine.RADIUS_METRES * (1 + ROUNDING);

  /// How many times as far on the sphere something may be that is as near on the ellipsoid.
  public static final double SLACK = MOST / LEAST;

  /// The longest distance there is: from pole to pole, rounded up.
  public static final double METRES_MAX = 20_003_932;

  private Wgs84() {}

  /// Metres from one point to another.
  public static double metres(Point a, Point b) {
    return Geodesic.WGS84.Inverse(
            a.latitude(), a.longitude(), b.latitude(), b.longitude(), GeodesicMask.DISTANCE)
        .s12;
  }

  /// True if two points are no farther apart than this. Cost: 50 ns, and a microsecond where the
  /// sphere cannot tell.
  public static boolean isWithin(Point a, Point b, double metres) {
    double onSphere = Haversine.metres(a, b);
    return onSphere * MOST <= metres || (onSphere * LEAST <= metres && metres(a, b) <= metres);
  }

  /// How far something on the sphere may be that is so near on the ellipsoid.
  public static double onSphereMost(double metres) {
    return metres / LEAST;
  }
}
