package guidepost.guide.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import guidepost.guide.geo.Vector;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PathSearchTest {

  private final Random random = Seed.random("PathSearchTest");
  private final Places places = new Places(random);
  private final FeatureIndex index = new FeatureIndex();

  private void put(String id, double latitude, double longitude) {
    index.put(Feature.named(id, Point.ofDegrees(latitude, longitude), id));
    index.publish(index.snapshot().revision() + 1);
  }

  private List<AlongPath> along(List<Point> path, double metres) {
    PathSearch search =
        index.snapshot().along(Corridor.around(path, metres), Slack.NONE, view -> true);
    while (!search.look(50)) {}
    return search.found();
  }

  private static List<Point> path(double... degrees) {
    List<Point> path = new ArrayList<>();
    for (int i = 0; i < degrees.length; i += 2) {
      path.add(Point.ofDegrees(degrees[i], degrees[i + 1]));
    }
    return path;
  }

  private static List<String> ids(List<AlongPath> found) {
    return found.stream().map(each -> each.view().id()).toList();
  }

  @Test
  void shouldTellFeaturesInTheOrderInWhichThePathComesNearestToThem() {
    put("c", 0.0005, 0.03);
    put("a", -0.0005, 0.01);
    put("b", 0.0002, 0.02);
    put("too far", 0.01, 0.02);
    assertThat(ids(along(path(0, 0, 0, 0.02, 0, 0.04), 100))).containsExactly("a", "b", "c");
  }

  @Test
  void shouldTellOnWhichSideAFeatureLiesForOneWhoFollowsThePath() {
    put("north", 0.0005, 0.01);
    put("south", -0.0005, 0.02);
    put("on", 0, 0.03);
    List<AlongPath> east = along(path(0, 0, 0, 0.04), 100);
    assertThat(east)
        .extracting(each -> each.nearest().side())
        .containsExactly(Side.LEFT, Side.RIGHT, Side.ON);
    assertThat(along(path(0, 0.04, 0, 0), 100))
        .extracting(each -> each.nearest().side())
        .containsExactly(Side.ON, Side.LEFT, Side.RIGHT);
  }

  @Test
  void shouldTakeTheSideOfBothSegmentsWhereThePathTurns() {
    put("outside the bend", -0.0005, 1.0005);
    put("ahead of the turn", 0.00001, 2.0005);
    List<AlongPath> leftTurn = along(path(0, 0.99, 0, 1, 0.01, 1), 100);
    assertThat(leftTurn).hasSize(1);
    assertThat(leftTurn.getFirst().nearest())
        .isEqualTo(
            new AlongPath.Approach(0, 1, leftTurn.getFirst().nearest().metres(), Side.RIGHT));
    put("outside the hairpin", 0.00001, 3.0005);
    List<AlongPath> hairpin = along(path(0, 2.99, 0, 3, 0.00176, 2.99), 100);
    assertThat(hairpin.getFirst().nearest().side()).isEqualTo(Side.RIGHT);
    List<AlongPath> turningBack = along(path(0, 1.99, 0, 2, 0, 1.99), 100);
    assertThat(turningBack.getFirst().nearest().side()).isEqualTo(Side.LEFT);
  }

  @Test
  void shouldTellAFeatureOnceWhereAPathCrossesItself() {
    put("crossing", 0.0001, 0.0101);
    List<AlongPath> found = along(path(0, 0, 0, 0.02, 0.01, 0.02, 0.01, 0.01, -0.01, 0.01), 200);
    assertThat(ids(found)).containsExactly("crossing");
    assertThat(found.getFirst().approaches()).hasSize(1);
    assertThat(found.getFirst().nearest().metres()).isCloseTo(11.1, within(0.1));
  }

  @Test
  void shouldTellOtherApproachesThatAreNearlyAsNear() {
    put("between", 0.0005, 0.01);
    PathSearch search =
        index
            .snapshot()
            .along(
                Corridor.around(path(0, 0, 0, 0.02, 0.00101, 0.02, 0.00101, 0), 500),
                new Slack(1.1, 0),
                v -> true);
    while (!search.look(1)) {}
    assertThat(search.size()).isEqualTo(2);
    assertThat(search.found().getFirst().approaches())
        .extracting(AlongPath.Approach::segment)
        .containsExactly(0, 2);
  }

  @Test
  void shouldTellBothWaysOfAPathThatComesBackEvenToWhatLiesOnIt() {
    put("on", 0, 0.01);
    put("beside", 0.0005, 0.015);
    Corridor corridor = Corridor.around(path(0, 0, 0, 0.02, 0, 0), 500);
    PathSearch search = index.snapshot().along(corridor, new Slack(1, 0.01), view -> true);
    while (!search.look(50)) {}
    assertThat(search.found())
        .hasSize(2)
        .allSatisfy(
            each ->
                assertThat(each.approaches())
                    .extracting(AlongPath.Approach::segment)
                    .containsExactlyInAnyOrder(0, 1));
  }

  @Test
  void shouldTellACornerAsTheEndOfOneSegmentAndNotAsTheBeginningOfTheNextToo() {
    put("outside", -0.0004, 0.0204);
    put("before", 0.0001, -0.0005);
    List<Point> path = path(0, 0, 0, 0, 0, 0.02, 0.02, 0.02);
    for (boolean openStart : new boolean[] {false, true}) {
      PathSearch search =
          index
              .snapshot()
              .along(new Corridor(path, 500, openStart), new Slack(1.5, 10), view -> true);
      while (!search.look(50)) {}
      List<AlongPath> found = search.found();
      assertThat(found).hasSize(openStart ? 1 : 2);
      assertThat(found.getLast().approaches())
          .extracting(AlongPath.Approach::segment, AlongPath.Approach::fraction)
          .containsExactly(tuple(1, 1.0));
      if (!openStart) {
        assertThat(found.getFirst().approaches())
            .extracting(AlongPath.Approach::segment, AlongPath.Approach::fraction)
            .containsExactly(tuple(1, 0.0));
      }
    }
  }

  @Test
  void shouldRefuseASlackThatMeansNothing() {
    assertThatThrownBy(() -> new Slack(0.9, 0)).hasMessage("factor must be at least 1: 0.9");
    assertThatThrownBy(() -> new Slack(1, -1)).hasMessage("metres must be at least 0: -1.0");
    assertThatThrownBy(() -> new Slack(Double.NaN, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldLeaveOutWhatLiesBehindAnOpenStart() {
    put("behind", 0.0001, -0.0005);
    put("beside", 0.0005, 0);
    put("at the start", 0, 0);
    put("ahead", 0.0001, 0.0005);
    List<Point> path = path(0, 0, 0, 0.001);
    assertThat(ids(along(path, 100)))
        .containsExactlyInAnyOrder("behind", "beside", "at the start", "ahead");
    PathSearch search =
        index.snapshot().along(new Corridor(path, 100, true), Slack.NONE, view -> true);
    while (!search.look(50)) {}
    assertThat(ids(search.found())).containsExactlyInAnyOrder("beside", "at the start", "ahead");
  }

  @Test
  void shouldGoOnThroughPointsThatRepeat() {
    put("a", 0.0005, 0.01);
    List<AlongPath> found = along(path(0, 0, 0, 0, 0, 0.01, 0, 0.01, 0, 0.01, 0, 0.02), 100);
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().nearest().metres()).isCloseTo(55.6, within(0.1));
  }

  @Test
  void shouldFindAcrossTheAntimeridianAndOverThePole() {
    put("fiji", -17.0005, 180);
    put("pole", 90, 12);
    put("beyond", 89.9, -100.001);
    assertThat(ids(along(path(-17, 179.9, -17, -179.9), 100))).containsExactly("fiji");
    assertThat(ids(along(path(89, 80, 89, -100), 200))).containsExactly("pole", "beyond");
  }

  @Test
  void shouldFindEverythingInTheCorridorOfRandomPathsEverywhereOnEarth() {
    Map<String, Feature> all = new HashMap<>();
    for (int i = 0; i < 800; i++) {
      Feature feature = Feature.named("f" + i, places.point(), "n");
      all.put(feature.id(), feature);
      index.put(feature);
    }
    index.publish(1);
    for (int round = 0; round < 40; round++) {
      List<Point> path = randomPath();
      double within = Math.pow(10, 1 + 4.9 * random.nextDouble());
      compare(path, within, all);
    }
  }

  private List<Point> randomPath() {
    List<Point> path = new ArrayList<>(List.of(places.point()));
    double step = Math.pow(10, 6.3 * random.nextDouble());
    int points = 2 + random.nextInt(40);
    double bearing = random.nextDouble() * 7;
    while (path.size() < points) {
      bearing += random.nextGaussian() * 0.5;
      path.add(NearestSearchTest.at(path.getLast(), step * random.nextDouble() + 0.1, bearing));
    }
    return path;
  }

  private void compare(List<Point> path, double within, Map<String, Feature> all) {
    List<AlongPath> found = along(path, within);
    Map<String, Double> metres = new HashMap<>();
    found.forEach(each -> metres.put(each.view().id(), each.nearest().metres()));
    assertThat(metres).as("each once").hasSameSizeAs(found);
    for (Feature feature : all.values()) {
      double expected = metresFrom(path, feature.point());
      double tolerance = 0.05 + expected * 1e-6;
      String about = "%s, %s m of %s".formatted(feature.point(), within, path);
      if (expected < within - tolerance) {
        assertThat(metres).as(about).containsKey(feature.id());
      }
      if (metres.containsKey(feature.id())) {
        assertThat(metres.get(feature.id())).as(about).isCloseTo(expected, within(tolerance));
      }
    }
    assertThat(found)
        .isSortedAccordingTo(
            Comparator.comparingDouble(
                each -> each.nearest().segment() + each.nearest().fraction()));
  }

  /// By trying out: the distance to a great circle has one least value within a quarter of it.
  private static double metresFrom(List<Point> path, Point point) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i + 1 < path.size(); i++) {
      Vector a = Vector.of(path.get(i));
      Vector b = Vector.of(path.get(i + 1));
      double bound = point(a, b, 0).angleTo(Vector.of(point)) - a.angleTo(b);
      if (bound * Haversine.RADIUS_METRES < Math.min(least, 1_000_000)) {
        least = Math.min(least, metresFrom(a, b, Vector.of(point)));
      }
    }
    return least;
  }

  private static double metresFrom(Vector a, Vector b, Vector point) {
    double low = 0;
    double high = 1;
    for (int i = 0; i < 60; i++) {
      double third = (high - low) / 3;
      boolean left = metres(a, b, low + third, point) < metres(a, b, high - third, point);
      high = left ? high - third : high;
      low = left ? low : low + third;
    }
    return metres(a, b, low, point);
  }

  private static double metres(Vector a, Vector b, double fraction, Vector point) {
    return point(a, b, fraction).angleTo(point) * Haversine.RADIUS_METRES;
  }

  private static Vector point(Vector a, Vector b, double fraction) {
    return new Vector(
            a.x() + (b.x() - a.x()) * fraction,
            a.y() + (b.y() - a.y()) * fraction,
            a.z() + (b.z() - a.z()) * fraction)
        .normalized();
  }

  @Test
  void shouldRefusePathsAndCorridorsThatMeanNothing() {
    assertThatThrownBy(() -> along(path(0, 0), 1))
        .hasMessage("path must have at least 2 points: 1");
    assertThatThrownBy(() -> along(path(1, 180, 1, -180), 1))
        .hasMessage("path must lead from its first point");
    assertThatThrownBy(() -> along(path(0, 0, 0, 60), 1))
        .hasMessage("path must have points at most 50 degrees apart: 0 and 1");
    assertThatThrownBy(() -> along(path(0, 0, 0, 1), 0))
        .hasMessage("withinMetres must be above 0 and at most 1000000: 0.0");
    assertThatThrownBy(() -> along(path(0, 0, 0, 1), 1e7))
        .hasMessage("withinMetres must be above 0 and at most 1000000: 1.0E7");
    assertThatThrownBy(() -> along(path(0, 0, 0, 1), Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
