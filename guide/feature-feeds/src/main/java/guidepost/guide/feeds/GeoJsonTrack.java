package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.JsonFault;
import guidepost.guide.geo.Point;
import java.io.IOException;
import java.io.Reader;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Reads a track from GeoJSON (RFC 7946): the points of all LineStrings and MultiLineStrings, in
/// order, be they alone, in features, in collections, in arrays or one after the other. Each line
/// is a segment. Other geometries are not part of a way, and left out.
///
/// Times stand in the properties of a feature: `coordTimes`, `times`, or `times` in
/// `coordinateProperties`, one a point; speeds in `speeds` beside them.
///
/// A line that begins where and when the one before ended goes on with it: so are lines written
/// that cross the antimeridian.
final class GeoJsonTrack {

  private final LeftOut leftOut = new LeftOut();
  private final TrackBuilder track;
  private Track.@Nullable Fix last;

  private GeoJsonTrack(Instant latest) {
    track = new TrackBuilder("point", leftOut, latest);
  }

  /// Values of the points of a line.
  private record Beside(JsonNode times, JsonNode speeds) {
    private static final Beside NOTHING =
        new Beside(MissingNode.getInstance(), MissingNode.getInstance());

    static Beside of(JsonNode properties) {
      JsonNode newer = properties.path("coordinateProperties").path("times");
      JsonNode times = properties.has("coordTimes") ? properties.get("coordTimes") : newer;
      return new Beside(
          times.isMissingNode() ? properties.path("times") : times, properties.path("speeds"));
    }

    Beside line(int i) {
      return new Beside(times.path(i), speeds.path(i));
    }
  }

  static boolean isJson(TextInput text) {
    String head = GeoJsonSequence.stripped(text.head());
    return GeoJsonSequence.isSequence(text.head()) || head.startsWith("{") || head.startsWith("[");
  }

  static Track read(TextInput text, Instant latest) throws IOException {
    GeoJsonTrack track = new GeoJsonTrack(latest);
    GeoJsonSequence texts = new GeoJsonSequence(text.reader());
    while (texts.next()) {
      if (texts.isRecord()) {
        track.readRecord(texts.text());
      } else {
        track.read(texts.text());
      }
    }
    if (track.track.isEmpty()) {
      throw new InvalidFeedException("must have a LineString with points: there is none");
    }
    return track.track.build();
  }

  /// A broken record of a sequence is rejected alone.
  private void readRecord(Reader record) throws IOException {
    try {
      read(record);
    } catch (InvalidFeedException e) {
      track.reject(GeoJsonReader.RECORD + e.getMessage());
    }
  }

  private void read(Reader text) throws IOException {
    try (JsonParser parser = JsonFields.JSON.createParser(text)) {
      while (parser.nextToken() != null) {
        JsonNode object = parser.readValueAsTree();
        GeoJsonCrs.require(object.path("crs"));
        add(object, Beside.NOTHING);
      }
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      throw new InvalidFeedException(JsonFault.inText(e), e);
    }
  }

  private void add(JsonNode object, Beside beside) throws InvalidFeedException {
    String type = object.isArray() ? "Array" : JsonFields.text(object, "type");
    switch (type) {
      case "Array" -> addAll(object, beside);
      case "FeatureCollection" -> addAll(object.path("features"), Beside.NOTHING);
      case "GeometryCollection" -> addAll(object.path("geometries"), beside);
      case "Feature" -> add(object.path("geometry"), Beside.of(object.path("properties")));
      case "LineString" -> addLine(object.path("coordinates"), beside);
      case "MultiLineString" -> addLines(object.path("coordinates"), beside);
      default -> leftOut.count(type.isEmpty() ? "objects without a type" : type);
    }
  }

  private void addAll(JsonNode objects, Beside beside) throws InvalidFeedException {
    for (JsonNode object : objects) {
      add(object, beside);
    }
  }

  private void addLines(JsonNode lines, Beside beside) throws InvalidFeedException {
    for (int i = 0; i < lines.size(); i++) {
      addLine(lines.path(i), beside.line(i));
    }
  }

  private void addLine(JsonNode positions, Beside beside) throws InvalidFeedException {
    boolean goesOn = repeats(positions.path(0), beside.line(0));
    if (!goesOn && !positions.isEmpty()) {
      track.beginSegment();
    }
    for (int i = goesOn ? 1 : 0; i < positions.size(); i++) {
      JsonNode position = positions.path(i);
      Beside its = beside.line(i);
      track.add(row -> keep(fix(row, position, its)));
    }
  }

  private Track.Fix keep(Track.Fix fix) {
    last = fix;
    return fix;
  }

  /// True if the point is the one before once more, at the same time.
  private boolean repeats(JsonNode position, Beside its) {
    if (last == null || last.time().isEmpty()) {
      return false;
    }
    try {
      return point(position).samePlace(last.point()) && time(its.times()).equals(last.time());
    } catch (InvalidRowException e) {
      return false; // It will be rejected.
    }
  }

  private Track.Fix fix(String row, JsonNode position, Beside its) {
    return new Track.Fix(
        point(position),
        time(its.times()),
        number(row, "altitude", position.path(2)),
        number(row, "speed", its.speeds()),
        false);
  }

  private static Point point(JsonNode position) {
    return Degrees.point(
        JsonFields.number(position.path(1), "latitude"),
        JsonFields.number(position.path(0), "longitude"));
  }

  private static Optional<Instant> time(JsonNode time) {
    String text = JsonFields.text(time);
    return text.isEmpty() ? Optional.empty() : Optional.of(GpxPoint.time(text));
  }

  private OptionalDouble number(String row, String name, JsonNode number) {
    if (number.isMissingNode() || number.isNull()) {
      return OptionalDouble.empty();
    }
    try {
      return OptionalDouble.of(GpxPoint.number(name, JsonFields.text(number)));
    } catch (InvalidRowException e) {
      leftOut.fault(row, name, e);
      return OptionalDouble.empty();
    }
  }
}
