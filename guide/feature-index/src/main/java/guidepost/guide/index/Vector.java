package guidepost.guide.index;

/// A direction from the centre of the sphere, as a vector in space: no pole and no antimeridian is
/// special there. The first axis leads to 0 N 0 E, the second to 0 N 90 E, the third to the north
/// pole.
record Vector(double x, double y, double z) {

  private static final double RADIANS = Math.PI / 180 / Point.E7;

  static Vector of(Point point) {
    return of(point.latitudeE7(), point.longitudeE7());
  }

  static Vector of(int latitudeE7, int longitudeE7) {
    double latitude = latitudeE7 * RADIANS;
    double longitude = longitudeE7 * RADIANS;
    double cosine = Math.cos(latitude);
    return new Vector(
        cosine * Math.cos(longitude), cosine * Math.sin(longitude), Math.sin(latitude));
  }

  Vector plus(Vector other) {
    return new Vector(x + other.x, y + other.y, z + other.z);
  }

  Vector minus(Vector other) {
    return new Vector(x - other.x, y - other.y, z - other.z);
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

  Vector normalized() {
    double length = length();
    return new Vector(x / length, y / length, z / length);
  }

  /// The angle between two directions, in radians: by half the chord, which is precise for small
  /// angles.
  double angleTo(Vector other) {
    return 2 * Math.asin(Math.min(1, minus(other).length() / 2));
  }
}
