package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.guide.index.Point;
import io.jenetics.jpx.GPX;
import io.jenetics.jpx.Route;
import io.jenetics.jpx.TrackSegment;
import io.jenetics.jpx.WayPoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Reads GPX strictly: a lenient reader would leave out what it does not understand.
final class GpxReader {

  private static final int HEAD_BYTES_MAX = 2048;

  private GpxReader() {}

  /// Looks at the first bytes and goes back.
  static boolean isXml(BufferedInputStream in) throws IOException {
    return head(in).replace("\ufeff", "").stripLeading().startsWith("<");
  }

  static String head(BufferedInputStream in) throws IOException {
    return Head.of(in, HEAD_BYTES_MAX, StandardCharsets.UTF_8);
  }

  static Track read(BufferedInputStream in) throws IOException {
    return new Track(points(parse(in)).stream().map(GpxReader::fix).toList(), List.of());
  }

  /// The whole file.
  ///
  /// @throws InvalidFeedException if it breaks a rule
  static GPX parse(BufferedInputStream in) throws IOException {
    boolean old = head(in).contains("http://www.topografix.com/GPX/1/0");
    GPX.Version version = old ? GPX.Version.V10 : GPX.Version.V11;
    try {
      return GPX.Reader.of(version, GPX.Reader.Mode.STRICT).read(in);
    } catch (InvalidObjectException e) {
      throw new InvalidFeedException(GpxFault.text(String.valueOf(e.getMessage())), e);
    }
  }

  private static List<WayPoint> points(GPX gpx) {
    List<WayPoint> track =
        gpx.tracks()
            .flatMap(io.jenetics.jpx.Track::segments)
            .flatMap(TrackSegment::points)
            .toList();
    List<WayPoint> path = track.isEmpty() ? gpx.routes().flatMap(Route::points).toList() : track;
    return path.isEmpty() ? gpx.getWayPoints() : path;
  }

  private static Track.Fix fix(WayPoint point) {
    return new Track.Fix(
        Point.ofDegrees(point.getLatitude().doubleValue(), point.getLongitude().doubleValue()),
        point.getTime());
  }
}
