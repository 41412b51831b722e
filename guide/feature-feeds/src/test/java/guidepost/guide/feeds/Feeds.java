package guidepost.guide.feeds;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Reads whole texts for the tests: each row as `number: feature` or `number! reason`.
final class Feeds {

  private Feeds() {}

  static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  static List<String> rows(String text) throws IOException {
    return rows(text, FeatureColumns.BY_NAME);
  }

  static List<String> rows(String text, FeatureColumns columns) throws IOException {
    List<String> rows = new ArrayList<>();
    FeatureFeed.open(stream(text), columns).read(row -> rows.add(text(row)));
    return rows;
  }

  private static String text(FeatureRow row) {
    return switch (row) {
      case FeatureRow.Parsed parsed -> parsed.number() + ": " + text(parsed.feature());
      case FeatureRow.Rejected rejected -> rejected.number() + "! " + rejected.reason();
    };
  }

  private static String text(FeatureDraft feature) {
    return "%s|%s|%s|%s|%s"
        .formatted(
            feature.id(),
            feature.name(),
            feature.category(),
            feature.point(),
            new TreeMap<>(feature.attributes()));
  }
}
