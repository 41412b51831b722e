package guidepost.guide.index;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// How features lie in the index: what comes out is what went in, whatever its size.
final class FeatureRecordTest {

  private final Random random = Seed.random("FeatureRecordTest");
  private final Places places = new Places(random);

  private Feature feature(String id) {
    Map<String, String> attributes = new HashMap<>();
    int count = random.nextInt(4) == 0 ? random.nextInt(10) : 0;
    for (int i = 0; i < count; i++) {
      attributes.put("k" + i, text(random.nextInt(20) == 0 ? 3_000 : 10));
    }
    String category = random.nextBoolean() ? "" : "c" + random.nextInt(3);
    long revision = random.nextBoolean() ? 0 : random.nextLong() >>> random.nextInt(64);
    return new Feature(id, places.point(), text(5), category, attributes, revision);
  }

  private String text(int lengthMax) {
    int length = random.nextInt(lengthMax);
    return random
        .ints(length, 0, 4)
        .mapToObj(i -> List.of("a", "ß", "€", "𝄞").get(i))
        .reduce("", String::concat);
  }

  @Test
  void shouldKeepFeaturesOfEverySizeWhileTheyComeGoAndGrow() {
    FeatureIndex index = new FeatureIndex();
    Map<String, Feature> expected = new HashMap<>();
    for (int round = 0; round < 60; round++) {
      for (int i = 0; i < 100; i++) {
        String id = "f" + random.nextInt(1_500);
        if (random.nextInt(round < 30 ? 8 : 2) == 0) {
          assertThat(index.remove(id)).isEqualTo(expected.remove(id) != null);
        } else {
          Feature feature = feature(id);
          Feature old = expected.get(id);
          boolean stays = random.nextBoolean();
          Point point = stays && old != null ? old.point() : feature.point();
          Feature placed =
              new Feature(
                  id, point, feature.name(), feature.category(), feature.attributes(), round);
          index.put(placed);
          expected.put(id, placed);
        }
      }
      index.publish(round + 1);
      index.checkInvariants();
    }
    assertThat(all(index)).containsExactlyInAnyOrderElementsOf(expected.values());
    expected.forEach((id, feature) -> assertThat(index.get(id)).contains(feature));
  }

  private static List<Feature> all(FeatureIndex index) {
    List<Feature> all = new ArrayList<>();
    index.snapshot().all().forEachRemaining(all::add);
    return all;
  }

