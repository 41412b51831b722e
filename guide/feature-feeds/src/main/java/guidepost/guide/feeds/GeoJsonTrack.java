package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.JsonFault;
import guidepost.guide.index.Point;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.JsonNode;

/// Reads a track from GeoJSON (RFC 7946): the points of all LineStrings and MultiLineStrings, in
/// order, be they alone, in features or in collections. Other geometries are not part of a way.
final class GeoJsonTrack {

  private final List<Track.Fix> fixes = new ArrayList<>();

  private GeoJsonTrack() {}

  /// Looks at the first bytes and goes back.
  static boolean isJson(BufferedInputStream in) throws IOException {
    return GpxReader.head(in).replace("\ufeff", "").stripLeading().startsWith("{");
  }

  static Track read(BufferedInputStream in) throws IOException {
    GeoJsonTrack track = new GeoJsonTrack();
    try {
      track.add(JsonFields.JSON.readTree(TextInput.open(in).reader()));
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      throw new InvalidFeedException(JsonFault.inText(e), e);
    } catch (InvalidRowException e) {
      throw new InvalidFeedException(e.reason());
    }
    if (track.fixes.isEmpty()) {
      throw new InvalidFeedException("must have a LineString with points: there is none");
    }
    return new Track(track.fixes, List.of());
  }

  private void add(JsonNode object) throws InvalidFeedException {
    switch (JsonFields.text(object, "type")) {
      case "FeatureCollection" -> addAll(object.path("features"));
      case "GeometryCollection" -> addAll(object.path("geometries"));
      case "Feature" -> add(object.path("geometry"));
      case "LineString" -> addLine(object.path("coordinates"));
      case "MultiLineString" -> {
        for (JsonNode line : object.path("coordinates")) {
          addLine(line);
        }
      }
      default -> {
        // Not part of a way.
      }
    }
  }

  private void addAll(JsonNode objects) throws InvalidFeedException {
    for (JsonNode object : objects) {
      add(object);
    }
  }

  private void addLine(JsonNode positions) throws InvalidFeedException {
    for (JsonNode position : positions) {
      if (fixes.size() >= Track.ROWS_MAX) {
        throw new InvalidFeedException(
            "track: must have at most %d points".formatted(Track.ROWS_MAX));
      }
      Point point =
          Degrees.point(
              JsonFields.number(position.path(1), "latitude"),
              JsonFields.number(position.path(0), "longitude"));
      fixes.add(new Track.Fix(point, Optional.empty()));
    }
  }
}
