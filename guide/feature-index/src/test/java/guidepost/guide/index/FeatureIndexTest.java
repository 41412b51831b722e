package guidepost.guide.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FeatureIndexTest {

  private static final Point ANDORRA = Point.ofDegrees(42.53176, 1.56654);

  private final FeatureIndex index = new FeatureIndex();

  @Test
  void shouldShowNothingToReadersBeforePublish() {
    index.put(Feature.named("a", ANDORRA, "Vila"));
    assertThat(index.snapshot().size()).isZero();
    assertThat(index.get("a")).isPresent();

    index.publish(7);
    assertThat(index.snapshot().get("a")).contains(Feature.named("a", ANDORRA, "Vila"));
    assertThat(index.snapshot().revision()).isEqualTo(7);
  }

  @Test
  void shouldMoveAFeatureThatIsPutAgainElsewhere() {
    put("a", ANDORRA, "Vila");
    put("a", new Point(1, 1), "Vila");
    assertThat(index.snapshot().at(ANDORRA)).isEmpty();
    assertThat(names(index.snapshot().at(new Point(1, 1)))).containsExactly("Vila");
    assertThat(index.snapshot().size()).isEqualTo(1);
  }

  @Test
  void shouldListFeaturesAtOnePlaceInTheOrderTheyCameThere() {
    put("b", ANDORRA, "first");
    put("a", ANDORRA, "second");
    put("c", new Point(0, 0), "third");
    put("b", ANDORRA, "first, renamed");
    put("c", ANDORRA, "third, arrived");
    assertThat(names(index.snapshot().at(ANDORRA)))
        .containsExactly("first, renamed", "second", "third, arrived");
  }

  @Test
  void shouldListFeaturesWithoutANameAfterTheOthersAtTheirPlace() {
    put("a", ANDORRA, "");
    put("b", ANDORRA, "second");
    put("c", ANDORRA, "third");
    assertThat(names(index.snapshot().at(ANDORRA))).containsExactly("second", "third", "");
    put("a", ANDORRA, "first, named now");
    put("b", ANDORRA, "");
    assertThat(names(index.snapshot().at(ANDORRA)))
        .containsExactly("first, named now", "third", "");
    assertThat(index.snapshot().firstAt(ANDORRA)).isEqualTo(index.snapshot().get("a"));
    index.checkInvariants();
  }

  @Test
  void shouldRestoreTheOrderAtAPlaceFromRanksWhenFilledInAnyOrder() {
    index.put(Feature.named("b", ANDORRA, "second"), 12);
    index.put(Feature.named("a", ANDORRA, "first"), 5);
    assertThat(index.put(Feature.named("c", ANDORRA, "third"))).isEqualTo(13);
    assertThat(index.put(Feature.named("a", ANDORRA, "first"))).isEqualTo(5);
    assertThat(names(index.working().at(ANDORRA))).containsExactly("first", "second", "third");
  }

  @Test
  void shouldSayWhetherThereWasSomethingToRemove() {
    put("a", ANDORRA, "Vila");
    assertThat(index.remove("a")).isTrue();
    assertThat(index.remove("a")).isFalse();
  }

  @Test
  void shouldTakeLongitude180AndMinus180AsOnePlaceAndReturnPointsAsStored() {
    Point east = Point.ofDegrees(-17, 180);
    Point west = Point.ofDegrees(-17, -180);
    put("east", east, "east");
    put("west", west, "west");
    assertThat(index.snapshot().at(east)).hasSize(2).isEqualTo(index.snapshot().at(west));
    assertThat(index.snapshot().at(east).get(1).point()).isEqualTo(west);
  }

  @Test
  void shouldTakeAllLongitudesAtAPoleAsOnePlace() {
    put("north", Point.ofDegrees(90, 17), "north");
    put("south", Point.ofDegrees(-90, -180), "south");
    assertThat(names(index.snapshot().at(Point.ofDegrees(90, -100)))).containsExactly("north");
    assertThat(names(index.snapshot().at(Point.ofDegrees(-90, 0)))).containsExactly("south");
  }

  @Test
  void shouldIncludeThePoleInABoxThatReachesIt() {
    put("north", Point.ofDegrees(90, 17), "north");
    GeoBox arctic = GeoBox.ofCorners(Point.ofDegrees(80, -50), Point.ofDegrees(90, -40));
    assertThat(names(index.snapshot(), arctic)).containsExactly("north");
    GeoBox below = GeoBox.ofCorners(Point.ofDegrees(80, 0), Point.ofDegrees(89.9999999, 20));
    assertThat(names(index.snapshot(), below)).isEmpty();
  }

  @Test
  void shouldIncludePointsWithTheOtherSignInABoxThatTouchesTheAntimeridian() {
    put("east", Point.ofDegrees(0, 180), "east");
    put("west", Point.ofDegrees(0, -180), "west");
    GeoBox toTheEast = GeoBox.ofCorners(Point.ofDegrees(-1, -180), Point.ofDegrees(1, -170));
    GeoBox toTheWest = GeoBox.ofCorners(Point.ofDegrees(-1, 180), Point.ofDegrees(1, 170));
    assertThat(names(index.snapshot(), toTheEast)).containsExactly("east", "west");
    assertThat(names(index.snapshot(), toTheWest)).containsExactly("east", "west");
  }

  @Test
  void shouldCrossTheAntimeridianWhenWestIsGreaterThanEast() {
    put("fiji", Point.ofDegrees(-17, 179), "Fiji");
    put("samoa", Point.ofDegrees(-13, -172), "Samoa");
    put("greenwich", Point.ofDegrees(-15, 0), "Greenwich");
    GeoBox pacific = new GeoBox(-200_000_000, 1_700_000_000, 0, -1_700_000_000);
    assertThat(names(index.snapshot(), pacific)).containsExactlyInAnyOrder("Fiji", "Samoa");
  }

  @Test
  void shouldStayFastWithAHundredThousandFeaturesAtOnePlace() {
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      index.put(Feature.named("f" + i, new Point(0, 0), "n" + i));
    }
    index.checkInvariants();
    for (int i = 0; i < count; i += 2) {
      index.remove("f" + i);
    }
    index.checkInvariants();
    index.publish(1);
    assertThat(index.snapshot().at(new Point(0, 0))).hasSize(count / 2);
    assertThat(index.snapshot().firstAt(new Point(0, 0)))
        .hasValueSatisfying(first -> assertThat(first.name()).isEqualTo("n1"));
  }

  @Test
  void shouldLoadAQuarterOfAMillionClusteredPlaces() {
    Random random = Seed.random("FeatureIndexTest");
    Places places = new Places(random);
    for (int i = 0; i < 250_000; i++) {
      Point point = places.near((i * 7) % 160 - 80, (i * 13) % 340 - 170);
      index.put(Feature.named(Integer.toString(i), point, "x"));
    }
    index.publish(1);
    index.checkInvariants();
    assertThat(index.snapshot().namedSize()).isEqualTo(250_000);
  }

  @Test
  void shouldRestBetweenTwoFeaturesWithoutSeeingLaterChanges() {
    put("a", new Point(1, 1), "a");
    put("b", new Point(2, 2), "b");
    FeatureCursor cursor = index.snapshot().all();
    cursor.next();
    index.remove("a");
    index.remove("b");
    index.publish(3);
    assertThat(cursor.hasNext()).isTrue();
    cursor.next();
    assertThat(cursor.hasNext()).isFalse();
    assertThatThrownBy(cursor::next).isInstanceOf(NoSuchElementException.class);
  }

  private void put(String id, Point point, String name) {
    index.put(Feature.named(id, point, name));
    index.publish(index.snapshot().revision() + 1);
  }

  private static List<String> names(List<Feature> features) {
    return features.stream().map(Feature::name).toList();
  }

  private static List<String> names(FeatureSnapshot snapshot, GeoBox box) {
    List<Feature> found = new ArrayList<>();
    snapshot.inBox(box, found::add);
    return names(found);
  }

  @Test
  void shouldLookAtOneFeatureForEachPutAtACrowdedPlace() {
    Point here = new Point(0, 0);
    for (int i = 0; i < 10_000; i++) {
      assertThat(index.firstNamed(here, "n" + i)).isEmpty();
      assertThat(index.hasAtLeast(10_000, here)).isFalse();
      index.put(new Feature("f" + i, here, "n" + i, "", Map.of(), 1));
    }
    assertThat(index.hasAtLeast(10_000, here)).isTrue();
    int fewOnes = 2 * 64 * 64;
    assertThat(index.lookedAt()).isLessThan(10_000 + fewOnes);
  }

  @Test
  void shouldSpareTheSnapshotThatAnotherIndexBeganAs() {
    FeatureIndex index = new FeatureIndex();
    index.put(new Feature("a", new Point(1, 1), "A", "", Map.of(), 1));
    index.publish(1);
    FeatureSnapshot first = index.snapshot();
    FeatureIndex fork = FeatureIndex.from(first);
    fork.remove("a");
    fork.put(new Feature("b", new Point(2, 2), "B", "", Map.of(), 2), 7);
    fork.publish(2);
    FeatureIndex another = FeatureIndex.from(fork.snapshot());
    another.remove("b");
    assertThat(first.at(new Point(1, 1))).hasSize(1);
    assertThat(first.get("b")).isEmpty();
    assertThat(fork.snapshot().at(new Point(2, 2))).hasSize(1);
    assertThat(fork.snapshot().size()).isEqualTo(1);
    first.checkInvariants();
    fork.checkInvariants();
  }
}
