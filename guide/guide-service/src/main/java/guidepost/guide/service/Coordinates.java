package guidepost.guide.service;

import guidepost.calls.Fields;
import guidepost.guide.index.Point;

/// Coordinates as they come off the wire.
final class Coordinates {

  private Coordinates() {}

  /// @throws guidepost.calls.RejectedException naming the field that is out of range
  static Point point(int latitudeE7, int longitudeE7, String latitudeField, String longitudeField) {
    requireInRange(latitudeField, latitudeE7, Point.LATITUDE_E7_MAX);
    requireInRange(longitudeField, longitudeE7, Point.LONGITUDE_E7_MAX);
    return new Point(latitudeE7, longitudeE7);
  }

  static void requireInRange(String field, int value, int max) {
    Fields.range(field, value, -max, max);
  }
}
