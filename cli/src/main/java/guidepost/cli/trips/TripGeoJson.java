package guidepost.cli.trips;

import guidepost.cli.output.Json;
import guidepost.cli.places.PlaceMessages;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripFix;
import guidepost.guide.v1.TripStop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes a trip as a GeoJSON FeatureCollection (RFC 7946): each segment of its fixes as a line,
/// cut at the antimeridian, with their times in `coordTimes` and their speeds, if any is known, in
/// `speeds`; its stops as points. A line that is cut ends there, at a point, time and altitude
/// between the two fixes, and goes on from there on the other side. Fixes that were set aside are
/// left out.
final class TripGeoJson {

  private static final double E7 = 1e7;
  private static final long HALF_TURN_E7 = 1_800_000_000L;

  private TripGeoJson() {}

  static void write(Trip trip, List<TripFix> fixes, Writer out) {
    ObjectNode collection = Json.object().put("type", "FeatureCollection");
    ArrayNode features = collection.putArray("features");
    if (!fixes.isEmpty()) {
      addLines(features.addObject(), trip, parts(fixes));
    }
    trip.getSummary().getStopsList().forEach(stop -> addStop(features.addObject(), stop));
    try {
      out.write(collection + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<List<TripFix>> parts(List<TripFix> fixes) {
    List<List<TripFix>> parts = new ArrayList<>();
    for (int i = 0; i < fixes.size(); i++) {
      if (i == 0 || fixes.get(i).getBeginsSegment()) {
        parts.add(new ArrayList<>());
      } else if (isAcross(fixes.get(i - 1).getPoint(), fixes.get(i).getPoint())) {
        parts.add(cut(fixes.get(i - 1), fixes.get(i), parts.getLast()));
      }
      parts.getLast().add(fixes.get(i));
    }
    // A line has two ends.
    parts.stream().filter(part -> part.size() == 1).forEach(part -> part.add(part.getFirst()));
    return parts;
  }

  private static boolean isAcross(GeoPoint a, GeoPoint b) {
    return Math.abs((long) a.getLongitudeE7() - b.getLongitudeE7()) > HALF_TURN_E7;
  }

  /// Ends a part at the antimeridian, and begins the next one there.
  private static List<TripFix> cut(TripFix from, TripFix to, List<TripFix> part) {
    List<TripFix> next = new ArrayList<>();
    long before = fromMeridian(from);
    long after = fromMeridian(to);
    double fraction = before == 0 ? 0 : (double) before / (before + after);
    if (before > 0) {
      part.add(between(from, to, fraction, side(from)));
    }
    if (after > 0) {
      next.add(between(from, to, fraction, side(to)));
    }
    return next;
  }

  /// How far from the antimeridian, E7.
  private static long fromMeridian(TripFix fix) {
    return HALF_TURN_E7 - Math.abs((long) fix.getPoint().getLongitudeE7());
  }

  private static int side(TripFix fix) {
    return (int) (fix.getPoint().getLongitudeE7() > 0 ? HALF_TURN_E7 : -HALF_TURN_E7);
  }

  private static TripFix between(TripFix from, TripFix to, double fraction, int longitudeE7) {
    double latitude = between(latitude(from), latitude(to), fraction);
    double millis = between(millis(from), millis(to), fraction);
    TripFix.Builder fix =
        TripFix.newBuilder()
            .setPoint(
                GeoPoint.newBuilder()
                    .setLatitudeE7((int) Math.rint(latitude))
                    .setLongitudeE7(longitudeE7))
            .setTime(TripShapes.timestamp(Instant.ofEpochMilli(Math.round(millis))));
    if (from.hasAltitudeMetres() && to.hasAltitudeMetres()) {
      fix.setAltitudeMetres(
          (float) between(from.getAltitudeMetres(), to.getAltitudeMetres(), fraction));
    }
    return fix.build();
  }

  private static double between(double from, double to, double fraction) {
    return from + (to - from) * fraction;
  }

  private static double latitude(TripFix fix) {
    return fix.getPoint().getLatitudeE7();
  }

  private static double millis(TripFix fix) {
    return PlaceMessages.instant(fix.getTime()).toEpochMilli();
  }

  private static void addLines(ObjectNode feature, Trip trip, List<List<TripFix>> parts) {
    feature.put("type", "Feature");
    ObjectNode geometry = feature.putObject("geometry").put("type", "MultiLineString");
    ArrayNode lines = geometry.putArray("coordinates");
    ObjectNode properties =
        feature.putObject("properties").put("trip", trip.getId()).put("name", trip.getName());
    ArrayNode times = properties.putArray("coordTimes");
    boolean fast = parts.stream().flatMap(List::stream).anyMatch(TripFix::hasSpeedMetresPerSecond);
    ArrayNode speeds = fast ? properties.putArray("speeds") : Json.object().putArray("speeds");
    for (List<TripFix> part : parts) {
      ArrayNode line = lines.addArray();
      ArrayNode lineTimes = times.addArray();
      ArrayNode lineSpeeds = speeds.addArray();
      for (TripFix fix : part) {
        ArrayNode position = position(line.addArray(), fix.getPoint());
        if (fix.hasAltitudeMetres()) {
          position.add(fix.getAltitudeMetres());
        }
        if (fix.hasSpeedMetresPerSecond()) {
          lineSpeeds.add(fix.getSpeedMetresPerSecond());
        } else {
          lineSpeeds.addNull();
        }
        lineTimes.add(PlaceMessages.instant(fix.getTime()).toString());
      }
    }
  }

  private static ArrayNode position(ArrayNode array, GeoPoint point) {
    return array.add(point.getLongitudeE7() / E7).add(point.getLatitudeE7() / E7);
  }

  private static void addStop(ObjectNode feature, TripStop stop) {
    feature.put("type", "Feature");
    ObjectNode geometry = feature.putObject("geometry").put("type", "Point");
    position(geometry.putArray("coordinates"), stop.getPoint());
    feature
        .putObject("properties")
        .put("begin", PlaceMessages.instant(stop.getStartTime()).toString())
        .put("end", PlaceMessages.instant(stop.getEndTime()).toString());
  }
}