  @Test
  void shouldBeTheSameIndexWhetherFilledAtOnceOrOneByOne() {
    for (int size : new int[] {0, 1, 2, 120, 5_000}) {
      List<Feature> features = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        features.add(feature("f" + i));
      }
      FeatureIndex slow = new FeatureIndex();
      features.forEach(slow::put);
      slow.publish(7);
      FeatureLoad load = new FeatureLoad();
      Collections.shuffle(features, random);
      features.forEach(each -> load.add(each, slow.view(each.id()).orElseThrow().rank()));
      FeatureIndex fast = load.finish(7);
      fast.checkInvariants();
      assertThat(fast.snapshot().revision()).isEqualTo(7);
      assertThat(fast.snapshot().namedSize()).isEqualTo(slow.snapshot().namedSize());
      assertThat(all(fast)).isEqualTo(all(slow));
      goOn(fast, features);
    }
  }

  @Test
  void shouldBeTheSameIndexWhetherLoadedInOnePieceOrInSeveral() {
    for (int size : new int[] {0, 1, 3, 40, 6_000}) {
      FeatureLoad whole = new FeatureLoad(size);
      List<FeatureLoad> parts =
          Stream.generate(FeatureLoad::new).limit(1 + random.nextInt(5)).toList();
      for (int i = 0; i < size; i++) {
        Feature feature = feature("f" + i);
        whole.add(feature, i + 1);
        parts.get(random.nextInt(1 + random.nextInt(parts.size()))).add(feature, i + 1);
      }
      FeatureIndex expected = whole.finish(3);
      FeatureIndex merged = FeatureLoad.finish(parts, 3);
      merged.checkInvariants();
      assertThat(all(merged)).isEqualTo(all(expected));
      assertThat(merged.snapshot().namedSize()).isEqualTo(expected.snapshot().namedSize());
      assertThat(merged.put(Feature.named("late", new Point(1, 1), "late"))).isEqualTo(size + 1);
    }
  }

  @Test
  void shouldLoadRecordsLongerThanItsFirstChunks() {
    FeatureLoad load = new FeatureLoad();
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String name = "n".repeat(random.nextInt(1 << (i / 3)));
      features.add(Feature.named("f" + i, new Places(random).point(), name));
      load.add(features.getLast(), i + 1);
    }
    FeatureIndex index = load.finish(1);
    index.checkInvariants();
    assertThat(all(index)).containsExactlyInAnyOrderElementsOf(features);
  }

  private void goOn(FeatureIndex index, List<Feature> features) {
    Feature late = Feature.named("late", new Point(0, 0), "late");
    long rank = index.put(late);
    assertThat(rank).isGreaterThanOrEqualTo(features.size());
    features.stream().limit(4_000).forEach(each -> assertThat(index.remove(each.id())).isTrue());
    index.checkInvariants();
    index.rollback();
    assertThat(index.working().size()).isEqualTo(features.size());
  }

  @Test
  void shouldSortKeysOfEverySignAndKeepTheOrderOfEqualOnes() {
    long[] keys = new long[2_000];
    Arrays.setAll(keys, i -> random.nextBoolean() ? random.nextLong() : random.nextInt(20) - 10);
    Integer[] expected = new Integer[keys.length];
    Arrays.setAll(expected, i -> i);
    Arrays.sort(expected, (a, b) -> Long.compare(keys[a], keys[b]));
    int[] numbers = IntStream.range(0, keys.length).toArray();
    KeyOrder.Sorted sorted = KeyOrder.of(keys, numbers, keys.length);
    assertThat(sorted.numbers()).containsExactly(expected);
    assertThat(sorted.keys()).isSorted().containsExactlyInAnyOrder(keys);
  }

  @Test
  void shouldFilterByCategoryAttributesAndNameLikeTheFeaturesThemselves() {
    FeatureIndex index = new FeatureIndex();
    for (int i = 0; i < 500; i++) {
      index.put(feature("f" + i));
    }
    index.publish(1);
    for (int i = 0; i < 50; i++) {
      Set<String> categories = new TreeSet<>(List.of("c1", random.nextBoolean() ? "" : "c2"));
      String value = random.nextBoolean() ? "" : text(2);
      Map<String, String> attributes =
          random.nextBoolean() ? Map.of() : Map.of("k" + random.nextInt(4), value);
      boolean named = random.nextBoolean();
      FeatureFilter filter = new FeatureFilter(categories, attributes, named);
      for (FeatureCursor all = index.snapshot().all(); all.hasNext(); ) {
        FeatureView view = all.nextView();
        Feature feature = view.feature();
        boolean expected =
            categories.contains(feature.category())
                && (!named || feature.isNamed())
                && attributes.entrySet().stream()
                    .allMatch(
                        each ->
                            feature.attributes().containsKey(each.getKey())
                                && (each.getValue().isEmpty()
                                    || each.getValue()
                                        .equals(feature.attributes().get(each.getKey()))));
        assertThat(filter.test(view)).isEqualTo(expected);
        assertThat(filter.wants(feature)).isEqualTo(expected);
        assertThat(view.id()).isEqualTo(feature.id());
      }
    }
  }

  @Test
  void shouldFindTheSameInRunsAsOneByOne() {
    FeatureIndex index = new FeatureIndex();
    for (int i = 0; i < 3_000; i++) {
      index.put(feature("f" + i));
    }
    index.publish(1);
    for (int i = 0; i < 30; i++) {
      GeoBox box = places.box();
      List<FeatureView> all = new ArrayList<>();
      FeatureCursor oneByOne = index.snapshot().inBox(box);
      int alone = random.nextInt(40);
      while (all.size() < alone && oneByOne.advance()) {
        all.add(oneByOne.view());
      }
      addRuns(oneByOne, all);
      List<FeatureView> inRuns = new ArrayList<>();
      addRuns(index.snapshot().inBox(box), inRuns);
      assertThat(all).as("in %s", box).isEqualTo(inRuns);
      List<Feature> features = new ArrayList<>();
      index.snapshot().inBox(box, features::add);
      assertThat(inRuns.stream().map(FeatureView::feature).toList()).isEqualTo(features);
    }
  }

  private static void addRuns(FeatureCursor cursor, List<FeatureView> found) {
    for (int count = cursor.advanceRun(); count > 0; count = cursor.advanceRun()) {
      for (int i = 0; i < count; i++) {
        FeatureView view = cursor.view(i);
        assertThat(cursor.latitudeE7(i)).isEqualTo(view.latitudeE7());
        assertThat(cursor.longitudeE7(i)).isEqualTo(view.longitudeE7());
        found.add(view);
      }
    }
  }

  @Test
  void shouldGoOnBehindAnyFeatureOfAList() {
    FeatureIndex index = new FeatureIndex();
    for (int i = 0; i < 3_000; i++) {
      index.put(feature("f" + i));
    }
    index.publish(1);
    for (int i = 0; i < 30; i++) {
      GeoBox box = places.box();
      List<FeatureView> all = new ArrayList<>();
      for (FeatureCursor cursor = index.snapshot().inBox(box); cursor.hasNext(); ) {
        all.add(cursor.nextView());
      }
      int at = all.isEmpty() ? -1 : random.nextInt(all.size());
      if (at >= 0) {
        List<FeatureView> rest = new ArrayList<>();
        FeatureCursor cursor = index.snapshot().inBox(box, all.get(at).position());
        while (cursor.advance()) {
          rest.add(cursor.view());
        }
        assertThat(rest).isEqualTo(all.subList(at + 1, all.size()));
      }
    }
  }
}
