package guidepost.guide.service;

import static guidepost.guide.service.PlaceQuestions.ids;
import static guidepost.guide.service.PlaceQuestions.metres;
import static guidepost.guide.service.PlaceQuestions.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.AlongPathResponse;
import guidepost.guide.v1.DistantFeature;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.GeoCircle;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.ListInRadiusRequest;
import guidepost.guide.v1.ListInRadiusResponse;
import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.PathFeature;
import guidepost.guide.v1.PathSide;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.sf.geographiclib.Geodesic;
import net.sf.geographiclib.GeodesicLine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What `guidepost.guide.v1.Features` answers about places.
final class FeatureQueriesTest {

  private final PlaceQuestions places = new PlaceQuestions("FeatureQueriesTest");

  @AfterEach
  void close() {
    places.close();
  }

  @Test
  void shouldFindTheNearestInTheOrderOfTheEllipsoidLikeASortedListEverywhereOnEarth() {
    List<Feature> all = places.scatter(500);
    for (int i = 0; i < 25; i++) {
      GeoPoint from = places.anywhere();
      List<DistantFeature> found =
          places.nearest(NearestRequest.newBuilder().setOrigin(from).setCount(20));
      List<String> expected =
          all.stream()
              .sorted(
                  Comparator.comparingDouble((Feature each) -> metres(from, each.getPoint()))
                      .thenComparing(Feature::getId))
              .limit(20)
              .map(Feature::getId)
              .toList();
      assertThat(found)
          .extracting(each -> metres(from, each.getFeature().getPoint()))
          .isEqualTo(found.stream().map(DistantFeature::getMetres).toList());
      assertThat(found.stream().mapToDouble(DistantFeature::getMetres).toArray())
          .as("around %s", from)
          .containsExactly(
              expected.stream()
                  .mapToDouble(id -> metres(from, all.get(number(id)).getPoint()))
                  .toArray(),
              within(1e-6));
    }
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(1));
  }

  @Test
  void shouldTellTheNearerOnTheEllipsoidFirstWhereTheSphereIsWrong() {
    places.put("north", 1.0030, 0);
    places.put("east", 0, 1.0);
    assertThat(places.nearest(NearestRequest.newBuilder().setOrigin(point(0, 0)).setCount(1)))
        .extracting(each -> each.getFeature().getId())
        .containsExactly("north");
  }

  @Test
  void shouldAgreeWithPublishedDistancesOfTheEllipsoid() {
    places.put("pole", 90, 0);
    places.put("antipode", 0, 179.5);
    List<DistantFeature> found =
        places.nearest(NearestRequest.newBuilder().setOrigin(point(0, 0)).setCount(3));
    Map<String, Double> metres = new HashMap<>();
    found.forEach(each -> metres.put(each.getFeature().getId(), each.getMetres()));
    assertThat(metres.get("pole"))
        .as("a quarter meridian")
        .isCloseTo(10_001_965.729, within(0.001));
    assertThat(metres.get("antipode")).as("over the pole").isLessThan(20_003_932);
  }

  @Test
  void shouldListACircleLikeATestOfEachFeatureEverywhereOnEarth() {
    List<Feature> all = places.scatter(400);
    for (int i = 0; i < 25; i++) {
      GeoPoint centre = places.anywhere();
      double radius = Math.pow(10, 7.3 * places.random.nextDouble());
      Set<String> found = new HashSet<>();
      var request =
          ListInRadiusRequest.newBuilder()
              .setCircle(GeoCircle.newBuilder().setCentre(centre).setRadiusMetres(radius));
      Iterator<ListInRadiusResponse> pages = places.guide.features().listInRadius(request.build());
      pages.forEachRemaining(
          page -> page.getFeaturesList().forEach(each -> found.add(each.getFeature().getId())));
      assertThat(found)
          .as("%s m around %s", radius, centre)
          .containsExactlyInAnyOrder(
              all.stream()
                  .filter(each -> metres(centre, each.getPoint()) <= radius)
                  .map(Feature::getId)
                  .toArray(String[]::new));
    }
  }

  @Test
  void shouldTellWhatLiesAlongAPathInItsOrderWithDistancesAndSides() {
    places.put("b", 0.0009, 0.02);
    places.put("a", -0.0005, 0.01);
    places.put("on", 0, 0.03);
    places.put("too far", 0.0010, 0.01);
    List<PathFeature> found = places.found(places.along(100, 0, 0, 0, 0.04));
    assertThat(ids(found)).containsExactly("a", "b", "on");
    assertThat(found)
        .extracting(PathFeature::getSide)
        .containsExactly(PathSide.PATH_SIDE_RIGHT, PathSide.PATH_SIDE_LEFT, PathSide.PATH_SIDE_ON);
    double degree = 111_319.4908;
    assertThat(found.get(0).getAheadMetres()).isCloseTo(0.01 * degree, within(0.01));
    assertThat(found.get(1).getAheadMetres()).isCloseTo(0.02 * degree, within(0.01));
    assertThat(found.get(1).getOffPathMetres()).isCloseTo(0.0009 * 110_574.3, within(0.01));
    AlongPathResponse page =
        places.guide.features().alongPath(places.along(1, 0, 0, 0, 0.04).build()).next();
    assertThat(page.getPathMetres()).isCloseTo(0.04 * degree, within(0.01));
    assertThat(page.getRevision()).isEqualTo(4);
  }

  @Test
  void shouldLeaveOutWhatLiesBehindOneWhoIsOnTheWay() {
    places.put("behind", 0, 0.01);
    places.put("ahead", 0, 0.03);
    List<PathFeature> found =
        places.found(places.along(2_000, 0, 0, 0, 0.02, 0, 0.04).setFromMetres(1_500));
    assertThat(ids(found)).containsExactly("ahead");
    assertThat(found.getFirst().getAheadMetres())
        .isCloseTo(0.03 * 111_319.4908 - 1_500, within(0.01));
  }

  @Test
  void shouldFindAlongGeodesicsWhatNoGreatCirclePasses() {
    GeodesicLine line = Geodesic.WGS84.InverseLine(50, -120, 35, 10);
    double third = line.Distance() / 3;
    var place = line.Position(third);
    places.put("on the way", place.lat2, place.lon2);
    List<PathFeature> found = places.found(places.along(50, 50, -120, 35, 10));
    assertThat(ids(found)).containsExactly("on the way");
    assertThat(found.getFirst().getOffPathMetres()).isLessThan(0.02);
    assertThat(found.getFirst().getAheadMetres()).isCloseTo(third, within(0.05));
  }

  @Test
  void shouldMeasureRandomCorridorsLikeTryingOutEachPointOfThePath() {
    List<Feature> all = places.scatter(200);
    for (int round = 0; round < 8; round++) {
      GeoPoint start = all.get(places.random.nextInt(all.size())).getPoint();
      var request = AlongPathRequest.newBuilder();
      request.getCorridorBuilder().setWithinMetres(100_000).addPath(start);
      double latitude = Math.clamp(start.getLatitudeE7() / 1e7, -88, 88);
      double longitude = start.getLongitudeE7() / 1e7;
      for (int i = 0; i < 4; i++) {
        latitude = Math.clamp(latitude + places.random.nextGaussian(), -89, 89);
        longitude = Math.IEEEremainder(longitude + places.random.nextGaussian() * 3, 360);
        request.getCorridorBuilder().addPath(point(latitude, longitude));
      }
      compare(all, request);
    }
  }

  private void compare(List<Feature> all, AlongPathRequest.Builder request) {
    List<PathFeature> found = places.found(request);
    Set<String> ids = new HashSet<>(ids(found));
    assertThat(ids).hasSameSizeAs(found);
    for (PathFeature each : found) {
      double expected = tried(request.getCorridor().getPathList(), each.getFeature().getPoint());
      assertThat(each.getOffPathMetres()).isCloseTo(expected, within(0.02));
    }
    for (Feature each : all) {
      if (!ids.contains(each.getId())) {
        assertThat(tried(request.getCorridor().getPathList(), each.getPoint()))
            .isGreaterThan(100_000 - 0.02);
      }
    }
  }

  private static double tried(List<GeoPoint> path, GeoPoint point) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i + 1 < path.size(); i++) {
      double ends = Math.min(metres(path.get(i), point), metres(path.get(i + 1), point));
      double length = metres(path.get(i), path.get(i + 1));
      least =
          ends - length > 200_000 ? Math.min(least, ends) : Math.min(least, tried(path, i, point));
    }
    return least;
  }

  private static double tried(List<GeoPoint> path, int segment, GeoPoint point) {
    GeoPoint a = path.get(segment);
    GeoPoint b = path.get(segment + 1);
    GeodesicLine line =
        Geodesic.WGS84.InverseLine(
            a.getLatitudeE7() / 1e7,
            a.getLongitudeE7() / 1e7,
            b.getLatitudeE7() / 1e7,
            b.getLongitudeE7() / 1e7);
    double low = 0;
    double high = line.Distance();
    while (high - low > 0.01) {
      double third = (high - low) / 3;
      boolean left = metresFrom(line, low + third, point) < metresFrom(line, high - third, point);
      high = left ? high - third : high;
      low = left ? low : low + third;
    }
    return metresFrom(line, low, point);
  }

  private static double metresFrom(GeodesicLine line, double along, GeoPoint point) {
    var at = line.Position(along);
    return Geodesic.WGS84.Inverse(
            at.lat2, at.lon2, point.getLatitudeE7() / 1e7, point.getLongitudeE7() / 1e7)
        .s12;
  }

  @Test
  void shouldTellEachFeatureOnceWhereAPathComesNearestThoughItCrossesItself() {
    places.put("crossing", 0, 0.02);
    places.put("loop", 0.02, 0.0205);
    List<PathFeature> found =
        places.found(places.along(100, 0, 0, 0, 0.04, 0.02, 0.04, 0.02, 0.02, -0.02, 0.02));
    assertThat(ids(found)).containsExactly("crossing", "loop");
  }
}
