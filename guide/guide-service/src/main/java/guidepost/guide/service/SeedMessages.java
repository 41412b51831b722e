package guidepost.guide.service;

import guidepost.calls.Fields;
import guidepost.guide.index.Feature;
import guidepost.guide.index.GeoBox;
import guidepost.guide.index.Point;
import guidepost.seed.routeguide.Rectangle;
import guidepost.seed.routeguide.RouteNote;
import java.util.Optional;

/// The messages of the seed contract, checked and translated.
final class SeedMessages {

  private SeedMessages() {}

  /// @param field what to call the point in a refusal: empty, or a path that ends in a dot
  static Point point(guidepost.seed.routeguide.Point point, String field) {
    return Coordinates.point(
        point.getLatitude(), point.getLongitude(), field + "latitude", field + "longitude");
  }

  static guidepost.seed.routeguide.Point message(Point point) {
    return guidepost.seed.routeguide.Point.newBuilder()
        .setLatitude(point.latitudeE7())
        .setLongitude(point.longitudeE7())
        .build();
  }

  static guidepost.seed.routeguide.Feature message(Feature feature) {
    return guidepost.seed.routeguide.Feature.newBuilder()
        .setName(feature.name())
        .setLocation(message(feature.point()))
        .build();
  }

  static RouteNote note(Point point, String message) {
    return RouteNote.newBuilder().setLocation(message(point)).setMessage(message).build();
  }

  /// The feature at a point, or the nameless one with the very point that was asked for.
  static guidepost.seed.routeguide.Feature message(
      Optional<Feature> feature, guidepost.seed.routeguide.Point asked) {
    return feature
        .map(SeedMessages::message)
        .orElseGet(() -> guidepost.seed.routeguide.Feature.newBuilder().setLocation(asked).build());
  }

  static GeoBox box(Rectangle rectangle) {
    Fields.required("lo", rectangle.hasLo(), "a corner of the rectangle");
    Fields.required("hi", rectangle.hasHi(), "a corner of the rectangle");
    return GeoBox.ofCorners(point(rectangle.getLo(), "lo."), point(rectangle.getHi(), "hi."));
  }

  /// Where a note was left.
  ///
  /// @param messageBytesMax longest message, in bytes of UTF-8
  static Point place(RouteNote note, int messageBytesMax) {
    Fields.required("location", note.hasLocation(), "where the note was left");
    Point point = point(note.getLocation(), "location.");
    Fields.textOrNul("message", note.getMessage(), messageBytesMax);
    return point;
  }
}
