package guidepost.guide.feeds;

import com.ctc.wstx.api.WstxInputProperties;
import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.Shortened;
import guidepost.guide.feeds.GpxPoint.Kind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.codehaus.stax2.XMLInputFactory2;

/// Reads the points of a GPX file one after the other. What a point does not need is stepped over,
/// however it is written: links, extensions, elements of other namespaces, metadata, the version.
///
/// Limits: elements nested 100 deep, attributes of 64 Ki characters, texts of 1 Mi; no document
/// type is read and no entity but those of XML itself.
///
/// Memory: one point. Threads: one.
final class GpxScanner {

  /// Takes points.
  @FunctionalInterface
  interface Sink {
    /// Takes the next.
    ///
    /// @throws InvalidFeedException to read no further
    void take(GpxPoint point) throws InvalidFeedException;
  }

  /// GPX nests to five; extensions a little deeper.
  private static final int DEPTH_MAX = 100;

  /// Attributes hold numbers and names.
  private static final int ATTRIBUTE_LENGTH_MAX = 1 << 16;

  /// Texts are descriptions: longer is no track.
  private static final int TEXT_LENGTH_MAX = 1 << 20;

  private static final XMLInputFactory FACTORY = factory();

  /// Elements of a point that are read.
  private static final Set<String> READ =
      Set.of("ele", "time", "name", "cmt", "desc", "src", "sym", "type", "speed");

  /// Elements that hold points, or hold those.
  private static final Set<String> HOLDERS = Set.of("trk", "trkseg", "rte");

  private final XMLStreamReader xml;
  private final Sink sink;
  private final LeftOut leftOut;
  private final Map<String, String> namespaces = new HashMap<>();
  private String prefix = "";

  /// Kinds of which the next point begins a segment.
  private final Set<Kind> begins = EnumSet.allOf(Kind.class);

  private GpxScanner(XMLStreamReader xml, Sink sink, LeftOut leftOut) {
    this.xml = xml;
    this.sink = sink;
    this.leftOut = leftOut;
  }

