package guidepost.guide.feeds;

import guidepost.guide.index.Point;
import io.jenetics.jpx.WayPoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads the waypoints of a GPX file, all or none: it is read to its end before the first is handed
/// over. Tracks and routes are what one follows, and no features.
///
/// `type` is the category; `cmt`, `desc`, `ele`, `src`, `sym` and `time` become attributes of these
/// names.
final class GpxFeatures {

  /// Elements that are attributes, as [GpxFeatureWriter] writes them.
  static final List<String> ATTRIBUTES = List.of("ele", "time", "cmt", "desc", "src", "sym");

  private GpxFeatures() {}

  static void read(BufferedInputStream in, Consumer<? super FeatureRow> rows) throws IOException {
    long number = 0;
    for (WayPoint point : GpxReader.parse(in).getWayPoints()) {
      number++;
      rows.accept(new FeatureRow.Parsed(number, feature(point)));
    }
  }

  private static FeatureDraft feature(WayPoint point) {
    Map<String, String> attributes = new HashMap<>();
    put(attributes, "ele", point.getElevation().map(metres -> plain(metres.doubleValue())));
    put(attributes, "time", point.getTime().map(Object::toString));
    put(attributes, "cmt", point.getComment());
    put(attributes, "desc", point.getDescription());
    put(attributes, "src", point.getSource());
    put(attributes, "sym", point.getSymbol());
    return new FeatureDraft(
        "",
        Point.ofDegrees(point.getLatitude().doubleValue(), point.getLongitude().doubleValue()),
        point.getName().orElse(""),
        point.getType().orElse(""),
        attributes);
  }

  private static String plain(double metres) {
    return new BigDecimal(Double.toString(metres)).stripTrailingZeros().toPlainString();
  }

  private static void put(Map<String, String> attributes, String name, Optional<String> value) {
    value.filter(text -> !text.isEmpty()).ifPresent(text -> attributes.put(name, text));
  }
}
