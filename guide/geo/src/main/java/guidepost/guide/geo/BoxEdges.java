package guidepost.guide.geo;

import java.util.List;

/// The edges of a box on the sphere: two pieces of meridians, which are great circles, and two of
/// parallels, which are not. A line that begins and ends outside of a box is in it where it meets
/// one of them.
///
/// ```
///        north: a parallel
///       ┌──────────────────┐
///  west │      .─────.     │ east: a meridian
///       └─────/───────\────┘
///            /  a line  \
/// ```
///
/// Threads: any; immutable.
///
/// @param meridians the edges in the west and in the east
public record BoxEdges(GeoBox box, List<Arc> meridians) {

  /// Rounding of a product, in parts of the globe's radius: less than a millimetre.
  private static final double ROUNDING = 1e-10;

  public static BoxEdges of(GeoBox box) {
    return new BoxEdges(
        box,
        List.of(
            Arc.of(new Point(box.southE7(), box.westE7()), new Point(box.northE7(), box.westE7())),
            Arc.of(
                new Point(box.southE7(), box.eastE7()), new Point(box.northE7(), box.eastE7()))));
  }

  /// True if a part of an arc is on an edge.
  public boolean meet(Arc arc) {
    return meetsParallel(arc, box.southE7())
        || meetsParallel(arc, box.northE7())
        || meridians.stream().anyMatch(meridian -> meridian.metres(arc) == 0);
  }

  /// The height of a point at the angle `t` along the arc is `a cos(t) + b sin(t)`, with the
  /// heights `a` of its beginning and `b` of the point a quarter of the circle on: `c cos(t - d)`.
  /// Where that is the height of the parallel, the arc meets it.
  private boolean meetsParallel(Arc arc, int latitudeE7) {
    if (arc.normal().isNull()) {
      return false;
    }
    Vector quarter = arc.normal().cross(arc.a()).normalized();
    double height = Math.sin(Math.toRadians(latitudeE7 / (double) Point.E7));
    double most = Math.hypot(arc.a().z(), quarter.z());
    if (Math.abs(height) > most + ROUNDING) {
      return false;
    }
    double top = Math.atan2(quarter.z(), arc.a().z());
    double beside = Math.acos(Math.clamp(height / Math.max(most, ROUNDING), -1.0, 1.0));
    return isOnEdge(arc, quarter, top - beside, latitudeE7)
        || isOnEdge(arc, quarter, top + beside, latitudeE7);
  }

  private boolean isOnEdge(Arc arc, Vector quarter, double angle, int latitudeE7) {
    double turn = 2 * Math.PI;
    double along = angle - turn * Math.floor((angle + ROUNDING) / turn);
    if (along > arc.angle() + ROUNDING) {
      return false;
    }
    double cos = Math.cos(along);
    double sin = Math.sin(along);
    double x = cos * arc.a().x() + sin * quarter.x();
    double y = cos * arc.a().y() + sin * quarter.y();
    return box.contains(
        new Point(latitudeE7, (int) Math.rint(Math.toDegrees(Math.atan2(y, x)) * Point.E7)));
  }
}
