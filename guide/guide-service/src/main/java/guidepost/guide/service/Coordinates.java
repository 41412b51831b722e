package guidepost.guide.service;

import guidepost.guide.index.Point;

/// Coordinates as they come off the wire.
final class Coordinates {

  private Coordinates() {}

  /// @throws InvalidFieldException naming the field that is out of range, the rule and the value
  static Point point(int latitudeE7, int longitudeE7, String latitudeField, String longitudeField)
      throws InvalidFieldException {
    requireInRange(latitudeField, latitudeE7, Point.LATITUDE_E7_MAX);
    requireInRange(longitudeField, longitudeE7, Point.LONGITUDE_E7_MAX);
    return new Point(latitudeE7, longitudeE7);
  }

  static void requireInRange(String field, int value, int max) throws InvalidFieldException {
    if (value < -max || value > max) {
      throw new InvalidFieldException(
          field + ".range", "%s must be %d..%d (E7): %d".formatted(field, -max, max, value));
    }
  }
}
