package guidepost.guide.service;

import guidepost.guide.index.Haversine;
import guidepost.guide.index.Point;
import java.util.List;
import java.util.stream.IntStream;

/// The shorter way along a great circle from one point to another, on the sphere that notes are
/// measured on. Vectors from the middle of the globe know neither poles nor an antimeridian.
///
/// Cost: some 20 ns a distance.
///
/// @param from where it begins
/// @param to where it ends; may be the same
/// @param normal of the plane that it lies in; null vector if it is one point
record Arc(Vector from, Vector to, Vector normal) {

  /// A direction from the middle of the globe; of length 1 unless it is a product.
  record Vector(double x, double y, double z) {

    private static final double TINY = 1e-15;

    static Vector of(Point point) {
      double latitude = Math.toRadians(point.latitude());
      double longitude = Math.toRadians(point.longitude());
      double cos = Math.cos(latitude);
      return new Vector(cos * Math.cos(longitude), cos * Math.sin(longitude), Math.sin(latitude));
    }

    double dot(Vector other) {
      return x * other.x + y * other.y + z * other.z;
    }

    Vector cross(Vector other) {
      return new Vector(
          y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x);
    }

    double length() {
      return Math.sqrt(dot(this));
    }

    Vector halfwayTo(Vector other) {
      return new Vector((x + other.x) / 2, (y + other.y) / 2, (z + other.z) / 2);
    }

    /// The square of the straight way to another.
    double squareTo(Vector other) {
      double dx = x - other.x;
      double dy = y - other.y;
      double dz = z - other.z;
      return dx * dx + dy * dy + dz * dz;
    }

    boolean isNull() {
      return length() < TINY;
    }

    Vector unit() {
      double length = length();
      return new Vector(x / length, y / length, z / length);
    }

    /// The angle between them; exact for small ones, where the arc cosine is not.
    double angle(Vector other) {
      return Math.atan2(cross(other).length(), dot(other));
    }
  }

  static Arc of(Point from, Point to) {
    return between(Vector.of(from), Vector.of(to));
  }

  private static Arc between(Vector from, Vector to) {
    return new Arc(from, to, from.cross(to));
  }

  /// Those of a line; of a single point, one of no length.
  static List<Arc> of(List<Point> line) {
    List<Vector> corners = line.stream().map(Vector::of).toList();
    return line.size() == 1
        ? List.of(between(corners.getFirst(), corners.getFirst()))
        : IntStream.range(1, line.size())
            .mapToObj(i -> between(corners.get(i - 1), corners.get(i)))
            .toList();
  }

  /// Metres from the nearest point of this arc to the nearest one of another.
  double metres(Arc other) {
    return crosses(other)
        ? 0
        : Haversine.RADIUS_METRES
            * Math.min(
                Math.min(angle(other.from), angle(other.to)),
                Math.min(other.angle(from), other.angle(to)));
  }

  /// How far along this arc, or before or beyond it, a point lies; in no unit, to compare points
  /// near a short one. 0 if this is one point.
  double ahead(Point point) {
    return normal.cross(from).dot(Vector.of(point));
  }

  /// The angle from a point to the nearest point of this arc: to the plane if the foot lies between
  /// the ends, else to the nearer end.
  private double angle(Vector point) {
    if (!normal.isNull() && isBetween(point)) {
      return Math.abs(Math.PI / 2 - normal.angle(point));
    }
    return Math.min(from.angle(point), to.angle(point));
  }

  private boolean isBetween(Vector point) {
    return normal.cross(from).dot(point) >= 0 && to.cross(normal).dot(point) >= 0;
  }

  private boolean crosses(Arc other) {
    Vector line = normal.cross(other.normal);
    if (line.isNull()) {
      return false;
    }
    Vector meeting = line.unit();
    Vector opposite = new Vector(-meeting.x(), -meeting.y(), -meeting.z());
    return (holds(meeting) && other.holds(meeting)) || (holds(opposite) && other.holds(opposite));
  }

  /// True if a point of the plane lies between the ends.
  private boolean holds(Vector point) {
    return isBetween(point)
        && point.dot(new Vector(from.x() + to.x(), from.y() + to.y(), from.z() + to.z())) > 0;
  }
}
