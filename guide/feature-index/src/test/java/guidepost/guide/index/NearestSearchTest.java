package guidepost.guide.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import guidepost.testing.Seed;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class NearestSearchTest {

  private static final double ANYWHERE = Double.POSITIVE_INFINITY;

  private final Random random = Seed.random("NearestSearchTest");
  private final Places places = new Places(random);
  private final FeatureIndex index = new FeatureIndex();

  private static List<Near> nearest(
      FeatureIndex index, Point from, int count, double within, Predicate<FeatureView> wanted) {
    NearestSearch search = index.snapshot().nearest(from, count, within, 1, wanted);
    while (!search.look(100)) {
      assertThat(search.found()).hasSizeLessThanOrEqualTo(index.snapshot().size());
    }
    return search.found();
  }

  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      String category = random.nextInt(50) == 0 ? "rare" : "";
      index.put(new Feature("f" + i, places.point(), "n", category, Map.of(), 1));
    }
    index.publish(1);
  }

  private List<Feature> all() {
    return Stream.iterate(index.snapshot().all(), FeatureCursor::hasNext, all -> all)
        .map(FeatureCursor::next)
        .toList();
  }

  /// By the formula, one after the other.
  private static double[] distances(List<Feature> all, Point from) {
    return all.stream()
        .mapToDouble(each -> Haversine.metres(from, each.point()))
        .sorted()
        .toArray();
  }

  @Test
  void shouldFindTheNearestLikeASortedListEverywhereOnEarth() {
    fill(5_000);
    List<Feature> all = all();
    for (int i = 0; i < 400; i++) {
      Point from = places.point();
      double[] expected = distances(all, from);
      int count = 1 + random.nextInt(30);
      List<Near> found = nearest(index, from, count, ANYWHERE, view -> true);
      assertThat(found).hasSizeGreaterThanOrEqualTo(count);
      assertThat(found).isSortedAccordingTo(Comparator.comparingDouble(Near::metres));
      for (int n = 0; n < count; n++) {
        assertThat(found.get(n).metres()).as("%s, no. %d", from, n).isCloseTo(expected[n], close());
        double metres = Haversine.metres(from, found.get(n).view().point());
        assertThat(found.get(n).metres()).isCloseTo(metres, close());
      }
      assertThat(found.stream().map(Near::view).distinct()).hasSameSizeAs(found);
    }
  }

  /// Beside the antipode the sphere's own measure is some metres.
  private static org.assertj.core.data.Offset<Double> close() {
    return within(0.5);
  }

  @Test
  void shouldLeaveOutWhatIsFartherThanWanted() {
    fill(3_000);
    List<Feature> all = all();
    for (int i = 0; i < 200; i++) {
      Point from = places.point();
      double within = Math.pow(10, 7.3 * random.nextDouble());
      long expected =
          all.stream().filter(each -> Haversine.metres(from, each.point()) <= within).count();
      assertThat(nearest(index, from, 3_000, within, view -> true))
          .as("%s m around %s", within, from)
          .hasSize((int) expected);
    }
  }

  @Test
  void shouldPassOverWhatIsNotWanted() {
    fill(5_000);
    List<Feature> rare = all().stream().filter(each -> each.category().equals("rare")).toList();
    for (int i = 0; i < 100; i++) {
      Point from = places.point();
      List<Near> found =
          nearest(index, from, 3, ANYWHERE, view -> view.feature().category().equals("rare"));
      assertThat(found).allMatch(near -> near.view().feature().category().equals("rare"));
      assertThat(found.get(2).metres()).isCloseTo(distances(rare, from)[2], close());
    }
  }

  @Test
  void shouldKeepAllThatAreWithinTheSlackOfTheLastOne() {
    fill(3_000);
    List<Feature> all = all();
    for (int i = 0; i < 100; i++) {
      Point from = places.point();
      double bound = 1.1 * distances(all, from)[4];
      NearestSearch search = index.snapshot().nearest(from, 5, ANYWHERE, 1.1, view -> true);
      while (!search.look(1_000)) {}
      List<Feature> found = search.found().stream().map(near -> near.view().feature()).toList();
      List<Feature> must =
          all.stream()
              .filter(
                  each -> Haversine.metres(from, each.point()) < bound * (1 - 1e-9) && bound > 1)
              .filter(each -> index.snapshot().at(each.point()).size() <= 5)
              .toList();
      assertThat(found).as("around %s", from).containsAll(must);
    }
  }

  @Test
  void shouldLookAtFewOfManyAtOnePlace() {
    Point here = new Point(1, 1);
    for (int i = 0; i < 20_000; i++) {
      index.put(new Feature("f" + i, here, i < 19_000 ? "" : "n", "", Map.of(), 1));
    }
    index.put(Feature.named("other", new Point(-5, 7), "other"));
    index.publish(1);
    int[] looked = {0};
    List<Near> found =
        nearest(
            index,
            new Point(0, 0),
            10,
            ANYWHERE,
            view -> {
              looked[0]++;
              return true;
            });
    assertThat(found).hasSizeBetween(10, 700);
    assertThat(found.getFirst().view().point()).isEqualTo(here);
    assertThat(looked[0]).isLessThan(700);
    assertThat(nearest(index, here, 1, ANYWHERE, FeatureView::isNamed).getFirst().view().id())
        .isEqualTo("f19000");
    assertThat(nearest(index, here, 20_001, ANYWHERE, view -> true)).hasSize(20_001);
  }

  @Test
  void shouldFindNothingInAnEmptyIndex() {
    assertThat(nearest(index, new Point(0, 0), 5, ANYWHERE, view -> true)).isEmpty();
  }

  @Test
  void shouldRefuseCountsDistancesAndSlacksThatMeanNothing() {
    FeatureSnapshot snapshot = index.snapshot();
    Point here = new Point(0, 0);
    assertThatThrownBy(() -> snapshot.nearest(here, 0, 1, 1, view -> true))
        .hasMessage("count must be at least 1, withinMetres 0, slack 1: 0, 1.0, 1.0");
    assertThatThrownBy(() -> snapshot.nearest(here, 1, Double.NaN, 1, view -> true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> snapshot.nearest(here, 1, 1, 0.5, view -> true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldPutABoxAroundEveryCircle() {
    for (int i = 0; i < 20_000; i++) {
      Point centre = places.point();
      double metres = Math.pow(10, 7.4 * random.nextDouble()) - 1;
      GeoBox box = GeoBox.around(centre, metres);
      double bearing = random.nextDouble() * 2 * Math.PI;
      Point inside = at(centre, metres * Math.min(1, random.nextDouble() * 1.3), bearing);
      if (Haversine.metres(centre, inside) <= metres) {
        assertThat(box.contains(inside)).as("%s, %s m: %s", centre, metres, inside).isTrue();
      }
    }
  }

  /// The point at a distance and bearing.
  static Point at(Point from, double metres, double bearing) {
    double angle = metres / Haversine.RADIUS_METRES;
    double latitude = Math.toRadians(from.latitude());
    double sine =
        Math.sin(latitude) * Math.cos(angle)
            + Math.cos(latitude) * Math.sin(angle) * Math.cos(bearing);
    double east =
        Math.atan2(
            Math.sin(bearing) * Math.sin(angle) * Math.cos(latitude),
            Math.cos(angle) - Math.sin(latitude) * sine);
    double longitude = Math.IEEEremainder(from.longitude() + Math.toDegrees(east), 360);
    return Point.ofDegrees(Math.toDegrees(Math.asin(Math.clamp(sine, -1, 1))), longitude);
  }
}
