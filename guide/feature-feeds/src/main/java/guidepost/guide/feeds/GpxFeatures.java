package guidepost.guide.feeds;

import guidepost.guide.feeds.GpxPoint.Kind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Reads the waypoints of a GPX file. Tracks and routes are what one follows, and no features.
///
/// `type` is the category; `cmt`, `desc`, `ele`, `src`, `sym` and `time` become attributes of these
/// names. Everything else is left out, and counted.
final class GpxFeatures {

  /// Elements that are attributes, as [GpxFeatureWriter] writes them.
  static final List<String> ATTRIBUTES = List.of("ele", "time", "cmt", "desc", "src", "sym");

  private static final int PLAIN_DIGITS_MAX = 20;

  private final Consumer<? super FeatureRow> rows;
  private final LeftOut leftOut;
  private long number;

  private GpxFeatures(Consumer<? super FeatureRow> rows, LeftOut leftOut) {
    this.rows = rows;
    this.leftOut = leftOut;
  }

  static void read(BufferedInputStream in, Consumer<? super FeatureRow> rows, LeftOut leftOut)
      throws IOException {
    GpxFeatures features = new GpxFeatures(rows, leftOut);
    GpxScanner.read(in, features::take, leftOut);
  }

  private void take(GpxPoint point) {
    if (point.kind() != Kind.WAYPOINT) {
      leftOut.count(point.kind().element());
      return;
    }
    number++;
    try {
      rows.accept(new FeatureRow.Parsed(number, feature(point)));
    } catch (InvalidRowException e) {
      rows.accept(new FeatureRow.Rejected(number, e.reason()));
    }
  }

  private FeatureDraft feature(GpxPoint point) {
    Map<String, String> attributes = new HashMap<>();
    for (String name : ATTRIBUTES) {
      String text = value(name, point.text(name));
      if (!text.isEmpty()) {
        attributes.put(name, text);
      }
    }
    if (!point.text("speed").isEmpty()) {
      leftOut.count("speed");
    }
    return new FeatureDraft("", point.point(), point.text("name"), point.text("type"), attributes);
  }

  /// The text as it is kept; empty if it is not what it must be.
  private String value(String name, String text) {
    if (text.isEmpty()) {
      return text;
    }
    try {
      return switch (name) {
        case "ele" -> plain(GpxPoint.number(name, text));
        case "time" -> GpxPoint.time(text).toString();
        default -> text;
      };
    } catch (InvalidRowException e) {
      leftOut.fault("entry " + number, name, e);
      return "";
    }
  }

  private static String plain(double metres) {
    BigDecimal number = new BigDecimal(Double.toString(metres)).stripTrailingZeros();
    return number.scale() > PLAIN_DIGITS_MAX ? "0" : number.toPlainString();
  }
}
