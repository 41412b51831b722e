package guidepost.guide.notes;

import guidepost.calls.Fields;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import guidepost.guide.messages.GuideMessages;
import guidepost.guide.v1.ListNotesRequest;
import guidepost.guide.v1.NoteCircle;
import guidepost.guide.v1.NoteCorridor;
import guidepost.guide.v1.SubscribeStart;
import java.util.ArrayList;
import java.util.List;

/// The areas that requests of `guidepost.guide.v1.Notes` name, checked and translated.
final class NoteAreas {

  private static final int PATH_POINTS_MAX = 10_000;

  /// A path once around the globe. A longer one of so few points is nobody's way, and winds through
  /// so many places that each note there is compared with thousands of segments.
  private static final double PATH_METRES_MAX = 40_000_000;

  private static final double RADIUS_METRES_MAX = 1_000_000;
  private static final double WITHIN_METRES_MAX = 10_000;

  private NoteAreas() {}

  static NoteArea of(SubscribeStart start) {
    return switch (start.getAreaCase()) {
      case AT -> new NoteArea.At(GuideMessages.point(start.getAt(), "start.at").canonical());
      case BOX -> new NoteArea.Box(GuideMessages.box(start.getBox(), "start.box"));
      case CIRCLE -> circle(start.getCircle(), "start.circle");
      case FOLLOW -> circle(start.getFollow(), "start.follow");
      case CORRIDOR -> corridor(start.getCorridor());
      case AREA_NOT_SET ->
          throw Rejection.missing("start.area", "at, box, circle, follow or corridor")
              .asException();
    };
  }

  static NoteArea of(ListNotesRequest request) {
    return switch (request.getAreaCase()) {
      case BOX -> new NoteArea.Box(GuideMessages.box(request.getBox(), "box"));
      case CIRCLE -> circle(request.getCircle(), "circle");
      case AREA_NOT_SET -> new NoteArea.Anywhere();
    };
  }

  private static NoteArea circle(NoteCircle circle, String field) {
    Fields.required(field + ".center", circle.hasCenter(), "its middle");
    return new NoteArea.Circle(
        GuideMessages.point(circle.getCenter(), field + ".center"),
        metres(field + ".radius_metres", circle.getRadiusMetres(), RADIUS_METRES_MAX));
  }

  private static double metres(String field, double metres, double max) {
    return Fields.range(field, metres, 1, max);
  }

  private static NoteArea corridor(NoteCorridor corridor) {
    double within =
        metres("start.corridor.within_metres", corridor.getWithinMetres(), WITHIN_METRES_MAX);
    Fields.count("start.corridor.path", corridor.getPathCount(), 2, PATH_POINTS_MAX);
    List<Point> path = new ArrayList<>();
    for (int i = 0; i < corridor.getPathCount(); i++) {
      path.add(GuideMessages.point(corridor.getPath(i), "start.corridor.path[%d]".formatted(i)));
    }
    NoteMessages.requireShortSegments("start.corridor.path", path);
    requireShort(path);
    return PathArea.of(path, within);
  }

  private static void requireShort(List<Point> path) {
    double metres = 0;
    for (int i = 1; i < path.size(); i++) {
      metres += Haversine.metres(path.get(i - 1), path.get(i));
    }
    if (metres > PATH_METRES_MAX) {
      throw Rejection.of(
              Reason.PATH_TOO_LONG,
              "start.corridor.path",
              "%.0f m".formatted(metres),
              "must be at most %.0f m long".formatted(PATH_METRES_MAX))
          .asException();
    }
  }
}
