package guidepost.guide.feeds;

import guidepost.guide.index.Feature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// Writes waypoints of GPX 1.1, one a line. GPX has no ids; of the attributes it keeps those that
/// it has an element for.
final class GpxFeatureWriter implements FeatureWriter {

  private static final String NAMESPACE = "http://www.topografix.com/GPX/1/1";
  private static final Pattern NO_XML =
      Pattern.compile("[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]");
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?");
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)");

  private final Writer out;
  private final XMLStreamWriter xml;

  GpxFeatureWriter(Writer out) {
    this.out = out;
    try {
      xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    write(this::writeStart);
  }

  /// One step of writing.
  private interface Step {
    void run() throws XMLStreamException;
  }

  private static void write(Step step) {
    try {
      step.run();
    } catch (XMLStreamException e) {
      throw new UncheckedIOException(
          e.getNestedException() instanceof IOException cause ? cause : new IOException(e));
    }
  }

  private void writeStart() throws XMLStreamException {
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeCharacters("\n");
    xml.writeStartElement("gpx");
    xml.writeDefaultNamespace(NAMESPACE);
    xml.writeAttribute("version", "1.1");
    xml.writeAttribute("creator", "guidepost");
  }

  @Override
  public boolean keeps(String attribute) {
    return GpxFeatures.ATTRIBUTES.contains(attribute);
  }

  @Override
  public void write(Feature feature) {
    write(() -> writePoint(feature));
  }

  /// In the order that the schema asks for.
  private void writePoint(Feature feature) throws XMLStreamException {
    xml.writeCharacters("\n");
    xml.writeStartElement("wpt");
    xml.writeAttribute(
        "lat", CsvFeatureWriter.degrees(feature.point().latitudeE7()).toPlainString());
    xml.writeAttribute(
        "lon", CsvFeatureWriter.degrees(feature.point().longitudeE7()).toPlainString());
    writeAttribute(feature, "ele", NUMBER);
    writeAttribute(feature, "time", TIME);
    writeElement("name", feature.name());
    writeElement("cmt", feature.attributes().getOrDefault("cmt", ""));
    writeElement("desc", feature.attributes().getOrDefault("desc", ""));
    writeElement("src", feature.attributes().getOrDefault("src", ""));
    writeElement("sym", feature.attributes().getOrDefault("sym", ""));
    writeElement("type", feature.category());
    xml.writeEndElement();
  }

  /// Leaves out what the schema would refuse.
  private void writeAttribute(Feature feature, String name, Pattern allowed)
      throws XMLStreamException {
    String value = feature.attributes().getOrDefault(name, "");
    if (allowed.matcher(value).matches()) {
      writeElement(name, value);
    }
  }

  private void writeElement(String name, String value) throws XMLStreamException {
    if (!value.isEmpty()) {
      xml.writeStartElement(name);
      xml.writeCharacters(NO_XML.matcher(value).replaceAll("\ufffd"));
      xml.writeEndElement();
    }
  }

  @Override
  public void flush() {
    write(xml::flush);
  }

  @Override
  public void close() {
    write(
        () -> {
          xml.writeCharacters("\n");
          xml.writeEndElement();
          xml.writeEndDocument();
          xml.writeCharacters("\n");
          xml.flush();
          xml.close();
        });
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
