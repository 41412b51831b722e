package guidepost.web;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import guidepost.guide.v1.DistantFeature;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.PathFeature;
import guidepost.guide.v1.Trip;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Features, notes and trips as RFC 7946 has them.
///
/// | a | is a Feature with the geometry |
/// |---|---|
/// | feature | Point |
/// | note | Point, or the LineString from where it begins to where it ends |
/// | trip | MultiPoint of its stops, or none |
///
/// What else is known of it are its properties; those of a feature's attributes that have the name
/// of one are left out.
///
/// Threads: any.
final class GeoJson {

  private GeoJson() {}

  /// True if messages of that type have a place.
  static boolean knows(Descriptor type) {
    return switch (type.getFullName()) {
      case "guidepost.guide.v1.Feature",
          "guidepost.guide.v1.DistantFeature",
          "guidepost.guide.v1.PathFeature",
          "guidepost.guide.v1.Note",
          "guidepost.guide.v1.Trip" ->
          true;
      default -> false;
    };
  }

  /// Adds the Feature of an encoded message.
  static void write(Descriptor type, byte[] bytes, int from, int to, JsonBytes out) {
    int length = to - from;
    try {
      switch (type.getFullName()) {
        case "guidepost.guide.v1.Feature" ->
            feature(Feature.parser().parseFrom(bytes, from, length), Map.of(), out);
        case "guidepost.guide.v1.DistantFeature" -> {
          DistantFeature found = DistantFeature.parser().parseFrom(bytes, from, length);
          feature(found.getFeature(), Map.of("metres", found.getMetres()), out);
        }
        case "guidepost.guide.v1.PathFeature" -> {
          PathFeature found = PathFeature.parser().parseFrom(bytes, from, length);
          feature(
              found.getFeature(),
              Map.of(
                  "aheadMetres", found.getAheadMetres(),
                  "offPathMetres", found.getOffPathMetres(),
                  "side", found.getSide().name()),
              out);
        }
        case "guidepost.guide.v1.Note" -> note(Note.parser().parseFrom(bytes, from, length), out);
        case "guidepost.guide.v1.Trip" -> trip(Trip.parser().parseFrom(bytes, from, length), out);
        default -> throw new IllegalArgumentException(type.getFullName() + ": has no place");
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the server made it", e);
    }
  }

  private static void feature(Feature feature, Map<String, Object> more, JsonBytes out) {
    begin(feature.getId(), out);
    point(feature.getPoint(), out.ascii("{\"type\":\"Point\",\"coordinates\":"));
    Map<String, Object> properties = new TreeMap<>(feature.getAttributesMap());
    properties.put("name", feature.getName());
    properties.put("category", feature.getCategory());
    properties.put("revision", Long.toUnsignedString(feature.getRevision()));
    properties.putAll(more);
    out.ascii("},\"properties\":");
    properties(properties, out);
    out.raw('}');
  }

  private static void begin(String id, JsonBytes out) {
    out.ascii("{\"type\":\"Feature\",\"id\":").string(id).ascii(",\"geometry\":");
  }

  /// Adds `[longitude,latitude]`.
  static void point(GeoPoint point, JsonBytes out) {
    out.raw('[');
    degrees(point.getLongitudeE7(), out);
    out.raw(',');
    degrees(point.getLatitudeE7(), out);
    out.raw(']');
  }

  /// Adds degrees, exactly and without an exponent.
  static void degrees(int e7, JsonBytes out) {
    out.ascii(degrees(e7));
  }

  static String degrees(int e7) {
    long absolute = Math.abs((long) e7);
    long fraction = absolute % 10_000_000;
    StringBuilder text = new StringBuilder(12);
    text.append(e7 < 0 ? "-" : "").append(absolute / 10_000_000);
    if (fraction > 0) {
      text.append('.');
      for (long digit = 1_000_000; fraction > 0; digit /= 10) {
        text.append((char) ('0' + fraction / digit));
        fraction %= digit;
      }
    }
    return text.toString();
  }

  private static void properties(Map<String, Object> properties, JsonBytes out) {
    out.raw('{');
    String separator = "";
    for (Map.Entry<String, Object> each : properties.entrySet()) {
      out.ascii(separator).string(each.getKey()).raw(':');
      if (each.getValue() instanceof Double number) {
        out.ascii(number.toString());
      } else {
        out.string(each.getValue().toString());
      }
      separator = ",";
    }
    out.raw('}');
  }

  private static void note(Note note, JsonBytes out) {
    begin(Long.toUnsignedString(note.getId()), out);
    List<GeoPoint> line = new ArrayList<>();
    line.add(note.getPoint());
    line.addAll(note.getViaList());
    if (note.hasTo()) {
      line.add(note.getTo());
    }
    if (line.size() == 1) {
      point(note.getPoint(), out.ascii("{\"type\":\"Point\",\"coordinates\":"));
    } else {
      points(line, out.ascii("{\"type\":\"LineString\",\"coordinates\":"));
    }
    out.ascii("},\"properties\":");
    rest(NOTE, note.toBuilder().clearId().clearPoint().clearVia().clearTo().build(), out);
    out.raw('}');
  }

  private static final JsonShape NOTE = JsonShape.of(Note.getDescriptor());
  private static final JsonShape TRIP = JsonShape.of(Trip.getDescriptor());

  private static void rest(JsonShape shape, Message message, JsonBytes out) {
    byte[] encoded = message.toByteArray();
    shape.write(encoded, 0, encoded.length, out);
  }

  private static void points(List<GeoPoint> points, JsonBytes out) {
    out.raw('[');
    for (int i = 0; i < points.size(); i++) {
      if (i > 0) {
        out.raw(',');
      }
      point(points.get(i), out);
    }
    out.raw(']');
  }

  private static void trip(Trip trip, JsonBytes out) {
    begin(trip.getId(), out);
    List<GeoPoint> stops =
        trip.getSummary().getStopsList().stream().map(stop -> stop.getPoint()).toList();
    if (stops.isEmpty()) {
      out.ascii("null");
    } else {
      points(stops, out.ascii("{\"type\":\"MultiPoint\",\"coordinates\":"));
      out.raw('}');
    }
    out.ascii(",\"properties\":");
    rest(TRIP, trip.toBuilder().clearId().build(), out);
    out.raw('}');
  }
}
