package guidepost.guide.feeds;

import guidepost.feeds.Shortened;
import javax.xml.stream.Location;
import javax.xml.stream.XMLStreamException;

/// Says where a file stops being XML, and why, out of the words of the library that reads it, which
/// go on to speak of its own insides.
final class GpxFault {

  private GpxFault() {}

  /// Place and rule, on one line.
  static String text(XMLStreamException e) {
    String words = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    Location at = e.getLocation();
    String fault = fault(words);
    return at == null || at.getLineNumber() < 1
        ? fault
        : "line %d, column %d: %s".formatted(at.getLineNumber(), at.getColumnNumber(), fault);
  }

  private static String fault(String words) {
    if (words.startsWith("Unexpected EOF") || words.startsWith("Unexpected end of input")) {
      return "the XML ends before its last element is closed";
    }
    if (words.startsWith("Maximum")) {
      return "must be within the limits of this reader: " + Shortened.of(words);
    }
    return "is not XML: " + Shortened.of(words);
  }
}
