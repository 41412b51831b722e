package guidepost.guide.features;

import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.guide.geo.Point;
import guidepost.guide.geo.Wgs84;
import guidepost.guide.index.AlongPath;
import guidepost.guide.index.Corridor;
import guidepost.guide.index.Side;
import guidepost.guide.index.Slack;
import guidepost.guide.v1.PathSide;
import java.util.ArrayList;
import java.util.Comparator;
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
/// Where the path comes by more than once, on the way out and back or lap after lap, rounding must
/// not choose: of the places that are less than a metre farther than the nearest, the first counts.
///
/// Cost: 2 us a segment and 1 us a piece; some 10 us an approach.
///
/// Threads: one at a time.
final class GeodesicPath {

  /// A great circle and a geodesic of this length are less than 2 cm apart.
  static final double PIECE_METRES_MAX = 10_000;

  /// The longest path: more than once round the globe.
  static final double METRES_MAX = 50_000_000;

  /// Nearer is on the path, and less apart is equally near: points of a path are no better.
  static final double ON_PATH_METRES = 1;

  /// Covers what pieces and the rounding of their ends leave of the geodesic.
  private static final double PIECE_ERROR_METRES = 0.05;

  /// What is kept of a path for a traveller at its end: more than the rounding of a point.
  private static final double REST_METRES = 0.05;

  /// A tenth of a millimetre: below the digits of a point.
  private static final double STEP_METRES_MIN = 1e-4;

  /// Newton steps: three or four do, where it converges at all.
  private static final int STEPS_MAX = 20;

  /// A piece of a segment.
  ///
  /// @param startMetres along the segment
  private record Piece(int segment, double startMetres, double metres) {}

  /// Where a feature lies beside the path.
  record Place(double aheadMetres, double offMetres, PathSide side) {}

  /// Where a segment comes nearest to a feature.
  ///
  /// @param alongMetres along the segment
  /// @param leftMetres of the segment from there on
  private record Foot(
      int segment, double alongMetres, double leftMetres, double offMetres, Side side) {

    boolean isAtBeginning() {
      return alongMetres < STEP_METRES_MIN;
    }

    boolean isAtEnd() {
      return leftMetres < STEP_METRES_MIN;
    }
  }

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
      throw Rejection.of(
              Reason.PATH_TOO_LONG,
              "corridor.path[%d]".formatted(nextSegment + 1),
              "%.0f m".formatted(start + length),
              "must be at most %.0f m from the beginning".formatted(METRES_MAX))
          .asException();
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
    if (fromMetres > metres()) {
      throw Rejection.of(
              Reason.VALUE_OUT_OF_RANGE,
              "from_metres",
              fromMetres,
              "must be at most the length of the path, %s m".formatted(metres()))
          .asException();
    }
    if (!leads()) {
      keepTheEnd();
    }
  }

  /// A traveller that has arrived is at the end, and looks where the path led.
  private void keepTheEnd() {
    int last = points.size() - 2;
    while (last > 0 && startMetres[last] == metres()) {
      last--;
    }
    double length = metres() - startMetres[last];
    corners.clear();
    pieces.clear();
    cut(line(last), last, Math.max(0, length - REST_METRES), length);
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

  /// How much farther than the nearest the index is to go on.
  Slack slack() {
    return new Slack(Wgs84.SLACK, ON_PATH_METRES / Wgs84.LEAST + PIECE_ERROR_METRES);
  }

  /// Where the path first comes about as near as it does to a feature that was found.
  ///
  /// @param withinMetres a pass that is farther does not count, unless it is the nearest
  Place place(AlongPath found, double withinMetres) {
    Point point = found.view().point();
    List<Foot> feet =
        found.approaches().stream()
            .sorted(Comparator.comparingInt(AlongPath.Approach::segment))
            .map(approach -> foot(approach, point))
            .toList();
    double least = feet.stream().mapToDouble(Foot::offMetres).min().orElseThrow();
    double near = Math.max(least, Math.min(least + ON_PATH_METRES, withinMetres));
    int first = 0;
    while (feet.get(first).offMetres() > near || goesOnNearer(feet, first)) {
      first++;
    }
    return place(feet.get(first));
  }

  /// True if the path comes nearer still on the segment before or after.
  private boolean goesOnNearer(List<Foot> feet, int i) {
    Foot foot = feet.get(i);
    boolean before = foot.isAtBeginning() && i > 0 && meet(feet.get(i - 1), foot);
    boolean after = foot.isAtEnd() && i + 1 < feet.size() && meet(foot, feet.get(i + 1));
    return (before && feet.get(i - 1).offMetres() < foot.offMetres())
        || (after && feet.get(i + 1).offMetres() < foot.offMetres());
  }

  /// True if one's segment ends where the other's begins.
  private boolean meet(Foot foot, Foot next) {
    return startMetres[foot.segment() + 1] == startMetres[next.segment()];
  }

  private Place place(Foot foot) {
    double ahead = startMetres[foot.segment()] + foot.alongMetres() - fromMetres;
    return new Place(Math.max(0, ahead), foot.offMetres(), side(foot.side(), foot.offMetres()));
  }

  private Foot foot(AlongPath.Approach approach, Point point) {
    Piece piece = pieces.get(approach.segment());
    GeodesicLine line = line(piece.segment());
    double start = Math.max(0, fromMetres - startMetres[piece.segment()]);
    double along;
    double next = Math.max(start, piece.startMetres() + approach.fraction() * piece.metres());
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
    return new Foot(piece.segment(), along, line.Distance() - along, way.s12, approach.side());
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