  /// Woodstox, by its name: of several parsers on a class path any might be the default.
  private static XMLInputFactory factory() {
    XMLInputFactory factory =
        ServiceLoader.load(XMLInputFactory.class, GpxScanner.class.getClassLoader()).stream()
            .filter(each -> each.type().getName().startsWith("com.ctc.wstx."))
            .findFirst()
            .orElseThrow()
            .get();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    // A prefix that nobody declares is no reason to refuse a file.
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    factory.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
    factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, DEPTH_MAX);
    factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, ATTRIBUTE_LENGTH_MAX);
    factory.setProperty(WstxInputProperties.P_MAX_TEXT_LENGTH, TEXT_LENGTH_MAX);
    return factory;
  }

  /// Hands over every point.
  ///
  /// @param leftOut counts what is stepped over
  /// @throws InvalidFeedException if it is no XML, or no GPX
  static void read(BufferedInputStream in, Sink sink, LeftOut leftOut) throws IOException {
    try {
      XMLStreamReader xml = FACTORY.createXMLStreamReader(XmlText.open(in));
      new GpxScanner(xml, sink, leftOut).readAll();
    } catch (XMLStreamException e) {
      if (e.getNestedException() instanceof IOException cause) {
        throw cause;
      }
      throw new InvalidFeedException(GpxFault.text(e), e);
    }
  }

  private void readAll() throws XMLStreamException, InvalidFeedException {
    while (xml.hasNext()) {
      if (xml.next() == XMLStreamConstants.START_ELEMENT) {
        readRoot();
      }
    }
  }

  private void readRoot() throws XMLStreamException, InvalidFeedException {
    String name = xml.getLocalName();
    prefix = prefix(name);
    if (!own(name).filter("gpx"::equals).isPresent()) {
      throw new InvalidFeedException(
          "must be GPX: its first element must be gpx, not %s".formatted(Shortened.of(name)));
    }
    readNamespaces();
    readHolder();
  }

  private void readNamespaces() {
    for (int i = 0; i < xml.getAttributeCount(); i++) {
      String attribute = xml.getAttributeLocalName(i);
      if (attribute.equals("xmlns") || attribute.startsWith("xmlns:")) {
        String declared = attribute.length() > 6 ? attribute.substring(6) : "";
        namespaces.put(declared, xml.getAttributeValue(i));
      }
    }
  }

  private static String prefix(String name) {
    return name.substring(0, Math.max(0, name.indexOf(':')));
  }

  /// The name within GPX; empty if it is of another namespace.
  private Optional<String> own(String name) {
    String its = prefix(name);
    boolean same = its.equals(prefix) || isSameNamespace(its);
    return same && !changesNamespace(its)
        ? Optional.of(its.isEmpty() ? name : name.substring(its.length() + 1))
        : Optional.empty();
  }

  private boolean isSameNamespace(String other) {
    String namespace = namespaces.get(prefix);
    return namespace != null && namespace.equals(namespaces.get(other));
  }

  private boolean changesNamespace(String its) {
    String declared = xml.getAttributeValue(null, its.isEmpty() ? "xmlns" : "xmlns:" + its);
    return declared != null && !declared.equals(namespaces.getOrDefault(its, declared));
  }

  /// Reads what stands in an element up to its end.
  private void readHolder() throws XMLStreamException, InvalidFeedException {
    while (nextElement()) {
      String name = xml.getLocalName();
      Optional<String> own = own(name);
      Optional<Kind> kind = own.flatMap(GpxScanner::kind);
      if (kind.isPresent()) {
        readPoint(kind.get());
      } else if (own.filter(HOLDERS::contains).isPresent()) {
        begin(own.get());
        readHolder();
      } else {
        skip(name);
      }
    }
  }

  private void begin(String holder) {
    begins.add(holder.equals("rte") ? Kind.ROUTE : Kind.TRACK);
  }

  private static Optional<Kind> kind(String element) {
    for (Kind kind : Kind.values()) {
      if (kind.element().equals(element)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /// Goes on to the next element in the one that is read.
  ///
  /// @return false at its end
  private boolean nextElement() throws XMLStreamException, InvalidFeedException {
    while (true) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          return true;
        }
        case XMLStreamConstants.END_ELEMENT -> {
          return false;
        }
        case XMLStreamConstants.ENTITY_REFERENCE -> throw entity();
        default -> {
          // Text, a comment or an instruction between elements.
        }
      }
    }
  }

  private InvalidFeedException entity() {
    return new InvalidFeedException(
        "line %d: entity \"%s\": must be one of XML itself, like &amp;"
            .formatted(xml.getLocation().getLineNumber(), Shortened.of(xml.getLocalName())));
  }

  private void readPoint(Kind kind) throws XMLStreamException, InvalidFeedException {
    String latitude = attribute("lat");
    String longitude = attribute("lon");
    Map<String, String> texts = new HashMap<>();
    while (nextElement()) {
      readField(texts);
    }
    sink.take(new GpxPoint(kind, begins.remove(kind), latitude, longitude, texts));
  }

  private String attribute(String name) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? "" : value;
  }

  private void readField(Map<String, String> texts)
      throws XMLStreamException, InvalidFeedException {
    String name = xml.getLocalName();
    Optional<String> own = own(name);
    if (own.filter(READ::contains).isPresent()) {
      texts.putIfAbsent(own.get(), text());
    } else if (own.filter("extensions"::equals).isPresent()) {
      leftOut.count("extensions");
      readExtensions(texts);
    } else {
      skip(name);
    }
  }

  /// Of all that stands there only a speed is read: in metres a second, as Garmin's and OsmAnd's
  /// are.
  private void readExtensions(Map<String, String> texts)
      throws XMLStreamException, InvalidFeedException {
    while (nextElement()) {
      String name = xml.getLocalName();
      if (name.substring(prefix(name).isEmpty() ? 0 : prefix(name).length() + 1).equals("speed")) {
        texts.putIfAbsent("speed", text());
      } else {
        readExtensions(texts);
      }
    }
  }

  /// The text in an element; that of elements in it is left out.
  private String text() throws XMLStreamException, InvalidFeedException {
    StringBuilder text = new StringBuilder();
    while (true) {
      switch (xml.next()) {
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            append(text);
        case XMLStreamConstants.START_ELEMENT -> skip(xml.getLocalName());
        case XMLStreamConstants.END_ELEMENT -> {
          return text.toString();
        }
        case XMLStreamConstants.ENTITY_REFERENCE -> throw entity();
        default -> {
          // A comment or an instruction.
        }
      }
    }
  }

  private void append(StringBuilder text) throws InvalidFeedException {
    if (text.length() + xml.getTextLength() > TEXT_LENGTH_MAX) {
      throw new InvalidFeedException(
          "line %d: a text must have at most %d characters"
              .formatted(xml.getLocation().getLineNumber(), TEXT_LENGTH_MAX));
    }
    text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
  }

  private void skip(String name) throws XMLStreamException {
    leftOut.count(name);
    int depth = 1;
    while (depth > 0) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> depth++;
        case XMLStreamConstants.END_ELEMENT -> depth--;
        default -> {
          // Nothing of it is read.
        }
      }
    }
  }
}
