package guidepost.cli.trips;

import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.PointText;
import guidepost.feeds.XmlEscapes;
import guidepost.guide.geo.Point;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripFix;
import guidepost.guide.v1.TripStop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.List;

/// Writes a trip as GPX 1.1: its stops as waypoints, its fixes as a track, each segment of it as
/// one. Speeds are written as extensions, as Garmin's devices do. Fixes that were set aside are
/// left out, and GPX has no place for accuracy.
record TripGpx(Writer out) {

  private static final String HEAD =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <gpx version="1.1" creator="Guidepost" xmlns="http://www.topografix.com/GPX/1/1"
       xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">
      """;

  void write(Trip trip, List<TripFix> fixes) {
    print(HEAD);
    trip.getSummary().getStopsList().forEach(this::write);
    print("<trk><name>%s</name><trkseg>%n".formatted(XmlEscapes.escaped(nameOf(trip))));
    boolean first = true;
    for (TripFix fix : fixes) {
      if (fix.getBeginsSegment() && !first) {
        print("</trkseg><trkseg>\n");
      }
      write(fix);
      first = false;
    }
    print("</trkseg></trk>\n</gpx>\n");
  }

  private static String nameOf(Trip trip) {
    return trip.getName().isEmpty() ? trip.getId() : trip.getName();
  }

  private void write(TripStop stop) {
    print(
        "<wpt %s><time>%s</time><name>stop</name><desc>until %s</desc></wpt>%n"
            .formatted(
                attributes(PlaceMessages.point(stop.getPoint())),
                PlaceMessages.instant(stop.getStartTime()),
                PlaceMessages.instant(stop.getEndTime())));
  }

  private void write(TripFix fix) {
    print(
        "<trkpt %s>%s<time>%s</time>%s</trkpt>%n"
            .formatted(
                attributes(PlaceMessages.point(fix.getPoint())),
                fix.hasAltitudeMetres()
                    ? "<ele>%s</ele>".formatted(plain(fix.getAltitudeMetres()))
                    : "",
                PlaceMessages.instant(fix.getTime()),
                speed(fix)));
  }

  private static String speed(TripFix fix) {
    return fix.hasSpeedMetresPerSecond()
        ? "<extensions><gpxtpx:TrackPointExtension><gpxtpx:speed>"
            + plain(fix.getSpeedMetresPerSecond())
            + "</gpxtpx:speed></gpxtpx:TrackPointExtension></extensions>"
        : "";
  }

  /// Without an exponent, which GPX does not know.
  private static String plain(float number) {
    return new BigDecimal(Float.toString(number)).toPlainString();
  }

  private static String attributes(Point point) {
    return "lat=\"%s\" lon=\"%s\""
        .formatted(PointText.degrees(point.latitudeE7()), PointText.degrees(point.longitudeE7()));
  }

  private void print(String text) {
    try {
      out.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
