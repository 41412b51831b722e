package guidepost.guide.feeds;

import guidepost.feeds.JsonFault;
import guidepost.feeds.LineReader;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A JSON object a line with id, name, category, latitude and longitude (degrees) and attributes; a
/// broken line is refused alone.
record JsonLinesReader() implements RowReader {

  private static final Set<String> KNOWN =
      Set.of("id", "name", "category", "latitude", "longitude", "attributes", "revision");

  @Override
  public void read(TextInput text, Consumer<? super FeatureRow> rows) throws IOException {
    LineReader lines = new LineReader(text.reader());
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (!line.isBlank()) {
        rows.accept(row(lines.number(), line));
      }
    }
  }

  private static FeatureRow row(long number, String line) {
    try {
      JsonNode object = JsonFields.requireObject(JsonFields.JSON.readTree(line));
      return new FeatureRow.Parsed(number, feature(object));
    } catch (InvalidRowException e) {
      return new FeatureRow.Rejected(number, e.reason());
    } catch (JacksonException e) {
      return new FeatureRow.Rejected(number, "must be a JSON object: " + JsonFault.inLine(e));
    }
  }

  private static FeatureDraft feature(JsonNode object) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!KNOWN.contains(field.getKey())) {
        throw new InvalidRowException(
            "field", field.getKey(), "is not known; other facts belong into attributes");
      }
    }
    return new FeatureDraft(
        JsonFields.text(object, "id"),
        Degrees.point(
            JsonFields.number(object.path("latitude"), "latitude"),
            JsonFields.number(object.path("longitude"), "longitude")),
        JsonFields.text(object, "name"),
        JsonFields.text(object, "category"),
        JsonFields.attributes(object.path("attributes"), Set.of()));
  }
}
