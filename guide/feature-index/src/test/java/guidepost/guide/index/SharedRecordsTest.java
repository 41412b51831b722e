package guidepost.guide.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.guide.geo.Point;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Leaves share their records with their copies: what one writes, no other may come to see.
final class SharedRecordsTest {

  private static final int IDS = 300;

  private final Random random = Seed.random("SharedRecordsTest");
  private final Places places = new Places(random);

  /// An index, and what must be in it.
  private final class Line {
    private final FeatureIndex index;
    private Map<String, Feature> working;
    private Map<String, Feature> published;
    private final Random random = new Random(SharedRecordsTest.this.random.nextLong());
    private final Places places = new Places(random);
    private long rank;

    Line(FeatureIndex index, Map<String, Feature> features, long rank) {
      this.index = index;
      working = new HashMap<>(features);
      published = Map.copyOf(features);
      this.rank = rank;
    }

    void change() {
      for (int i = random.nextInt(40); i > 0; i--) {
        String id = "f" + random.nextInt(IDS);
        if (random.nextInt(3) > 0) {
          String name = "n".repeat(random.nextInt(random.nextInt(20) == 0 ? 400 : 30));
          Feature feature = Feature.named(id, places.point(), name);
          working.put(id, feature);
          index.put(feature, ++rank);
        } else {
          assertThat(index.remove(id)).isEqualTo(working.remove(id) != null);
        }
      }
      end();
    }

    private void end() {
      if (random.nextInt(4) == 0) {
        index.rollback();
        working = new HashMap<>(published);
      } else {
        index.publish(index.snapshot().revision() + 1);
        published = Map.copyOf(working);
      }
    }

    /// Another that goes on from here by itself.
    Line fork() {
      return new Line(FeatureIndex.from(index.snapshot()), published, rank);
    }

    void check() {
      index.checkInvariants();
      requireHolds(index.working(), working);
      requireHolds(index.snapshot(), published);
    }
  }

  private static void requireHolds(FeatureSnapshot snapshot, Map<String, Feature> expected) {
    Map<String, Feature> all = new HashMap<>();
    snapshot.all().forEachRemaining(each -> all.put(each.id(), each));
    assertThat(all).isEqualTo(expected);
  }

  @Test
  void shouldKeepWhatEachIndexHasWhileOthersThatBeganAsItsSnapshotsGoOn() {
    List<Line> lines = new ArrayList<>(List.of(new Line(new FeatureIndex(), Map.of(), 0)));
    Map<FeatureSnapshot, Map<String, Feature>> snapshots = new HashMap<>();
    for (int round = 0; round < 150; round++) {
      Line line = lines.get(random.nextInt(lines.size()));
      line.change();
      if (round % 20 == 0) {
        lines.add(line.fork());
        snapshots.put(line.index.snapshot(), line.published);
      }
      if (round % 30 == 0) {
        lines.forEach(Line::check);
      }
    }
    lines.forEach(Line::check);
    snapshots.forEach(SharedRecordsTest::requireHolds);
  }

  /// Each index has a thread of its own that changes it.
  @Test
  void shouldNotWriteWhereAnotherIndexMayWriteToo() {
    FeatureIndex index = new FeatureIndex();
    index.put(Feature.named("first", new Point(0, 0), "with room behind it"));
    index.publish(1);
    byte[] shared = ((Leaf) index.snapshot().places()).records();
    byte[] asItWas = shared.clone();
    FeatureIndex other = FeatureIndex.from(index.snapshot());
    for (int i = 0; i < 3; i++) {
      other.put(Feature.named("f" + i, new Point(0, i), ""));
      other.publish(i);
      assertThat(shared).isEqualTo(asItWas);
    }
    index.put(Feature.named("f", new Point(0, 1), ""));
    index.publish(2);
    assertThat(((Leaf) index.snapshot().places()).records()).isSameAs(shared).isNotEqualTo(asItWas);
    assertThat(other.snapshot().size()).isEqualTo(4);
    index.checkInvariants();
    other.checkInvariants();
  }

  @Test
  void shouldKeepTheFieldsOfAViewAfterItsFeatureHasGone() {
    FeatureIndex index = new FeatureIndex();
    Map<FeatureLoad.Fields, FeatureLoad.Fields> seen = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      String id = "f" + random.nextInt(50);
      index.view(id).map(FeatureView::fields).ifPresent(fields -> seen.put(fields, copyOf(fields)));
      index.put(Feature.named(id, places.point(), "n".repeat(random.nextInt(60))));
      if (i % 7 == 0) {
        index.publish(i);
      }
    }
    assertThat(seen)
        .isNotEmpty()
        .allSatisfy((fields, copy) -> assertThat(fields.isLike(copy)).isTrue());
  }

  private static FeatureLoad.Fields copyOf(FeatureLoad.Fields fields) {
    byte[] bytes = Arrays.copyOfRange(fields.bytes(), fields.start(), fields.end());
    return new FeatureLoad.Fields(fields.id(), bytes, 0, bytes.length, fields.isNamed());
  }

  @Test
  void shouldTellTheFieldsAndTheRevisionOfAView() {
    FeatureIndex index = new FeatureIndex();
    for (Map<String, String> attributes :
        List.<Map<String, String>>of(Map.of(), Map.of("b", "", "a", "é"))) {
      for (String name : List.of("", "Brücke")) {
        for (long revision : new long[] {0, 1, 1L << 40}) {
          Feature feature = new Feature("f", places.point(), name, "bridge", attributes, revision);
          index.put(feature);
          FeatureView view = index.view("f").orElseThrow();
          assertThat(view.revision()).isEqualTo(revision);
          assertThat(view.fields().id()).isEqualTo("f".getBytes(UTF_8));
          assertThat(view.fields().isNamed()).isEqualTo(feature.isNamed());
          assertThat(view.fields().isLike(FeatureLoad.Fields.of(feature))).isTrue();
          assertThat(view.fields().isLike(FeatureLoad.Fields.of("f", name + "!", "", Map.of())))
              .isFalse();
        }
      }
    }
  }

  @Test
  void shouldFetchWhatIsThereAndWhatIsNotAndChangeNothing() {
    FeatureIndex index = new FeatureIndex();
    index.fetch(List.of("f0"), List.of(new Point(0, 0)));
    Map<String, Feature> expected = new HashMap<>();
    for (int i = 0; i < 3_000; i++) {
      Feature feature = Feature.named("f" + i, places.point(), "");
      expected.put(feature.id(), feature);
      index.put(feature);
    }
    index.publish(1);
    for (int i = 0; i < 100; i++) {
      index.fetch(
          Stream.generate(() -> "f" + random.nextInt(4_000)).limit(random.nextInt(33)).toList(),
          Stream.generate(places::point).limit(random.nextInt(33)).toList());
    }
    index.checkInvariants();
    requireHolds(index.working(), expected);
  }

  @Test
  void shouldRefuseToFetchMoreThanFits() {
    FeatureIndex index = new FeatureIndex();
    List<String> ids = Collections.nCopies(33, "f");
    assertThatThrownBy(() -> index.fetch(ids, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("features to fetch must be at most 32: 33 named, 0 places");
  }
}
