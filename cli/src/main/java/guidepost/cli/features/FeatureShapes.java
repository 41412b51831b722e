package guidepost.cli.features;

import guidepost.cli.places.PlaceMessages;
import guidepost.guide.feeds.FeatureDraft;
import guidepost.guide.index.Feature;

/// Features as messages and back.
final class FeatureShapes {

  private FeatureShapes() {}

  static guidepost.guide.v1.Feature message(FeatureDraft feature) {
    return guidepost.guide.v1.Feature.newBuilder()
        .setId(feature.id())
        .setPoint(PlaceMessages.message(feature.point()))
        .setName(feature.name())
        .setCategory(feature.category())
        .putAllAttributes(feature.attributes())
        .build();
  }

  static Feature feature(guidepost.guide.v1.Feature message) {
    return new Feature(
        message.getId(),
        PlaceMessages.point(message.getPoint()),
        message.getName(),
        message.getCategory(),
        message.getAttributesMap(),
        message.getRevision());
  }
}
