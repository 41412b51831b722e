package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.JsonFault;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.JsonNode;

/// `route_guide_db.json` in both published shapes.
///
/// ```
/// [{"location": {"latitude": 407838351, "longitude": -746143763}, "name": "Patriots Path"}]
/// {"feature": [{"location": ...}]}
/// ```
record GuideDbReader() implements RowReader {

  private static final Set<String> NOT_ATTRIBUTES = Set.of("location", "name", "id", "category");

  @Override
  public void read(TextInput text, Consumer<? super FeatureRow> rows) throws IOException {
    long[] number = {0};
    try (JsonParser parser = JsonFields.JSON.createParser(text.reader())) {
      toArray(parser);
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        JsonNode entry = parser.readValueAsTree();
        rows.accept(row(++number[0], entry));
      }
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      throw new InvalidFeedException(JsonFault.inText(e), e);
    }
  }

  /// Steps onto the array's first bracket.
  private static void toArray(JsonParser parser) throws InvalidFeedException {
    JsonToken token = parser.nextToken();
    while (token != null && token != JsonToken.START_ARRAY) {
      if (token == JsonToken.PROPERTY_NAME && !parser.currentName().equals("feature")) {
        parser.nextToken();
        parser.skipChildren();
      }
      token = parser.nextToken();
    }
    if (token == null) {
      throw new InvalidFeedException("must be an array of features, or {\"feature\": [...]}");
    }
  }

  private static FeatureRow row(long number, JsonNode entry) {
    try {
      return new FeatureRow.Parsed(number, feature(JsonFields.requireObject(entry)));
    } catch (InvalidRowException e) {
      return new FeatureRow.Rejected(number, e.reason());
    }
  }

  private static FeatureDraft feature(JsonNode entry) {
    JsonNode location = entry.path("location");
    if (!location.isObject()) {
      throw new InvalidRowException(
          "location", JsonFields.text(entry, "location"), "must be given");
    }
    Map<String, String> attributes = JsonFields.attributes(entry, NOT_ATTRIBUTES);
    return new FeatureDraft(
        JsonFields.text(entry, "id"),
        JsonFields.pointE7(location),
        JsonFields.text(entry, "name"),
        JsonFields.text(entry, "category"),
        attributes);
  }
}
