package guidepost.guide.service;

import static guidepost.guide.service.Guide.feature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.AlongPathResponse;
import guidepost.guide.v1.DistantFeature;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeatureFilter;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInBoxResponse;
import guidepost.guide.v1.ListInRadiusRequest;
import guidepost.guide.v1.ListInRadiusResponse;
import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.NearestResponse;
import guidepost.guide.v1.PathFeature;
import guidepost.guide.v1.PathSide;
import guidepost.guide.v1.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.sf.geographiclib.Geodesic;
import net.sf.geographiclib.GeodesicLine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `guidepost.guide.v1.Features` answers about places.
final class FeatureQueriesTest {

  private final Random random = Seed.random("FeatureQueriesTest");
  private final Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  private static Point point(double latitude, double longitude) {
    return Point.newBuilder()
        .setLatitudeE7((int) Math.rint(latitude * 1e7))
        .setLongitudeE7((int) Math.rint(longitude * 1e7))
        .build();
  }

  private void put(String id, double latitude, double longitude, String... category) {
    Feature.Builder feature =
        Feature.newBuilder().setId(id).setName("n " + id).setPoint(point(latitude, longitude));
    if (category.length > 0) {
      feature.setCategory(category[0]);
    }
    guide.put(feature.build());
  }

  private static double metres(Point a, Point b) {
    return Geodesic.WGS84.Inverse(
            a.getLatitudeE7() / 1e7,
            a.getLongitudeE7() / 1e7,
            b.getLatitudeE7() / 1e7,
            b.getLongitudeE7() / 1e7)
        .s12;
  }

  private List<Feature> scatter(int count) {
    Feature[] all = new Feature[count];
    for (int i = 0; i < count; i++) {
      all[i] = Feature.newBuilder().setId("f" + i).setPoint(anywhere()).build();
    }
    guide.put(all);
    return List.of(all);
  }

