package guidepost.guide.service;

import static guidepost.guide.service.Guide.feature;

import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.DistantFeature;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.PathFeature;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.sf.geographiclib.Geodesic;

/// A guide with features at places, and questions about them.
final class PlaceQuestions implements AutoCloseable {

  final Random random;
  final Guide guide = new Guide();

  /// @param test that prints the seed
  PlaceQuestions(String test) {
    random = Seed.random(test);
  }

  /// Of a seed that is kept.
  PlaceQuestions(Random random) {
    this.random = random;
  }

  @Override
  public void close() {
    guide.close();
  }

  static GeoPoint point(double latitude, double longitude) {
    return GeoPoint.newBuilder()
        .setLatitudeE7((int) Math.rint(latitude * 1e7))
        .setLongitudeE7((int) Math.rint(longitude * 1e7))
        .build();
  }

  void put(String id, double latitude, double longitude, String... category) {
    Feature.Builder feature =
        Feature.newBuilder().setId(id).setName("n " + id).setPoint(point(latitude, longitude));
    if (category.length > 0) {
      feature.setCategory(category[0]);
    }
    guide.put(feature.build());
  }

  static double metres(GeoPoint a, GeoPoint b) {
    return Geodesic.WGS84.Inverse(
            a.getLatitudeE7() / 1e7,
            a.getLongitudeE7() / 1e7,
            b.getLatitudeE7() / 1e7,
            b.getLongitudeE7() / 1e7)
        .s12;
  }

  List<Feature> scatter(int count) {
    Feature[] all = new Feature[count];
    for (int i = 0; i < count; i++) {
      all[i] = Feature.newBuilder().setId("f" + i).setPoint(anywhere()).build();
    }
    guide.put(all);
    return List.of(all);
  }

  /// Half of them near the poles, the antimeridian or the equator, where the sphere is most wrong.
  GeoPoint anywhere() {
    double latitude = random.nextDouble() * 180 - 90;
    double longitude = random.nextDouble() * 360 - 180;
    return switch (random.nextInt(8)) {
      case 0 -> point(90, longitude);
      case 1 -> point(-89.9, longitude);
      case 2 -> point(latitude, random.nextBoolean() ? 180 : -180);
      case 3 -> point(random.nextGaussian() * 0.01, random.nextGaussian() * 0.01);
      default -> point(latitude, longitude);
    };
  }

  List<DistantFeature> nearest(NearestRequest.Builder request) {
    List<DistantFeature> found = new ArrayList<>();
    guide
        .features()
        .nearest(request.build())
        .forEachRemaining(response -> found.addAll(response.getFeaturesList()));
    return found;
  }

  AlongPathRequest.Builder along(double metres, double... degrees) {
    AlongPathRequest.Builder request = AlongPathRequest.newBuilder();
    request.getCorridorBuilder().setWithinMetres(metres);
    for (int i = 0; i < degrees.length; i += 2) {
      request.getCorridorBuilder().addPath(point(degrees[i], degrees[i + 1]));
    }
    return request;
  }

  List<PathFeature> found(AlongPathRequest.Builder request) {
    List<PathFeature> found = new ArrayList<>();
    guide
        .features()
        .alongPath(request.build())
        .forEachRemaining(page -> found.addAll(page.getFeaturesList()));
    return found;
  }

  static List<String> ids(List<PathFeature> found) {
    return found.stream().map(each -> each.getFeature().getId()).toList();
  }
}
