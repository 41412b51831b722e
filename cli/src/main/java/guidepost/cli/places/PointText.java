package guidepost.cli.places;

import guidepost.guide.geo.Point;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a point as `LAT,LON` in degrees, like `42.53176,1.56654`.
public final class PointText implements ITypeConverter<Point> {

  private static final String NUMBER = "([+-]?\\d{1,3}(?:\\.\\d*)?)";
  private static final Pattern POINT = Pattern.compile(NUMBER + "\\s*,\\s*" + NUMBER);

  @Override
  public Point convert(String text) {
    Matcher matcher = POINT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "point \"%s\": must be LAT,LON in degrees, like 42.53176,1.56654"
              .formatted(text.strip()));
    }
    try {
      return Point.ofDegrees(
          Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("point \"%s\": %s".formatted(text.strip(), e.getMessage()));
    }
  }

  /// Degrees as people like them: no more decimals than needed.
  public static String text(Point point) {
    return degrees(point.latitudeE7()) + "," + degrees(point.longitudeE7());
  }

  /// Degrees of one coordinate, likewise.
  public static String degrees(int e7) {
    return BigDecimal.valueOf(e7, 7).stripTrailingZeros().toPlainString();
  }
}
