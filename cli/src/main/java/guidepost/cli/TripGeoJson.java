package guidepost.cli;

import guidepost.guide.v1.Point;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripFix;
import guidepost.guide.v1.TripStop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes a trip as a GeoJSON FeatureCollection (RFC 7946): its fixes as lines, cut where they
/// cross the antimeridian, with their times in `coordTimes`; its stops as points.
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
      if (i == 0 || isAcross(fixes.get(i - 1).getPoint(), fixes.get(i).getPoint())) {
        parts.add(new ArrayList<>());
      }
      parts.getLast().add(fixes.get(i));
    }
    // A line has two ends.
    parts.stream().filter(part -> part.size() == 1).forEach(part -> part.add(part.getFirst()));
    return parts;
  }

  private static boolean isAcross(Point a, Point b) {
    return Math.abs((long) a.getLongitudeE7() - b.getLongitudeE7()) > HALF_TURN_E7;
  }

  private static void addLines(ObjectNode feature, Trip trip, List<List<TripFix>> parts) {
    feature.put("type", "Feature");
    ObjectNode geometry = feature.putObject("geometry").put("type", "MultiLineString");
    ArrayNode lines = geometry.putArray("coordinates");
    ObjectNode properties =
        feature.putObject("properties").put("trip", trip.getId()).put("name", trip.getName());
    ArrayNode times = properties.putArray("coordTimes");
    for (List<TripFix> part : parts) {
      ArrayNode line = lines.addArray();
      ArrayNode lineTimes = times.addArray();
      for (TripFix fix : part) {
        ArrayNode position = position(line.addArray(), fix.getPoint());
        if (fix.hasAltitudeMetres()) {
          position.add(fix.getAltitudeMetres());
        }
        lineTimes.add(NoteMessages.instant(fix.getTime()).toString());
      }
    }
  }

  private static ArrayNode position(ArrayNode array, Point point) {
    return array.add(point.getLongitudeE7() / E7).add(point.getLatitudeE7() / E7);
  }

  private static void addStop(ObjectNode feature, TripStop stop) {
    feature.put("type", "Feature");
    ObjectNode geometry = feature.putObject("geometry").put("type", "Point");
    position(geometry.putArray("coordinates"), stop.getPoint());
    feature
        .putObject("properties")
        .put("begin", NoteMessages.instant(stop.getBegin()).toString())
        .put("end", NoteMessages.instant(stop.getEnd()).toString());
  }
}
