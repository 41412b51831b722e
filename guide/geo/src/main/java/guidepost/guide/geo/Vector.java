package guidepost.guide.geo;

/// A direction from the centre of the sphere, as a vector in space: no pole and no antimeridian is
/// special there. The first axis leads to 0 N 0 E, the second to 0 N 90 E, the third to the north
/// pole.
///
/// Threads: any; immutable.
public record Vector(double x, double y, double z) {

  /// No direction.
  public static final Vector NULL = new Vector(0, 0, 0);

  /// Shorter products of two directions are rounding.
  private static final double TINY = 1e-15;

  private static final double RADIANS = Math.PI / 180 / Point.E7;

  public static Vector of(Point point) {
    return of(point.latitudeE7(), point.longitudeE7());
  }

  public static Vector of(int latitudeE7, int longitudeE7) {
    double latitude = latitudeE7 * RADIANS;
    double longitude = longitudeE7 * RADIANS;
    double cosine = Math.cos(latitude);
    return new Vector(
        cosine * Math.cos(longitude), cosine * Math.sin(longitude), Math.sin(latitude));
  }

  public Vector plus(Vector other) {
    return new Vector(x + other.x, y + other.y, z + other.z);
  }

  public Vector minus(Vector other) {
    return new Vector(x - other.x, y - other.y, z - other.z);
  }

  public double dot(Vector other) {
    return x * other.x + y * other.y + z * other.z;
  }

  public Vector cross(Vector other) {
    return new Vector(
        y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x);
  }

  public double length() {
    return Math.sqrt(dot(this));
  }

  /// The same direction with length 1; not of a null vector.
  public Vector normalized() {
    return divided(length());
  }

  Vector times(double factor) {
    return new Vector(x * factor, y * factor, z * factor);
  }

  /// The nearest point of E7.
  Point point() {
    return Point.ofDegrees(
        Math.toDegrees(Math.asin(Math.clamp(z, -1.0, 1.0))), Math.toDegrees(Math.atan2(y, x)));
  }

  Vector divided(double length) {
    return new Vector(x / length, y / length, z / length);
  }

  /// True if this is no direction, or a product of two that are the same but for rounding.
  public boolean isNull() {
    return length() < TINY;
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

  /// The angle between two directions, in radians: by half the chord, which is precise for small
  /// angles.
  public double angleTo(Vector other) {
    return 2 * Math.asin(Math.min(1, minus(other).length() / 2));
  }
}
