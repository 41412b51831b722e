package guidepost.guide.service;

import guidepost.calls.Failures;
import guidepost.guide.index.AlongPath;
import guidepost.guide.index.Corridor;
import guidepost.guide.index.Point;
import guidepost.guide.index.Side;
import guidepost.guide.v1.PathSide;
import java.util.ArrayList;
import java.util.List;
import net.sf.geographiclib.Geodesic;
import net.sf.geographiclib.GeodesicData;
import net.sf.geographiclib.GeodesicLine;
import net.sf.geographiclib.GeodesicMask;

/// A path of geodesics on the ellipsoid, from a distance along it on.
///
/// The index knows great circles only. So each segment is cut into pieces so short that the two are
/// the same within centimetres, and what the index finds beside a piece is measured against the
/// segment itself: from a foot on the path, the way to the point makes an angle with the path;
/// going along by the part of the way that leads along brings the foot nearer to where the angle is
/// right.
///
/// ```
///              P
///            ╱ ┆           foot ─▶ foot + distance * cos(angle)
///   ──▶──foot──┴──▶──      until that is less than a tenth of a millimetre
/// ```
///
/// Cost: 2 us a segment and 1 us a piece; some 10 us an approach.
///
/// Threads: one at a time.
final class GeodesicPath {

  /// A great circle and a geodesic of this length are less than 2 cm apart.
  static final double PIECE_METRES_MAX = 10_000;

  /// The longest path: more than once round the globe.
  static final double METRES_MAX = 50_000_000;

  /// Nearer is on the path: points of a path are no better than this.
  static final double ON_PATH_METRES = 1;

  /// Covers what pieces and the rounding of their ends leave of the geodesic.
  private static final double PIECE_ERROR_METRES = 0.05;

  private static final double STEP_METRES_MIN = 1e-4;
  private static final int STEPS_MAX = 20;

  /// A piece of a segment.
  ///
  /// @param startMetres along the segment
  private record Piece(int segment, double startMetres, double metres) {}

  /// Where a feature lies beside the path.
  record Place(double aheadMetres, double offMetres, PathSide side) {}

  private final List<Point> points;
  private final double fromMetres;
  private final double[] startMetres;
  private final List<Point> corners = new ArrayList<>();
  private final List<Piece> pieces = new ArrayList<>();
  private int nextSegment;

  /// @param points at least two
  GeodesicPath(List<Point> points, double fromMetres) {
    this.points = points;
    this.fromMetres = fromMetres;
    this.startMetres = new double[points.size()];
  }

  /// Measures some more segments.
  ///
  /// @return true if that were the last ones
  /// @throws io.grpc.StatusRuntimeException if the path is too long, or shorter than what is passed
  boolean measure(int segments) {
    int end = Math.min(nextSegment + segments, points.size() - 1);
    while (nextSegment < end) {
      measureNext();
    }
    if (nextSegment < points.size() - 1) {
      return false;
    }
    requirePassed();
    return true;
  }

  private void measureNext() {
    GeodesicLine line = line(nextSegment);
    double length = line.Distance();
    double start = startMetres[nextSegment];
    startMetres[nextSegment + 1] = start + length;
    if (start + length > METRES_MAX) {
      throw Failures.invalid(
          "path must be at most %.0f m long: more up to point %d"
              .formatted(METRES_MAX, nextSegment + 1));
    }
    if (start + length >= fromMetres) {
      cut(line, nextSegment, Math.max(0, fromMetres - start), length);
    }
    nextSegment++;
  }

  private GeodesicLine line(int segment) {
    Point a = points.get(segment);
    Point b = points.get(segment + 1);
    return Geodesic.WGS84.InverseLine(
        a.latitude(),
        a.longitude(),
        b.latitude(),
        b.longitude(),
        GeodesicMask.LATITUDE
            | GeodesicMask.LONGITUDE
            | GeodesicMask.AZIMUTH
            | GeodesicMask.DISTANCE_IN);
  }

  private void cut(GeodesicLine line, int segment, double first, double length) {
    int count = Math.max(1, (int) Math.ceil((length - first) / PIECE_METRES_MAX));
    double step = (length - first) / count;
    if (corners.isEmpty()) {
      corners.add(first == 0 ? points.get(segment) : at(line, first));
    }
    for (int i = 0; i < count; i++) {
      boolean isLast = i + 1 == count;
      corners.add(isLast ? points.get(segment + 1) : at(line, first + (i + 1) * step));
      pieces.add(new Piece(segment, first + i * step, step));
    }
  }

  private static Point at(GeodesicLine line, double metres) {
    GeodesicData position = line.Position(metres, GeodesicMask.LATITUDE | GeodesicMask.LONGITUDE);
    return Point.ofDegrees(position.lat2, position.lon2);
  }

  private void requirePassed() {
    if (fromMetres > metres() || !leads()) {
      throw Failures.invalid(
          "from_metres must be less than the path's length of %.1f m: %s"
              .formatted(metres(), fromMetres));
    }
  }

  private boolean leads() {
    return corners.stream().anyMatch(corner -> !corner.samePlace(corners.getFirst()));
  }

  /// How long the path is, also what lies behind. Only when it is measured.
  double metres() {
    return startMetres[points.size() - 1];
  }

  /// What the index is to search. Only when the path is measured.
  Corridor corridor(double withinMetres) {
    return new Corridor(corners, withinMetres / Wgs84.LEAST + PIECE_ERROR_METRES, fromMetres > 0);
  }

  /// Where the path comes nearest to a feature that was found in the corridor.
  Place place(AlongPath found) {
    Point point = found.view().point();
    Place nearest = place(found.approaches().getFirst(), point);
    for (AlongPath.Approach approach : found.approaches()) {
      Place place = place(approach, point);
      nearest = place.offMetres() < nearest.offMetres() ? place : nearest;
    }
    return nearest;
  }

  private Place place(AlongPath.Approach approach, Point point) {
    Piece piece = pieces.get(approach.segment());
    GeodesicLine line = line(piece.segment());
    double along = piece.startMetres() + approach.fraction() * piece.metres();
    double start = Math.max(0, fromMetres - startMetres[piece.segment()]);
    double next = along;
    GeodesicData way;
    int steps = 0;
    do {
      along = next;
      GeodesicData foot =
          line.Position(
              along, GeodesicMask.LATITUDE | GeodesicMask.LONGITUDE | GeodesicMask.AZIMUTH);
      way =
          Geodesic.WGS84.Inverse(
              foot.lat2,
              foot.lon2,
              point.latitude(),
              point.longitude(),
              GeodesicMask.DISTANCE | GeodesicMask.AZIMUTH);
      double step = way.s12 * Math.cos(Math.toRadians(way.azi1 - foot.azi2));
      next = Math.clamp(along + step, start, Math.max(start, line.Distance()));
    } while (Math.abs(next - along) > STEP_METRES_MIN && ++steps < STEPS_MAX);
    double ahead = Math.max(0, startMetres[piece.segment()] + along - fromMetres);
    return new Place(ahead, way.s12, side(approach.side(), way.s12));
  }

  private static PathSide side(Side side, double offMetres) {
    if (offMetres < ON_PATH_METRES) {
      return PathSide.PATH_SIDE_ON;
    }
    return switch (side) {
      case LEFT -> PathSide.PATH_SIDE_LEFT;
      case RIGHT -> PathSide.PATH_SIDE_RIGHT;
      case ON -> PathSide.PATH_SIDE_ON;
    };
  }
}
