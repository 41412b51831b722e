package guidepost.guide.index;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FeatureIndexOracleTest {

  private final Random random = Seed.random("FeatureIndexOracleTest");
  private final Places places = new Places(random);
  private final FeatureIndex index = new FeatureIndex();
  private ListOracle oracle = new ListOracle();

  @Test
  void shouldAnswerEveryQueryLikeTheListAfterRandomChanges() {
    for (int round = 0; round < 100; round++) {
      change(random.nextInt(60), round < 50 ? 0.8 : 0.35);
      index.publish(round + 1);
      index.checkInvariants();
      compare(index.snapshot(), oracle);
    }
  }

  @Test
  void shouldShrinkBackToNothingWhenEveryPutIsUndone() {
    change(5_000, 1);
    index.publish(1);
    List<Feature> all = new ArrayList<>();
    index.snapshot().all().forEachRemaining(all::add);
    Collections.shuffle(all, random);
    for (int i = 0; i < all.size(); i++) {
      assertThat(index.remove(all.get(i).id())).isTrue();
      if (i % 500 == 0) {
        index.publish(i);
        index.checkInvariants();
      }
    }
    index.checkInvariants();
    assertThat(index.working().size()).isZero();
    assertThat(index.working().all().hasNext()).isFalse();
  }

  @Test
  void shouldKeepSnapshotsAsTheyWereWhileTheWriterGoesOn() {
    List<FeatureSnapshot> snapshots = new ArrayList<>();
    List<ListOracle> oracles = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      change(200, round < 10 ? 0.9 : 0.3);
      index.publish(round + 1);
      snapshots.add(index.snapshot());
      oracles.add(oracle.copy());
    }
    for (int i = 0; i < snapshots.size(); i++) {
      snapshots.get(i).checkInvariants();
      compare(snapshots.get(i), oracles.get(i));
      assertThat(snapshots.get(i).revision()).isEqualTo(i + 1);
    }
  }

  @Test
  void shouldForgetWhatWasNotPublishedWhenRolledBack() {
    for (int round = 0; round < 30; round++) {
      change(100, 0.7);
      index.publish(round + 1);
      ListOracle kept = oracle.copy();
      change(random.nextInt(300), random.nextDouble());
      index.rollback();
      oracle = kept;
      index.checkInvariants();
      compare(index.snapshot(), oracle);
      compare(index.working(), oracle);
    }
  }

  private void change(int times, double putShare) {
    for (int i = 0; i < times; i++) {
      String id = "f" + random.nextInt(3_000);
      if (random.nextDouble() < putShare) {
        put(id);
      } else {
        assertThat(index.remove(id)).isEqualTo(oracle.remove(id));
      }
    }
  }

  private void put(String id) {
    String name = random.nextInt(4) == 0 ? "" : "name " + random.nextInt(100);
    Feature feature = new Feature(id, places.point(), name, "town", Map.of("k", id), 1);
    index.put(feature);
    oracle.put(feature);
  }

  private void compare(FeatureSnapshot snapshot, ListOracle expected) {
    assertThat(snapshot.size()).isEqualTo(expected.size());
    assertThat(snapshot.namedSize()).isEqualTo(expected.namedSize());
    for (int i = 0; i < 20; i++) {
      String id = "f" + random.nextInt(3_000);
      assertThat(snapshot.get(id)).isEqualTo(expected.get(id));
      Point point = places.point();
      assertThat(snapshot.at(point)).as("at %s", point).isEqualTo(expected.at(point));
      assertThat(snapshot.firstAt(point)).isEqualTo(expected.at(point).stream().findFirst());
      GeoBox box = places.box();
      assertThat(listed(snapshot, box)).as("in %s", box).isEqualTo(expected.inBox(box));
    }
  }

  private static Set<Feature> listed(FeatureSnapshot snapshot, GeoBox box) {
    Set<Feature> found = new HashSet<>();
    snapshot.inBox(box, feature -> assertThat(found.add(feature)).as("once").isTrue());
    return found;
  }

  @Test
  void shouldFindTheFirstOfANameAtACrowdedPlaceLikeTheListWhateverHappens() {
    for (int round = 0; round < 200; round++) {
      changeAtOnePlace(random.nextInt(40), random.nextDouble() < 0.7);
      if (random.nextInt(4) == 0) {
        index.publish(round + 1);
        published = List.copyOf(crowd);
      } else if (random.nextInt(10) == 0) {
        index.rollback();
        crowd = new ArrayList<>(published);
      }
      index.checkInvariants();
      for (int name = 0; name < 6; name++) {
        String wanted = name == 0 ? "" : "n" + name;
        assertThat(index.firstNamed(HERE, wanted))
            .isEqualTo(crowd.stream().filter(each -> each.name().equals(wanted)).findFirst());
      }
      int size = crowd.size();
      assertThat(index.hasAtLeast(size + 1, HERE)).isFalse();
      assertThat(size == 0 || index.hasAtLeast(size, HERE)).isTrue();
    }
  }

  private static final Point HERE = new Point(0, 0);
  private List<Feature> crowd = new ArrayList<>();
  private List<Feature> published = List.of();

  private void changeAtOnePlace(int changes, boolean growing) {
    for (int i = 0; i < changes; i++) {
      String id = "f" + random.nextInt(400);
      int at = crowd.stream().map(Feature::id).toList().indexOf(id);
      if (growing || random.nextInt(4) == 0) {
        int name = random.nextInt(6);
        Feature feature = new Feature(id, HERE, name == 0 ? "" : "n" + name, "", Map.of(), 1);
        index.put(feature);
        var _ = at < 0 ? crowd.add(feature) : crowd.set(at, feature);
      } else {
        index.remove(id);
        var _ = at < 0 || crowd.remove(at) != null;
      }
    }
  }
}
