package guidepost.guide.index;

/// A piece of a great circle, shorter than a right angle, and how points lie to it.
///
/// ```
///        P                    left of the arc: P · n > 0
///        |
///   a ───F──────▶ b           u = n × a: the direction at a
/// ```
///
/// @param a where it begins
/// @param b where it ends, not at `a`
/// @param normal of the plane that it lies in, to its left
record Arc(Vector a, Vector b, Vector normal) {

  static Arc between(Vector a, Vector b) {
    return new Arc(a, b, a.cross(b).normalized());
  }

  double angle() {
    return a.angleTo(b);
  }

  /// How far a point lies ahead of the beginning: the sine of the angle; less than 0 if behind.
  double ahead(Vector point) {
    return normal.cross(a).dot(point.minus(a));
  }

  /// Where on the arc a point comes nearest to it: 0 for its beginning, 1 for its end.
  double nearestTo(Vector point) {
    double ahead = ahead(point);
    if (ahead <= 0) {
      return 0;
    }
    double behind = b.cross(normal).dot(point);
    return behind <= 0 ? 1 : Math.min(1, Math.atan2(ahead, point.dot(a)) / angle());
  }

  /// How far a point is from where it comes nearest, in radians.
  double distance(Vector point, double nearest) {
    if (nearest == 0) {
      return point.angleTo(a);
    }
    return nearest == 1
        ? point.angleTo(b)
        : Math.asin(Math.min(1, Math.abs(point.minus(a).dot(normal))));
  }
}
