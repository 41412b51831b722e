package guidepost.guide.index;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The slow, plainly right index: a list in the order in which features came to their places.
final class ListOracle {

  private final List<Feature> features;

  ListOracle() {
    this(List.of());
  }

  private ListOracle(List<Feature> features) {
    this.features = new ArrayList<>(features);
  }

  ListOracle copy() {
    return new ListOracle(features);
  }

  void put(Feature feature) {
    for (int i = 0; i < features.size(); i++) {
      Feature old = features.get(i);
      if (old.id().equals(feature.id()) && old.point().samePlace(feature.point())) {
        features.set(i, feature);
        return;
      }
    }
    remove(feature.id());
    features.add(feature);
  }

  boolean remove(String id) {
    return features.removeIf(feature -> feature.id().equals(id));
  }

  Optional<Feature> get(String id) {
    return features.stream().filter(feature -> feature.id().equals(id)).findAny();
  }

  List<Feature> at(Point point) {
    return features.stream()
        .filter(feature -> feature.point().samePlace(point))
        .sorted(Comparator.comparing(feature -> !feature.isNamed()))
        .toList();
  }

  Set<Feature> inBox(GeoBox box) {
    return features.stream().filter(feature -> inside(box, feature)).collect(Collectors.toSet());
  }

  /// By the words of the contract, for every way to write the point's place.
  private static boolean inside(GeoBox box, Feature feature) {
    int latitude = feature.point().latitudeE7();
    long longitude = feature.point().longitudeE7();
    boolean pole = Math.abs(latitude) == 900_000_000;
    boolean between = box.southE7() <= latitude && latitude <= box.northE7();
    return between
        && (pole
            || reaches(box, longitude)
            || reaches(box, longitude + 3_600_000_000L)
            || reaches(box, longitude - 3_600_000_000L));
  }

  private static boolean reaches(GeoBox box, long longitude) {
    long east = box.eastE7() < box.westE7() ? box.eastE7() + 3_600_000_000L : box.eastE7();
    return box.westE7() <= longitude && longitude <= east;
  }

  int size() {
    return features.size();
  }

  int namedSize() {
    return (int) features.stream().filter(Feature::isNamed).count();
  }
}
