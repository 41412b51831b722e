package guidepost.guide.feeds;

import guidepost.guide.index.Feature;
import java.io.Writer;
import tools.jackson.core.JsonGenerator;

/// Writes an object a line with the fields of the v1 contract, positions in degrees.
final class JsonFeatureWriter implements FeatureWriter {

  private final JsonOutput out;

  JsonFeatureWriter(Writer out) {
    this.out = new JsonOutput(out);
  }

  @Override
  public boolean keeps(String attribute) {
    return true;
  }

  @Override
  public void write(Feature feature) {
    out.write(json -> writeObject(json, feature));
  }

  private static void writeObject(JsonGenerator json, Feature feature) {
    json.writeStartObject();
    json.writeStringProperty("id", feature.id());
    json.writeStringProperty("name", feature.name());
    if (!feature.category().isEmpty()) {
      json.writeStringProperty("category", feature.category());
    }
    json.writeNumberProperty("latitude", CsvFeatureWriter.degrees(feature.point().latitudeE7()));
    json.writeNumberProperty("longitude", CsvFeatureWriter.degrees(feature.point().longitudeE7()));
    if (!feature.attributes().isEmpty()) {
      json.writeObjectPropertyStart("attributes");
      JsonOutput.attributes(json, feature);
      json.writeEndObject();
    }
    json.writeNumberProperty("revision", feature.revision());
    json.writeEndObject();
    json.writeRaw('\n');
  }

  @Override
  public void flush() {
    out.write(JsonGenerator::flush);
  }

  @Override
  public void close() {
    out.write(JsonGenerator::close);
  }
}
