package guidepost.guide.feeds;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a [FeatureFeed] can read.
public enum FeatureFormat {
  /// Columns under a header, separated by commas or semicolons; latitude and longitude in degrees.
  CSV("csv", true),
  /// The same, separated by tabs and without quotes.
  TSV("tsv", false),
  /// GeoJSON (RFC 7946): points, features and collections of them, in an array, one after the
  /// other, or as a sequence (RFC 8142).
  GEOJSON("geojson", true),
  /// A JSON object a line, as [FeatureWriter] writes them.
  JSON_LINES("jsonl", true),
  /// The route guide's `route_guide_db.json`: an array of features or `{"feature": [...]}`, with
  /// locations in E7.
  ROUTE_GUIDE_DB("route-guide-db", false),
  /// The waypoints of GPX 1.0 or 1.1.
  GPX("gpx", true),
  /// What has a name in an OpenStreetMap PBF file: nodes, ways and relations, at a point of theirs.
  OSM_PBF("osm-pbf", false);

  /// The names of all formats, for messages.
  public static final String NAMES =
      Arrays.stream(values()).map(FeatureFormat::toString).collect(Collectors.joining(", "));

  /// The names of the formats that are written, for messages.
  public static final String WRITABLE_NAMES =
      Arrays.stream(values())
          .filter(FeatureFormat::isWritable)
          .map(FeatureFormat::toString)
          .collect(Collectors.joining(", "));

  private static final Pattern TELLING_FIELD =
      Pattern.compile(
          "\"type\"\\s*:\\s*\"(?:Feature|Point|GeometryCollection|Multi|LineString|Polygon)"
              + "|\"(feature|location|latitude)\"\\s*:");

  private final String name;
  private final boolean writable;

  FeatureFormat(String name, boolean writable) {
    this.name = name;
    this.writable = writable;
  }

  /// True if [FeatureWriter] writes it.
  public boolean isWritable() {
    return writable;
  }

  /// True if its rows are counted by entry instead of by line.
  public boolean countsEntries() {
    return this == GEOJSON || this == ROUTE_GUIDE_DB || this == GPX || this == OSM_PBF;
  }

  /// The format with this name.
  ///
  /// @throws IllegalArgumentException if there is none
  public static FeatureFormat of(String name) {
    return Arrays.stream(values())
        .filter(format -> format.name.equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("format \"%s\": must be %s".formatted(name, NAMES)));
  }

  /// The format of a text that begins like this; empty if it could be several or none.
  static Optional<FeatureFormat> guess(String head) {
    if (GeoJsonSequence.isSequence(head)) {
      return Optional.of(GEOJSON);
    }
    String text = head.stripLeading();
    if (text.isEmpty()) {
      return Optional.of(CSV);
    }
    if (text.charAt(0) == '[' || text.charAt(0) == '{') {
      return guessJson(text);
    }
    String firstLine = text.lines().findFirst().orElse("");
    if (TableDialect.isSaid(firstLine)) {
      return Optional.of(CSV);
    }
    if (firstLine.indexOf('\t') >= 0) {
      return Optional.of(TSV);
    }
    return firstLine.indexOf(',') >= 0 || firstLine.indexOf(';') >= 0
        ? Optional.of(CSV)
        : Optional.empty();
  }

  private static Optional<FeatureFormat> guessJson(String text) {
    Matcher field = TELLING_FIELD.matcher(text);
    if (!field.find()) {
      return text.matches("(?s)\\[\\s*].*") ? Optional.of(ROUTE_GUIDE_DB) : Optional.empty();
    }
    if (field.group(1) == null) {
      return Optional.of(GEOJSON);
    }
    return Optional.of(field.group(1).equals("latitude") ? JSON_LINES : ROUTE_GUIDE_DB);
  }

  /// The name by which people choose it.
  @Override
  public String toString() {
    return name;
  }
}
