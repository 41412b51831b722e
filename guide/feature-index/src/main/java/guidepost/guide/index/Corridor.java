package guidepost.guide.index;

import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import guidepost.guide.geo.Vector;
import java.util.List;

/// The places near a path of great-circle segments, which may cross itself and run where it likes.
///
/// Threads: any; immutable.
///
/// @param path at least two points, not all at one place; consecutive ones at most 50 degrees apart
/// @param withinMetres how far from the path, above 0 and at most 1,000 km, as [Haversine] measures
/// @param openStart what lies behind the beginning of the path does not belong to it: then the
///   corridor begins flat there instead of round
public record Corridor(List<Point> path, double withinMetres, boolean openStart) {

  /// Points that a path has at least.
  public static final int POINTS_MIN = 2;

  /// The widest corridor: the boxes around it are still small beside the globe.
  public static final double WITHIN_METRES_MAX = 1_000_000;

  /// Longer ones have no sure direction, and a box around one holds half the globe.
  private static final double SEGMENT_RADIANS_MAX = Math.toRadians(50);

  /// Two points whose coordinates are as near as this are less than 50 degrees apart.
  private static final int SURELY_NEAR_E7 = 20 * Point.E7;

  /// Copies the path.
  ///
  /// @throws IllegalArgumentException if it or the width is out of range
  public Corridor {
    path = List.copyOf(path);
    if (path.size() < POINTS_MIN) {
      throw new IllegalArgumentException(
          "path must have at least %d points: %d".formatted(POINTS_MIN, path.size()));
    }
    if (!(withinMetres > 0 && withinMetres <= WITHIN_METRES_MAX)) {
      throw new IllegalArgumentException(
          "withinMetres must be above 0 and at most %.0f: %s"
              .formatted(WITHIN_METRES_MAX, withinMetres));
    }
    requireShortSegments(path);
  }

  /// A corridor with round ends.
  public static Corridor around(List<Point> path, double withinMetres) {
    return new Corridor(path, withinMetres, false);
  }

  private static void requireShortSegments(List<Point> path) {
    boolean leads = false;
    for (int i = 0; i + 1 < path.size(); i++) {
      leads |= !path.get(i).samePlace(path.get(i + 1));
      if (areFar(path.get(i), path.get(i + 1))) {
        throw new IllegalArgumentException(
            "path must have points at most 50 degrees apart: %d and %d".formatted(i, i + 1));
      }
    }
    if (!leads) {
      throw new IllegalArgumentException("path must lead from its first point");
    }
  }

  /// Most are so near that two subtractions tell.
  private static boolean areFar(Point a, Point b) {
    long north = Math.abs(a.latitudeE7() - b.latitudeE7());
    long east = Math.abs((long) a.longitudeE7() - b.longitudeE7());
    return Math.max(north, east) > SURELY_NEAR_E7
        && Vector.of(a).angleTo(Vector.of(b)) > SEGMENT_RADIANS_MAX;
  }
}
