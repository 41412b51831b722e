package guidepost.guide.index;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.geo.GeoBox;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class FeatureIndexReadersTest {

  private static final int FEATURES = 2_000;
  private static final int ROUNDS = 300;

  private final FeatureIndex index = new FeatureIndex();
  private final AtomicBoolean done = new AtomicBoolean();

  /// Every feature carries the number of the batch that wrote all of them: a reader that ever sees
  /// two numbers in one snapshot has seen half a batch.
  @Test
  void shouldShowReadersWholeBatchesOnlyWhileTheWriterMovesEverything() throws Exception {
    Random random = Seed.random("FeatureIndexReadersTest");
    writeAll(random, 1);
    try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> results = new ArrayList<>();
      results.add(readers.submit(reader()));
      results.add(readers.submit(reader()));
      for (int round = 2; round <= ROUNDS; round++) {
        writeAll(random, round);
      }
      done.set(true);
      for (Future<Integer> result : results) {
        assertThat(result.get()).isPositive();
      }
    }
    index.checkInvariants();
  }

  private void writeAll(Random random, int round) {
    Places places = new Places(random);
    for (int i = 0; i < FEATURES; i++) {
      index.put(new Feature("f" + i, places.point(), "n" + round, "", Map.of(), round));
    }
    index.publish(round);
  }

  private Callable<Integer> reader() {
    return () -> {
      int snapshots = 0;
      do {
        FeatureSnapshot snapshot = index.snapshot();
        String expected = "n" + snapshot.revision();
        List<Feature> found = new ArrayList<>();
        snapshot.inBox(GeoBox.WORLD, found::add);
        assertThat(found).hasSize(FEATURES).allMatch(each -> each.name().equals(expected));
        assertThat(snapshot.get("f17").orElseThrow().name()).isEqualTo(expected);
        snapshots++;
      } while (!done.get());
      return snapshots;
    };
  }
}
