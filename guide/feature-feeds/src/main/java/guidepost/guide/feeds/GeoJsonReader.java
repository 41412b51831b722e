package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.JsonFault;
import guidepost.guide.index.Point;
import java.io.IOException;
import java.io.Reader;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// GeoJSON (RFC 7946) with Point geometries: feature collections and single features, several of
/// them one after the other if need be. The features of a collection are read one by one.
///
/// The properties `name`, `category` and `id` have their meaning, the others become attributes. A
/// feature's own `id` comes before that of its properties.
final class GeoJsonReader implements RowReader {

  static final Set<String> NOT_ATTRIBUTES = Set.of("name", "id", "category");

  private long number;

  @Override
  public void read(Reader in, Consumer<? super FeatureRow> rows) throws IOException {
    try (JsonParser parser = JsonFields.JSON.createParser(in)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token != JsonToken.START_OBJECT) {
          throw new InvalidFeedException("must be a FeatureCollection or a Feature");
        }
        readObject(parser, rows);
      }
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      throw new InvalidFeedException(JsonFault.inText(e), e);
    }
  }

  /// Reads a collection or a feature: which one shows only in the end.
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
    String type = JsonFields.text(feature, "type");
    if (type.equals("Feature") && before == number) {
      rows.accept(row(feature));
    } else if (!isCollection) {
      throw new InvalidFeedException(
          "type \"%s\": must be FeatureCollection (with features) or Feature".formatted(type));
    }
  }

  private void readFeatures(JsonParser parser, Consumer<? super FeatureRow> rows) {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonNode feature = parser.readValueAsTree();
      rows.accept(row(feature));
    }
  }

  private FeatureRow row(JsonNode feature) {
    number++;
    try {
      return new FeatureRow.Parsed(number, feature(JsonFields.requireObject(feature)));
    } catch (InvalidRowException e) {
      return new FeatureRow.Rejected(number, e.reason());
    }
  }

  private static FeatureDraft feature(JsonNode feature) {
    JsonNode properties = feature.path("properties");
    String id = JsonFields.text(feature, "id");
    return new FeatureDraft(
        id.isEmpty() ? JsonFields.text(properties, "id") : id,
        point(feature.path("geometry")),
        JsonFields.text(properties, "name"),
        JsonFields.text(properties, "category"),
        JsonFields.attributes(properties, NOT_ATTRIBUTES));
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
