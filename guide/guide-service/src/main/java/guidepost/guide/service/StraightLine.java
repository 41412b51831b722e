package guidepost.guide.service;

import guidepost.guide.index.Point;

/// A line from one point to another that is straight where latitude and longitude are, the shorter
/// way round.
///
/// @param eastward from the first to the second, E7; negative: westward
record StraightLine(Point from, long northward, long eastward) {

  private static final long TURN = 2L * Point.LONGITUDE_E7_MAX;

  static StraightLine of(Point from, Point to) {
    long east = (long) to.longitudeE7() - from.longitudeE7();
    long shorter = east > TURN / 2 ? east - TURN : east < -TURN / 2 ? east + TURN : east;
    return new StraightLine(from, (long) to.latitudeE7() - from.latitudeE7(), shorter);
  }

  /// True if a part of it lies between these edges.
  boolean meets(Extent edges) {
    return meets(edges, 0) || meets(edges, TURN) || meets(edges, -TURN);
  }

  /// Cuts off what is outside of each edge, and sees whether something is left [1].
  ///
  /// [1] Y.-D. Liang, B. A. Barsky, A New Concept and Method for Line Clipping, ACM Transactions on
  /// Graphics 3(1), 1984.
  private boolean meets(Extent edges, long shift) {
    double[] left = {0, 1};
    double x = from.longitudeE7();
    double y = from.latitudeE7();
    double east = eastward;
    double north = northward;
    return cut(left, -east, x - (edges.west() + shift))
        && cut(left, east, edges.east() + shift - x)
        && cut(left, -north, y - edges.south())
        && cut(left, north, edges.north() - y)
        && left[0] <= left[1];
  }

  /// @param outward how fast the line leaves by an edge
  /// @param room from its beginning to the edge
  private static boolean cut(double[] left, double outward, double room) {
    if (outward == 0) {
      return room >= 0;
    }
    if (outward < 0) {
      left[0] = Math.max(left[0], room / outward);
    } else {
      left[1] = Math.min(left[1], room / outward);
    }
    return true;
  }
}
