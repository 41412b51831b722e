package guidepost.guide.service;

import guidepost.calls.Fields;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.index.Feature;
import guidepost.guide.messages.SeedMessages;
import guidepost.seed.routeguide.Rectangle;
import java.util.Optional;

/// Features and rectangles as messages of the seed contract, checked and translated.
final class SeedFeatures {

  private SeedFeatures() {}

  static guidepost.seed.routeguide.Feature message(Feature feature) {
    return guidepost.seed.routeguide.Feature.newBuilder()
        .setName(feature.name())
        .setLocation(SeedMessages.message(feature.point()))
        .build();
  }

  /// The feature at a point, or the nameless one with the very point that was asked for.
  static guidepost.seed.routeguide.Feature message(
      Optional<Feature> feature, guidepost.seed.routeguide.Point asked) {
    return feature
        .map(SeedFeatures::message)
        .orElseGet(() -> guidepost.seed.routeguide.Feature.newBuilder().setLocation(asked).build());
  }

  static GeoBox box(Rectangle rectangle) {
    Fields.required("lo", rectangle.hasLo(), "a corner of the rectangle");
    Fields.required("hi", rectangle.hasHi(), "a corner of the rectangle");
    return GeoBox.ofCorners(
        SeedMessages.point(rectangle.getLo(), "lo."), SeedMessages.point(rectangle.getHi(), "hi."));
  }
}
