package guidepost.guide.notes;

import guidepost.calls.Fields;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import guidepost.guide.messages.GuideMessages;
import guidepost.guide.v1.GeoCircle;
import guidepost.guide.v1.GeoCorridor;
import guidepost.guide.v1.ListNotesRequest;
import guidepost.guide.v1.SubscribeStart;
import java.util.ArrayList;
import java.util.List;

/// The areas that requests of `guidepost.guide.v1.Notes` name, checked and translated.
final class NoteAreas {

  /// A route of 1,000 km has about as many.
  private static final int PATH_POINTS_MAX = 10_000;

  /// A path once around the globe. A longer one of so few points is nobody's way, and winds through
  /// so many places that each note there is compared with thousands of segments.
  private static final double PATH_METRES_MAX = 40_000_000;

  /// A circle of a thousand kilometres is a country: beyond, ask for a box.
  private static final double RADIUS_METRES_MAX = 1_000_000;

  /// Beyond, nothing lies along a path.
  private static final double WITHIN_METRES_MAX = 10_000;

  private NoteAreas() {}

  /// @param path of the start's fields, with a dot; empty if they are the request's own
  static NoteArea of(SubscribeStart start, String path) {
    return switch (start.getAreaCase()) {
      case AT -> new NoteArea.At(GuideMessages.point(start.getAt(), path + "at").canonical());
      case BOX -> new NoteArea.Box(GuideMessages.box(start.getBox(), path + "box"));
      case CIRCLE -> circle(start.getCircle(), path + "circle");
      case MOVING -> circle(start.getMoving(), path + "moving");
      case CORRIDOR -> corridor(start.getCorridor(), path + "corridor");
      case AREA_NOT_SET -> new NoteArea.Anywhere();
    };
  }

  static NoteArea of(ListNotesRequest request) {
    return switch (request.getAreaCase()) {
      case BOX -> new NoteArea.Box(GuideMessages.box(request.getBox(), "box"));
      case CIRCLE -> circle(request.getCircle(), "circle");
      case AREA_NOT_SET -> new NoteArea.Anywhere();
    };
  }

  private static NoteArea circle(GeoCircle circle, String field) {
    Fields.required(field + ".centre", circle.hasCentre(), "its centre");
    return new NoteArea.Circle(
        GuideMessages.point(circle.getCentre(), field + ".centre"),
        metres(field + ".radius_metres", circle.getRadiusMetres(), RADIUS_METRES_MAX));
  }

  private static double metres(String field, double metres, double max) {
    return Fields.range(field, metres, 1, max);
  }

  private static NoteArea corridor(GeoCorridor corridor, String field) {
    double within = metres(field + ".within_metres", corridor.getWithinMetres(), WITHIN_METRES_MAX);
    Fields.count(field + ".path", corridor.getPathCount(), 2, PATH_POINTS_MAX);
    List<Point> path = new ArrayList<>();
    for (int i = 0; i < corridor.getPathCount(); i++) {
      path.add(GuideMessages.point(corridor.getPath(i), "%s.path[%d]".formatted(field, i)));
    }
    NoteMessages.requireShortSegments(field + ".path", path);
    requireShort(field + ".path", path);
    return PathArea.of(path, within);
  }

  private static void requireShort(String field, List<Point> path) {
    double metres = 0;
    for (int i = 1; i < path.size(); i++) {
      metres += Haversine.metres(path.get(i - 1), path.get(i));
    }
    if (metres > PATH_METRES_MAX) {
      throw Rejection.of(
              Reason.PATH_TOO_LONG,
              field,
              "%.0f m".formatted(metres),
              "must be at most %.0f m long".formatted(PATH_METRES_MAX))
          .asException();
    }
  }
}
