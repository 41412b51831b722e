package guidepost.guide.feeds;

import guidepost.guide.geo.Point;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.regex.Pattern;

/// A point of a GPX file as it is written there.
///
/// @param kind what it is part of
/// @param beginsSegment true for the first of a segment, of a route or of all waypoints
/// @param latitude empty if there is none
/// @param longitude empty if there is none
/// @param texts of the elements in it, by name, of those that are read
record GpxPoint(
    Kind kind,
    boolean beginsSegment,
    String latitude,
    String longitude,
    Map<String, String> texts) {

  /// What points are part of.
  enum Kind {
    WAYPOINT("wpt"),
    ROUTE("rtept"),
    TRACK("trkpt");

    private final String element;

    Kind(String element) {
      this.element = element;
    }

    String element() {
      return element;
    }
  }

  private static final Pattern ZONED = Pattern.compile(".*(?:[Zz]|[+-]\\d\\d(?::?\\d\\d)?)");

  /// Higher and deeper than anything that records a track.
  private static final double METRES_MAX = 1e6;

  /// @throws InvalidRowException if it is none
  Point point() {
    return Degrees.point(given("lat", latitude), given("lon", longitude));
  }

  private static String given(String attribute, String text) {
    String stripped = text.strip();
    if (stripped.isEmpty()) {
      throw new InvalidRowException(attribute, "", "must be given in degrees");
    }
    return stripped;
  }

  /// The text of an element, empty if it is not there.
  String text(String element) {
    return texts.getOrDefault(element, "").strip();
  }

  /// A time as GPX writes it: without a zone it is in UTC.
  ///
  /// @throws InvalidRowException if it is none, or not of year 1 to 9999
  static Instant time(String text) {
    String iso = text.indexOf(' ') == 10 ? text.replace(' ', 'T') : text;
    try {
      // Text without a zone is in UTC.
      Instant time = Instant.parse(ZONED.matcher(afterDate(iso)).matches() ? iso : iso + "Z");
      int year = OffsetDateTime.ofInstant(time, ZoneOffset.UTC).getYear();
      if (year >= 1 && year <= 9999) {
        return time;
      }
    } catch (DateTimeException e) {
      // Said below.
    }
    throw new InvalidRowException(
        "time", text, "must be a time like 2026-05-11T08:30:00Z, of year 1..9999");
  }

  private static String afterDate(String iso) {
    int at = iso.indexOf('T');
    return at < 0 ? "" : iso.substring(at);
  }

  /// Metres, or metres a second.
  ///
  /// @throws InvalidRowException if it is no number of a size that can be
  static double number(String element, String text) {
    double number = Degrees.number(element, text, "must be a number");
    if (Math.abs(number) > METRES_MAX) {
      throw new InvalidRowException(element, text, "must be -1000000..1000000");
    }
    return number;
  }
}
