package guidepost.guide.messages;

import guidepost.calls.Fields;
import guidepost.guide.geo.Point;
import guidepost.seed.routeguide.RouteNote;

/// Points and notes of the seed contract, checked and translated.
///
/// Threads: any.
public final class SeedMessages {

  private SeedMessages() {}

  /// A point.
  ///
  /// @param field what to call the point in a rejection: empty, or a path that ends in a dot
  public static Point point(guidepost.seed.routeguide.Point point, String field) {
    return GuideMessages.point(
        point.getLatitude(), point.getLongitude(), field + "latitude", field + "longitude");
  }

  /// A point as it is sent.
  public static guidepost.seed.routeguide.Point message(Point point) {
    return guidepost.seed.routeguide.Point.newBuilder()
        .setLatitude(point.latitudeE7())
        .setLongitude(point.longitudeE7())
        .build();
  }

  /// A note as it is sent.
  public static RouteNote note(Point point, String message) {
    return RouteNote.newBuilder().setLocation(message(point)).setMessage(message).build();
  }

  /// Where a note was left.
  ///
  /// @param messageBytesMax longest message, in bytes of UTF-8
  public static Point place(RouteNote note, int messageBytesMax) {
    Fields.required("location", note.hasLocation(), "where the note was left");
    Point point = point(note.getLocation(), "location.");
    Fields.textOrNul("message", note.getMessage(), messageBytesMax);
    return point;
  }
}