  /// Half of them near the poles, the antimeridian or the equator, where the sphere is most wrong.
  private Point anywhere() {
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

  private List<DistantFeature> nearest(NearestRequest.Builder request) {
    List<DistantFeature> found = new ArrayList<>();
    guide
        .features()
        .nearest(request.build())
        .forEachRemaining(response -> found.addAll(response.getFeaturesList()));
    return found;
  }

  @Test
  void shouldFindTheNearestInTheOrderOfTheEllipsoidLikeASortedListEverywhereOnEarth() {
    List<Feature> all = scatter(500);
    for (int i = 0; i < 25; i++) {
      Point from = anywhere();
      List<DistantFeature> found = nearest(NearestRequest.newBuilder().setFrom(from).setCount(20));
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
    put("north", 1.0030, 0);
    put("east", 0, 1.0);
    assertThat(nearest(NearestRequest.newBuilder().setFrom(point(0, 0)).setCount(1)))
        .extracting(each -> each.getFeature().getId())
        .containsExactly("north");
  }

  @Test
  void shouldAgreeWithPublishedDistancesOfTheEllipsoid() {
    put("pole", 90, 0);
    put("antipode", 0, 179.5);
    List<DistantFeature> found =
        nearest(NearestRequest.newBuilder().setFrom(point(0, 0)).setCount(3));
    Map<String, Double> metres = new HashMap<>();
    found.forEach(each -> metres.put(each.getFeature().getId(), each.getMetres()));
    assertThat(metres.get("pole"))
        .as("a quarter meridian")
        .isCloseTo(10_001_965.729, within(0.001));
    assertThat(metres.get("antipode")).as("over the pole").isLessThan(20_003_932);
  }

  @Test
  void shouldListACircleLikeATestOfEachFeatureEverywhereOnEarth() {
    List<Feature> all = scatter(400);
    for (int i = 0; i < 25; i++) {
      Point centre = anywhere();
      double radius = Math.pow(10, 7.3 * random.nextDouble());
      Set<String> found = new HashSet<>();
      var request = ListInRadiusRequest.newBuilder().setCentre(centre).setWithinMetres(radius);
      Iterator<ListInRadiusResponse> pages = guide.features().listInRadius(request.build());
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

  private AlongPathRequest.Builder along(double metres, double... degrees) {
    AlongPathRequest.Builder request = AlongPathRequest.newBuilder().setWithinMetres(metres);
    for (int i = 0; i < degrees.length; i += 2) {
      request.addPath(point(degrees[i], degrees[i + 1]));
    }
    return request;
  }

  private List<PathFeature> found(AlongPathRequest.Builder request) {
    List<PathFeature> found = new ArrayList<>();
    guide
        .features()
        .alongPath(request.build())
        .forEachRemaining(page -> found.addAll(page.getFeaturesList()));
    return found;
  }

  private static List<String> ids(List<PathFeature> found) {
    return found.stream().map(each -> each.getFeature().getId()).toList();
  }

  @Test
  void shouldTellWhatLiesAlongAPathInItsOrderWithDistancesAndSides() {
    put("b", 0.0009, 0.02);
    put("a", -0.0005, 0.01);
    put("on", 0, 0.03);
    put("too far", 0.0010, 0.01);
    List<PathFeature> found = found(along(100, 0, 0, 0, 0.04));
    assertThat(ids(found)).containsExactly("a", "b", "on");
    assertThat(found)
        .extracting(PathFeature::getSide)
        .containsExactly(PathSide.PATH_SIDE_RIGHT, PathSide.PATH_SIDE_LEFT, PathSide.PATH_SIDE_ON);
    double degree = 111_319.4908;
    assertThat(found.get(0).getAheadMetres()).isCloseTo(0.01 * degree, within(0.01));
    assertThat(found.get(1).getAheadMetres()).isCloseTo(0.02 * degree, within(0.01));
    assertThat(found.get(1).getOffPathMetres()).isCloseTo(0.0009 * 110_574.3, within(0.01));
    AlongPathResponse page = guide.features().alongPath(along(1, 0, 0, 0, 0.04).build()).next();
    assertThat(page.getPathMetres()).isCloseTo(0.04 * degree, within(0.01));
    assertThat(page.getRevision()).isEqualTo(4);
  }

  @Test
  void shouldLeaveOutWhatLiesBehindOneWhoIsOnTheWay() {
    put("behind", 0, 0.01);
    put("ahead", 0, 0.03);
    List<PathFeature> found = found(along(2_000, 0, 0, 0, 0.02, 0, 0.04).setFromMetres(1_500));
    assertThat(ids(found)).containsExactly("ahead");
    assertThat(found.getFirst().getAheadMetres())
        .isCloseTo(0.03 * 111_319.4908 - 1_500, within(0.01));
  }

  @Test
  void shouldFindAlongGeodesicsWhatNoGreatCirclePasses() {
    GeodesicLine line = Geodesic.WGS84.InverseLine(50, -120, 35, 10);
    double third = line.Distance() / 3;
    var place = line.Position(third);
    put("on the way", place.lat2, place.lon2);
    List<PathFeature> found = found(along(50, 50, -120, 35, 10));
    assertThat(ids(found)).containsExactly("on the way");
    assertThat(found.getFirst().getOffPathMetres()).isLessThan(0.02);
    assertThat(found.getFirst().getAheadMetres()).isCloseTo(third, within(0.05));
  }

  @Test
  void shouldMeasureRandomCorridorsLikeTryingOutEachPointOfThePath() {
    List<Feature> all = scatter(200);
    for (int round = 0; round < 8; round++) {
      Point start = all.get(random.nextInt(all.size())).getPoint();
      var request = AlongPathRequest.newBuilder().setWithinMetres(100_000).addPath(start);
      double latitude = Math.clamp(start.getLatitudeE7() / 1e7, -88, 88);
      double longitude = start.getLongitudeE7() / 1e7;
      for (int i = 0; i < 4; i++) {
        latitude = Math.clamp(latitude + random.nextGaussian(), -89, 89);
        longitude = Math.IEEEremainder(longitude + random.nextGaussian() * 3, 360);
        request.addPath(point(latitude, longitude));
      }
      compare(all, request);
    }
  }

  private void compare(List<Feature> all, AlongPathRequest.Builder request) {
    List<PathFeature> found = found(request);
    Set<String> ids = new HashSet<>(ids(found));
    assertThat(ids).hasSameSizeAs(found);
    for (PathFeature each : found) {
      double expected = tried(request.getPathList(), each.getFeature().getPoint());
      assertThat(each.getOffPathMetres()).isCloseTo(expected, within(0.02));
    }
    for (Feature each : all) {
      if (!ids.contains(each.getId())) {
        assertThat(tried(request.getPathList(), each.getPoint())).isGreaterThan(100_000 - 0.02);
      }
    }
  }

  private static double tried(List<Point> path, Point point) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i + 1 < path.size(); i++) {
      double ends = Math.min(metres(path.get(i), point), metres(path.get(i + 1), point));
      double length = metres(path.get(i), path.get(i + 1));
      least =
          ends - length > 200_000 ? Math.min(least, ends) : Math.min(least, tried(path, i, point));
    }
    return least;
  }

  private static double tried(List<Point> path, int segment, Point point) {
    Point a = path.get(segment);
    Point b = path.get(segment + 1);
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
      boolean left = metres(line, low + third, point) < metres(line, high - third, point);
      high = left ? high - third : high;
      low = left ? low : low + third;
    }
    return metres(line, low, point);
  }

  private static double metres(GeodesicLine line, double along, Point point) {
    var at = line.Position(along);
    return Geodesic.WGS84.Inverse(
            at.lat2, at.lon2, point.getLatitudeE7() / 1e7, point.getLongitudeE7() / 1e7)
        .s12;
  }

  @Test
  void shouldFilterEveryListByCategoryAttributesAndName() {
    guide.put(
        feature("a", 10, 10, "A").toBuilder()
            .setCategory("fuel")
            .putAttributes("open", "24/7")
            .build(),
        feature("b", 20, 20, "").toBuilder()
            .setCategory("fuel")
            .putAttributes("open", "no")
            .build(),
        feature("c", 30, 30, "C").toBuilder().setCategory("inn").build());
    assertThat(filtered(FeatureFilter.newBuilder().addCategories("fuel")))
        .containsExactly("a", "b");
    assertThat(filtered(FeatureFilter.newBuilder().addCategories("inn").addCategories("fuel")))
        .containsExactly("a", "b", "c");
    assertThat(filtered(FeatureFilter.newBuilder().putAttributes("open", "")))
        .containsExactly("a", "b");
    assertThat(filtered(FeatureFilter.newBuilder().putAttributes("open", "24/7")))
        .containsExactly("a");
    assertThat(filtered(FeatureFilter.newBuilder().setNamed(true))).containsExactly("a", "c");
    assertThat(filtered(FeatureFilter.newBuilder().addCategories("fue"))).isEmpty();
  }

  /// What all four lists answer, by distance from the origin.
  private List<String> filtered(FeatureFilter.Builder filter) {
    List<String> nearest =
        nearest(NearestRequest.newBuilder().setFrom(point(0, 0)).setCount(9).setFilter(filter))
            .stream()
            .map(each -> each.getFeature().getId())
            .toList();
    List<String> inBox = new ArrayList<>();
    guide
        .features()
        .listInBox(ListInBoxRequest.newBuilder().setFilter(filter).build())
        .forEachRemaining(page -> page.getFeaturesList().forEach(each -> inBox.add(each.getId())));
    List<String> inRadius = new ArrayList<>();
    guide
        .features()
        .listInRadius(
            ListInRadiusRequest.newBuilder()
                .setCentre(point(0, 0))
                .setWithinMetres(10)
                .setFilter(filter)
                .build())
        .forEachRemaining(
            page ->
                page.getFeaturesList().forEach(each -> inRadius.add(each.getFeature().getId())));
    List<String> onPath = ids(found(along(10, 0, 0, 0.1, 0.1).setFilter(filter)));
    assertThat(inBox).containsExactlyInAnyOrderElementsOf(nearest);
    assertThat(inRadius).containsExactlyInAnyOrderElementsOf(nearest);
    assertThat(onPath).isEqualTo(nearest);
    return nearest;
  }

  @Test
  void shouldPageThroughABoxWithoutGapOrRepetitionWhileOtherFeaturesComeAndGo() {
    Set<String> kept = new HashSet<>();
    scatter(300).forEach(each -> kept.add(each.getId()));
    List<String> told = new ArrayList<>();
    String token = "";
    int round = 0;
    do {
      ListInBoxResponse page =
          guide
              .features()
              .listInBox(ListInBoxRequest.newBuilder().setLimit(7).setPageToken(token).build())
              .next();
      page.getFeaturesList().forEach(each -> told.add(each.getId()));
      assertThat(page.getFeaturesCount()).isLessThanOrEqualTo(7);
      token = page.getNextPageToken();
      guide.put(
          feature("new" + round++, random.nextInt(), 7, "").toBuilder()
              .setPoint(anywhere())
              .build());
    } while (!token.isEmpty());
    told.removeIf(id -> id.startsWith("new"));
    assertThat(told).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(kept);
  }

  @Test
  void shouldPageThroughAPathInItsOrder() {
    for (int i = 0; i < 25; i++) {
      put("f" + i, 0.0001, 0.0005 * (i - i % 2));
    }
    List<String> whole = ids(found(along(100, 0, -1, 0, 1)));
    List<String> told = new ArrayList<>();
    String token = "";
    do {
      AlongPathResponse page =
          guide
              .features()
              .alongPath(along(100, 0, -1, 0, 1).setLimit(4).setPageToken(token).build())
              .next();
      told.addAll(ids(page.getFeaturesList()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(told).isEqualTo(whole).hasSize(25);
  }

  @Test
  void shouldRefuseATokenOfAnotherQuestion() {
    scatter(10);
    String token =
        guide
            .features()
            .listInBox(ListInBoxRequest.newBuilder().setLimit(3).build())
            .next()
            .getNextPageToken();
    GeoBox other = GeoBox.newBuilder().setNorthE7(5).setEastE7(5).build();
    for (String bad : List.of(token, "x", "%%%", "AAAA")) {
      ListInBoxRequest request =
          ListInBoxRequest.newBuilder().setBox(other).setPageToken(bad).build();
      assertThatThrownBy(() -> guide.features().listInBox(request).next())
          .hasMessage(
              "INVALID_ARGUMENT: page_token must be the next_page_token of the same request:"
                  + " \"%s\"",
              bad);
    }
  }

  @Test
  void shouldSendManyFeaturesInSeveralResponsesOfOneRevision() {
    scatter(1_300);
    List<NearestResponse> pages = new ArrayList<>();
    guide
        .features()
        .nearest(NearestRequest.newBuilder().setFrom(point(1, 1)).setCount(1_200).build())
        .forEachRemaining(pages::add);
    assertThat(pages).extracting(NearestResponse::getFeaturesCount).containsExactly(512, 512, 176);
    assertThat(pages).allMatch(page -> page.getRevision() == 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | count must be 1..10000: 0",
        "10001 | count must be 1..10000: 10001",
        "-1 | count must be 1..10000: 4294967295",
      })
  void shouldRefuseToFindNoneOrTooMany(int count, String text) {
    assertThatThrownBy(
            () -> nearest(NearestRequest.newBuilder().setFrom(point(0, 0)).setCount(count)))
        .hasMessage("INVALID_ARGUMENT: " + text);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "NaN", "Infinity", "10000000"})
  void shouldRefuseACorridorOfNoWidthOrOfHalfTheGlobe(double metres) {
    assertThatThrownBy(() -> found(along(metres, 0, 0, 1, 1)))
        .hasMessage(
            "INVALID_ARGUMENT: within_metres must be above 0 and at most 100000: " + metres);
  }

  @Test
  void shouldRefuseFieldsThatAreNotSetOrOutOfRangeByName() {
    assertThatThrownBy(() -> nearest(NearestRequest.newBuilder().setCount(1)))
        .hasMessage("INVALID_ARGUMENT: from must be set: a point");
    assertThatThrownBy(
            () -> nearest(NearestRequest.newBuilder().setFrom(point(90.0000001, 0)).setCount(1)))
        .hasMessage(
            "INVALID_ARGUMENT: from.latitude_e7 must be -900000000..900000000 (E7): 900000001");
    assertThatThrownBy(() -> found(along(5)))
        .hasMessage("INVALID_ARGUMENT: path must have 2..100000 points: 0");
    assertThatThrownBy(() -> found(along(5, 0, 0, 0, 181)))
        .hasMessage(
            "INVALID_ARGUMENT: path[1].longitude_e7 must be -1800000000..1800000000 (E7):"
                + " 1810000000");
    assertThatThrownBy(() -> found(along(5, 1, 1, 1, 1)))
        .hasMessage(
            "INVALID_ARGUMENT: path must lead somewhere: all its 2 points are 1.0000000,1.0000000");
    assertThatThrownBy(() -> found(along(5, 0, 0, 0, 1).setFromMetres(Double.NaN)))
        .hasMessage("INVALID_ARGUMENT: from_metres must be 0..50000000: NaN");
    assertThatThrownBy(() -> found(along(5, 0, 0, 0, 1).setFromMetres(200_000)))
        .hasMessage(
            "INVALID_ARGUMENT: from_metres must be less than the path's length of 111319.5 m:"
                + " 200000.0");
    assertThatThrownBy(
            () ->
                found(
                    along(5, 0, 0, 0, 170, 0, -20, 0, 150, 0, -40)
                        .addPath(point(0, 130))
                        .addPath(point(0, -60))))
        .hasMessageStartingWith("INVALID_ARGUMENT: path must be at most 50000000 m long");
    assertThatThrownBy(
            () ->
                guide
                    .features()
                    .listInRadius(ListInRadiusRequest.newBuilder().setCentre(point(0, 0)).build())
                    .next())
        .hasMessage("INVALID_ARGUMENT: within_metres must be above 0 and at most 20003932: 0.0");
  }
}
