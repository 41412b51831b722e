package guidepost.guide.feeds;

import guidepost.guide.index.Point;

/// Reads positions in degrees as people write them.
final class Degrees {

  private Degrees() {}

  /// A point from two texts.
  ///
  /// @throws InvalidRowException if either is not a number of degrees in range
  static Point point(String latitude, String longitude) {
    double latitudeDegrees = number("latitude", latitude);
    double longitudeDegrees = number("longitude", longitude);
    return point(latitudeDegrees, longitudeDegrees);
  }

  /// A point from two numbers.
  ///
  /// @throws InvalidRowException if either is out of range
  static Point point(double latitude, double longitude) {
    try {
      return Point.ofDegrees(latitude, longitude);
    } catch (IllegalArgumentException e) {
      throw new InvalidRowException(String.valueOf(e.getMessage()));
    }
  }

  private static double number(String field, String text) {
    boolean decimal =
        !text.isEmpty() && text.chars().allMatch(c -> "+-.0123456789eE".indexOf(c) >= 0);
    try {
      return Double.parseDouble(decimal ? text : "must be a number");
    } catch (NumberFormatException e) {
      throw new InvalidRowException(field, text, "must be a number of degrees");
    }
  }
}
