package guidepost.guide.feeds;

import guidepost.guide.index.Feature;
import java.io.Writer;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/// Writes a FeatureCollection of Points (RFC 7946), a feature a line.
///
/// An attribute called `name`, `category` or `id` would be taken for the feature's own and is left
/// out.
final class GeoJsonWriter implements FeatureWriter {

  private final JsonOutput out;

  GeoJsonWriter(Writer out) {
    this.out = new JsonOutput(out);
    this.out.write(GeoJsonWriter::writeStart);
  }

  private static void writeStart(JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("type", "FeatureCollection");
    json.writeArrayPropertyStart("features");
  }

  @Override
  public boolean keeps(String attribute) {
    return !GeoJsonReader.NOT_ATTRIBUTES.contains(attribute);
  }

  @Override
  public void write(Feature feature) {
    out.write(json -> writeFeature(json, feature));
  }

  private void writeFeature(JsonGenerator json, Feature feature) {
    json.writeRaw('\n');
    json.writeStartObject();
    json.writeStringProperty("type", "Feature");
    json.writeStringProperty("id", feature.id());
    json.writeObjectPropertyStart("geometry");
    json.writeStringProperty("type", "Point");
    json.writeArrayPropertyStart("coordinates");
    json.writeNumber(CsvFeatureWriter.degrees(feature.point().longitudeE7()));
    json.writeNumber(CsvFeatureWriter.degrees(feature.point().latitudeE7()));
    json.writeEndArray();
    json.writeEndObject();
    json.writeObjectPropertyStart("properties");
    writeProperties(json, feature);
    json.writeEndObject();
    json.writeEndObject();
  }

  private void writeProperties(JsonGenerator json, Feature feature) {
    json.writeStringProperty("name", feature.name());
    if (!feature.category().isEmpty()) {
      json.writeStringProperty("category", feature.category());
    }
    feature.attributes().entrySet().stream()
        .filter(attribute -> keeps(attribute.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .forEach(attribute -> json.writeStringProperty(attribute.getKey(), attribute.getValue()));
  }

  @Override
  public void flush() {
    out.write(JsonGenerator::flush);
  }

  @Override
  public void close() {
    out.write(GeoJsonWriter::writeEnd);
  }

  private static void writeEnd(JsonGenerator json) {
    json.writeEndArray();
    json.writeEndObject();
    json.writeRaw('\n');
    json.close();
  }
}
