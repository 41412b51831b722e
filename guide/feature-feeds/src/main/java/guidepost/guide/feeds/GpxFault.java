package guidepost.guide.feeds;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Says what is wrong with a GPX file, out of the words of the libraries that read it, which speak
/// of their own insides.
final class GpxFault {

  private static final String PREFIX = "Invalid GPX: ";
  private static final Pattern XML =
      Pattern.compile("(?s)ParseError at \\[row,col\\]:\\[(\\d+),(\\d+)\\]\\s*Message: (.*)");
  private static final Pattern VALUE =
      Pattern.compile("(?s)Invalid value for '([^']*)'(?:: |\\.)?(.*)");
  private static final Pattern QUOTED = Pattern.compile("(?:string|time): ['\"](.*)['\"]\\.?");
  private static final Pattern UNKNOWN_ELEMENT = Pattern.compile("Unexpected element <(.*)>\\.?");

  private GpxFault() {}

  /// Place, or field and value, and rule.
  ///
  /// @param words those of the library
  static String text(String words) {
    String fault = words.startsWith(PREFIX) ? words.substring(PREFIX.length()) : words;
    Matcher xml = XML.matcher(fault);
    if (xml.matches()) {
      return "line %s, column %s: %s".formatted(xml.group(1), xml.group(2), syntax(xml.group(3)));
    }
    Matcher value = VALUE.matcher(fault);
    if (value.matches()) {
      return value(value.group(1), value.group(2));
    }
    return structure(fault);
  }

  private static String syntax(String rule) {
    boolean cutOff = rule.contains("within the same entity") || rule.startsWith("Premature end");
    return cutOff ? "the XML ends before its last element is closed" : "is not XML: " + rule;
  }

  private static String structure(String fault) {
    Matcher element = UNKNOWN_ELEMENT.matcher(fault);
    if (element.matches()) {
      return "element \"%s\": is not one of GPX in this place".formatted(element.group(1));
    }
    if (fault.startsWith("LocalName")) {
      return "must be GPX: its first element must be gpx";
    }
    return fault.endsWith("DTD") ? "must be GPX without a DOCTYPE" : fault;
  }

  private static String value(String field, String why) {
    Matcher quoted = QUOTED.matcher(why);
    String value = quoted.find() ? " \"%s\"".formatted(quoted.group(1)) : "";
    return switch (field) {
      case "version" -> "attribute version%s of gpx: must be 1.0 or 1.1".formatted(value);
      case "wpt", "trkpt", "rtept" -> "%s: must have lat and lon in degrees".formatted(field);
      case "lat", "lon" ->
          "%s%s: %s".formatted(field, value, value.isEmpty() ? why : "must be a number of degrees");
      case "time" -> "time%s: must be a time like 2026-05-11T08:30:00Z".formatted(value);
      default -> "%s: %s".formatted(field, why.isEmpty() ? "is not valid" : why);
    };
  }
}
