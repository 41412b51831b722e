package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.guide.index.Point;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where a traveller went, point by point.
///
/// @param fixes the points in order
/// @param rejected rows that are no points
public record Track(List<Fix> fixes, List<FeatureRow.Rejected> rejected) {

  /// Most rows in a track: one a second for four months.
  public static final int ROWS_MAX = 10_000_000;

  /// A point and when it was reached.
  ///
  /// @param point where
  /// @param time when, if that is known
  public record Fix(Point point, Optional<Instant> time) {}

  /// Copies the lists.
  public Track {
    fixes = List.copyOf(fixes);
    rejected = List.copyOf(rejected);
  }

  /// Rows read: fixes and rejects.
  public int read() {
    return fixes.size() + rejected.size();
  }

  /// Reads GPX 1.0 or 1.1 (the track points of all segments, else the route points, else the
  /// waypoints), GeoJSON (the points of its LineStrings), or a table with the columns lat, lon and
  /// perhaps time, with or without a header.
  ///
  /// @param in UTF-8 in the case of a table; the caller closes it
  /// @throws InvalidFeedException if it is none of these, or a GPX or GeoJSON file breaks a rule:
  ///   it is then taken as a whole or not at all
  public static Track read(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in);
    if (GpxReader.isXml(buffered)) {
      return GpxReader.read(buffered);
    }
    return GeoJsonTrack.isJson(buffered) ? GeoJsonTrack.read(buffered) : TrackTable.read(buffered);
  }
}
