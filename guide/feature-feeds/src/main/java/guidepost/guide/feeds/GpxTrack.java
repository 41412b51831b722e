package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.guide.feeds.GpxPoint.Kind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/// Reads a track from GPX: the points of all tracks, else those of all routes, else the waypoints.
final class GpxTrack {

  private final LeftOut leftOut = new LeftOut();
  private final TrackBuilder tracks;
  private final TrackBuilder routes;
  private final TrackBuilder waypoints;

  private GpxTrack(Instant latest) {
    tracks = new TrackBuilder("point", leftOut, latest);
    routes = new TrackBuilder("point", leftOut, latest);
    waypoints = new TrackBuilder("point", leftOut, latest);
  }

  private TrackBuilder of(Kind kind) {
    return switch (kind) {
      case TRACK -> tracks;
      case ROUTE -> routes;
      case WAYPOINT -> waypoints;
    };
  }

  static Track read(BufferedInputStream in, Instant latest) throws IOException {
    GpxTrack track = new GpxTrack(latest);
    GpxScanner.read(in, track::take, track.leftOut);
    return track.chosen();
  }

  private void take(GpxPoint point) throws InvalidFeedException {
    TrackBuilder track = of(point.kind());
    if (point.beginsSegment()) {
      track.beginSegment();
    }
    for (String name : GpxFeatures.ATTRIBUTES) {
      boolean kept = name.equals("ele") || name.equals("time");
      if (!kept && !point.text(name).isEmpty()) {
        leftOut.count(name);
      }
    }
    track.add(
        row ->
            new Track.Fix(
                point.point(),
                time(point.text("time")),
                number(row, "ele", point.text("ele")),
                number(row, "speed", point.text("speed")),
                false));
  }

  private static Optional<Instant> time(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(GpxPoint.time(text));
  }

  private OptionalDouble number(String row, String name, String text) {
    try {
      return text.isEmpty()
          ? OptionalDouble.empty()
          : OptionalDouble.of(GpxPoint.number(name, text));
    } catch (InvalidRowException e) {
      leftOut.fault(row, name, e);
      return OptionalDouble.empty();
    }
  }

  private Track chosen() {
    Kind chosen = Kind.WAYPOINT;
    for (Kind kind : Kind.values()) {
      chosen = of(kind).isEmpty() ? chosen : kind;
    }
    for (Kind kind : Kind.values()) {
      long points = of(kind).size();
      if (kind != chosen && points > 0) {
        leftOut.count(kind.element(), points);
      }
    }
    return of(chosen).build();
  }
}
