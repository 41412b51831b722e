package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.JsonFault;
import guidepost.feeds.Shortened;
import guidepost.guide.geo.Point;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// GeoJSON (RFC 7946) with Point geometries: feature collections, single features and bare points,
/// several of them in an array, one after the other, or as a sequence (RFC 8142). The features of a
/// collection are read one by one.
///
/// The properties `name`, `category` and `id` have their meaning, the others become attributes. A
/// feature's own `id` comes before that of its properties; a third coordinate is the attribute
/// `ele`, unless there is one.
///
/// A collection may name its coordinate reference system after its features. So the rows of up to
/// 16 Mi characters are held back until it ends, and none of them is handed over if it is another
/// than WGS 84. Memory: some 100 MB at most.
final class GeoJsonReader implements RowReader {

  static final Set<String> NOT_ATTRIBUTES = Set.of("name", "id", "category");

  /// One feature is held as a whole: the largest outlines of countries have some millions.
  private static final long HELD_CHARACTERS_MAX = 16 << 20;

  private static final String ELEVATION = "ele";

  /// Where lines and columns are counted from.
  static final String RECORD = "in its record of the sequence: ";

  private final LeftOut leftOut;
  private final List<FeatureRow> held = new ArrayList<>();
  private long number;

  /// @param leftOut counts coordinates that nobody keeps
  GeoJsonReader(LeftOut leftOut) {
    this.leftOut = leftOut;
  }

  @Override
  public void read(TextInput text, Consumer<? super FeatureRow> rows) throws IOException {
    GeoJsonSequence texts = new GeoJsonSequence(text.reader());
    while (texts.next()) {
      if (texts.isRecord()) {
        readRecord(texts.text(), rows);
      } else {
        read(texts.text(), rows);
      }
    }
  }

  /// Of a record that is broken, what it had before that is read, and the rest is rejected as one.
  private void readRecord(Reader record, Consumer<? super FeatureRow> rows) throws IOException {
    try {
      read(record, rows);
    } catch (InvalidFeedException e) {
      number -= held.size();
      held.clear();
      number++;
      rows.accept(new FeatureRow.Rejected(number, RECORD + e.getMessage()));
    }
  }

  private void read(Reader text, Consumer<? super FeatureRow> rows) throws IOException {
    try (JsonParser parser = JsonFields.JSON.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        readText(token, parser, rows);
      }
    } catch (JacksonIOException e) {
      handOver(rows);
      throw e.getCause();
    } catch (JacksonException e) {
      handOver(rows);
      throw new InvalidFeedException(JsonFault.inText(e), e);
    }
  }

  private void readText(JsonToken token, JsonParser parser, Consumer<? super FeatureRow> rows)
      throws InvalidFeedException {
    switch (token) {
      case START_ARRAY -> readFeatures(parser, rows);
      case START_OBJECT -> readObject(parser, rows);
      default -> throw new InvalidFeedException("must be a FeatureCollection or a Feature");
    }
    handOver(rows);
  }

  /// Reads a collection, a feature or a geometry: which one shows only in the end.
  private void readObject(JsonParser parser, Consumer<? super FeatureRow> rows)
      throws InvalidFeedException {
    ObjectNode feature = JsonFields.JSON.createObjectNode();
    long before = number;
    boolean isCollection = false;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      if (parser.nextToken() == JsonToken.START_ARRAY && field.equals("features")) {
        readFeatures(parser, rows);
        isCollection = true;
      } else {
        JsonNode value = parser.readValueAsTree();
        feature.set(field, value);
      }
    }
    GeoJsonCrs.require(feature.path("crs"));
    String type = JsonFields.text(feature, "type");
    if (before == number && (type.equals("Feature") || feature.has("coordinates"))) {
      hold(row(feature), parser, rows);
    } else if (!isCollection) {
      throw new InvalidFeedException(
          "type \"%s\": must be FeatureCollection (with features), Feature or Point"
              .formatted(Shortened.of(type)));
    }
  }

  private void readFeatures(JsonParser parser, Consumer<? super FeatureRow> rows)
      throws InvalidFeedException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonNode feature = parser.readValueAsTree();
      GeoJsonCrs.require(feature.path("crs"));
      hold(row(feature), parser, rows);
    }
  }

  private void hold(FeatureRow row, JsonParser parser, Consumer<? super FeatureRow> rows) {
    held.add(row);
    if (parser.currentLocation().getCharOffset() > HELD_CHARACTERS_MAX) {
      handOver(rows);
    }
  }

  private void handOver(Consumer<? super FeatureRow> rows) {
    held.forEach(rows);
    held.clear();
  }

  private FeatureRow row(JsonNode feature) {
    number++;
    try {
      return new FeatureRow.Parsed(number, feature(JsonFields.requireObject(feature)));
    } catch (InvalidRowException e) {
      return new FeatureRow.Rejected(number, e.reason());
    }
  }

  private FeatureDraft feature(JsonNode feature) {
    boolean bare = feature.has("coordinates");
    JsonNode geometry = bare ? feature : feature.path("geometry");
    JsonNode properties = feature.path("properties");
    String id = JsonFields.text(feature, "id");
    return new FeatureDraft(
        id.isEmpty() ? JsonFields.text(properties, "id") : id,
        point(geometry),
        JsonFields.text(properties, "name"),
        JsonFields.text(properties, "category"),
        attributes(properties, geometry.path("coordinates").path(2)));
  }

  private Map<String, String> attributes(JsonNode properties, JsonNode elevation) {
    Map<String, String> attributes =
        new HashMap<>(JsonFields.attributes(properties, NOT_ATTRIBUTES));
    if (elevation.isNumber()) {
      attributes.putIfAbsent(ELEVATION, JsonFields.text(elevation));
    } else if (!elevation.isMissingNode()) {
      leftOut.count(ELEVATION);
    }
    return attributes;
  }

  private static Point point(JsonNode geometry) {
    String type = JsonFields.text(geometry, "type");
    if (!type.equals("Point")) {
      throw new InvalidRowException("geometry", type, "must be a Point");
    }
    JsonNode coordinates = geometry.path("coordinates");
    return Degrees.point(
        JsonFields.number(coordinates.path(1), "latitude"),
        JsonFields.number(coordinates.path(0), "longitude"));
  }
}
