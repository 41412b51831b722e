package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.guide.geo.Point;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Where a traveller went, point by point.
///
/// Threads: any; immutable.
///
/// @param fixes the points in order
/// @param rejected rows that are no points
/// @param unit what `rejected` is numbered by: `line` or `point`
/// @param leftOut what the file says beside
/// @param untimed the place in the file of the first point without a time, as `point 7`; empty if
///   all have one
public record Track(
    List<Fix> fixes,
    List<FeatureRow.Rejected> rejected,
    String unit,
    LeftOut leftOut,
    Optional<String> untimed) {

  /// Most rows in a track: one a second for four months.
  public static final int ROWS_MAX = 10_000_000;

  /// A point and when it was reached.
  ///
  /// @param point where
  /// @param time when, if that is known
  /// @param altitude metres, if that is known
  /// @param speed metres a second by the receiver's measure, if that is known
  /// @param beginsSegment true if nothing is known of the way from the point before: of the first,
  ///   and of the first after a pause
  public record Fix(
      Point point,
      Optional<Instant> time,
      OptionalDouble altitude,
      OptionalDouble speed,
      boolean beginsSegment) {

    Fix(Point point, Optional<Instant> time) {
      this(point, time, OptionalDouble.empty(), OptionalDouble.empty(), false);
    }

    /// The same point, which begins a segment or does not.
    public Fix beginningSegment(boolean begins) {
      return new Fix(point, time, altitude, speed, begins);
    }
  }

  /// Copies the lists.
  public Track {
    fixes = List.copyOf(fixes);
    rejected = List.copyOf(rejected);
  }

  /// The same with other fixes.
  public Track withFixes(List<Fix> newFixes) {
    return new Track(newFixes, rejected, unit, leftOut, untimed);
  }

  /// Rows read: fixes and rejects.
  public int read() {
    return fixes.size() + rejected.size();
  }

  /// Reads GPX (the points of all tracks, else of all routes, else the waypoints), GeoJSON (the
  /// points of its LineStrings), or a table with the columns lat, lon and perhaps time, ele and
  /// speed, with or without a header. A point that is bad is rejected, and the others are read.
  ///
  /// @param in GPX in the encoding that it declares; the others in UTF-8, or UTF-16 or UTF-32 that
  ///   shows as such; the caller closes it
  /// @throws InvalidFeedException if it is none of these, or broken
  public static Track read(InputStream in) throws IOException {
    return read(in, Instant.MAX);
  }

  /// The same for tracks that must be over by some time.
  ///
  /// @param latest a point whose time is later is bad
  public static Track read(InputStream in, Instant latest) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in);
    if (XmlText.isXml(buffered)) {
      return GpxTrack.read(buffered, latest);
    }
    TextInput text = TextInput.open(buffered);
    return GeoJsonTrack.isJson(text)
        ? GeoJsonTrack.read(text, latest)
        : TrackTable.read(text, latest);
  }
}
