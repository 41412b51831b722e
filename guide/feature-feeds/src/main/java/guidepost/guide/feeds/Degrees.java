package guidepost.guide.feeds;

import guidepost.guide.geo.Point;
import java.util.regex.Pattern;

/// Reads positions in degrees as people write them.
final class Degrees {

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(?:\\d{1,400}(?:\\.\\d{0,400})?|\\.\\d{1,400})(?:[eE][+-]?\\d{1,9})?");

  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d{0,400},\\d{1,400}");

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
    return number(field, text, "must be a number of degrees");
  }

  /// A decimal number, as in 46.5 or 4.65e1.
  ///
  /// @throws InvalidRowException if it is none
  static double number(String field, String text, String rule) {
    if (!DECIMAL.matcher(text).matches()) {
      throw new InvalidRowException(field, text, rule);
    }
    return Double.parseDouble(text);
  }

  /// With a point where a table has a decimal comma, which can be nothing else in a number of three
  /// digits.
  static String withPoint(String text) {
    return DECIMAL_COMMA.matcher(text).matches() ? text.replace(',', '.') : text;
  }
}
