package guidepost.cli;

import guidepost.guide.feeds.FeatureDraft;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;

/// Features as messages and back.
final class FeatureMessages {

  private FeatureMessages() {}

  static guidepost.guide.v1.GeoPoint message(Point point) {
    return guidepost.guide.v1.GeoPoint.newBuilder()
        .setLatitudeE7(point.latitudeE7())
        .setLongitudeE7(point.longitudeE7())
        .build();
  }

  static guidepost.guide.v1.Feature message(FeatureDraft feature) {
    return guidepost.guide.v1.Feature.newBuilder()
        .setId(feature.id())
        .setPoint(message(feature.point()))
        .setName(feature.name())
        .setCategory(feature.category())
        .putAllAttributes(feature.attributes())
        .build();
  }

  static Feature feature(guidepost.guide.v1.Feature message) {
    return new Feature(
        message.getId(),
        new Point(message.getPoint().getLatitudeE7(), message.getPoint().getLongitudeE7()),
        message.getName(),
        message.getCategory(),
        message.getAttributesMap(),
        message.getRevision());
  }

  static guidepost.guide.v1.GeoBox message(GeoBox box) {
    return guidepost.guide.v1.GeoBox.newBuilder()
        .setSouthE7(box.southE7())
        .setWestE7(box.westE7())
        .setNorthE7(box.northE7())
        .setEastE7(box.eastE7())
        .build();
  }

  /// A point of the seed contract.
  static guidepost.seed.routeguide.Point seedPoint(Point point) {
    return guidepost.seed.routeguide.Point.newBuilder()
        .setLatitude(point.latitudeE7())
        .setLongitude(point.longitudeE7())
        .build();
  }
}
