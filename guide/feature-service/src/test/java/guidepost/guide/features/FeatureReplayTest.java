package guidepost.guide.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.MemoryJournalStore;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// However many ranges a journal is read in, the index holds what is stored.
final class FeatureReplayTest {

  private final Random random = Seed.random("FeatureReplayTest");
  private final Journal journal = new MemoryJournalStore().journal("features");

  @Test
  void shouldHoldWhatIsStoredHoweverManyRangesItIsReadIn() throws Exception {
    Map<String, Feature> stored = new TreeMap<>();
    for (int size : new int[] {0, 1, 2, 7, 2_000}) {
      for (int i = 0; i < size; i++) {
        put("f" + random.nextInt(10 * size) + "-" + size + "-" + i, stored);
      }
      for (int ranges = 1; ranges < 6; ranges++) {
        FeatureIndex index = FeatureReplay.of(journal, ranges);
        index.checkInvariants();
        List<Feature> found = new ArrayList<>();
        index.snapshot().all().forEachRemaining(found::add);
        assertThat(found).containsExactlyInAnyOrderElementsOf(stored.values());
        assertThat(index.snapshot().revision()).isEqualTo(journal.revision());
      }
    }
  }

  private void put(String id, Map<String, Feature> stored) throws JournalException {
    long revision = journal.revision() + 1;
    Point point = new Point(random.nextInt(20), random.nextInt(-1_800_000_000, 1_800_000_001));
    Feature feature = new Feature(id, point, "name", "", Map.of("k", "v"), revision);
    journal.append(
        List.of(new Batch().put(FeatureStorage.key(id), FeatureStorage.value(feature, revision))));
    stored.put(id, feature);
  }

  @Test
  void shouldNameTheFirstKeyThatCannotBeReadInWhicheverRangeItIs() throws Exception {
    for (int i = 100; i < 200; i++) {
      put("f" + i, new TreeMap<>());
    }
    for (String damaged : List.of("f180", "f150", "f121")) {
      byte[] broken = {8, -1};
      journal.append(List.of(new Batch().put(FeatureStorage.key(damaged + "-"), broken)));
      for (int ranges = 1; ranges < 6; ranges++) {
        int rangesMax = ranges;
        assertThatThrownBy(() -> FeatureReplay.of(journal, rangesMax))
            .isInstanceOf(JournalException.class)
            .hasMessageContaining("key " + damaged + "-");
      }
    }
  }
}
