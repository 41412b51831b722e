package guidepost.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a journal shows of how its state came about.
abstract class LogContract extends JournalFixture {

  LogContract(Engine engine) {
    super(engine);
  }

  @Test
  void shouldShowTheLogFromAnyRevisionInOrder() throws Exception {
    journal.append(List.of(batch("a=1"), batch("b=2")));
    append("a!", "c=3", "b=4");
    assertThat(log(0)).containsExactly("1: a=1", "2: b=2", "3: a! was 1@1 c=3 b=4 was 2@2");
    assertThat(log(2)).containsExactly("3: a! was 1@1 c=3 b=4 was 2@2");
    assertThat(log(3)).isEmpty();
  }

  @Test
  void shouldShowTheLogBackwards() throws Exception {
    append("a=1");
    append("b=2");
    append("c=3");
    List<Long> seen = new ArrayList<>();
    journal.readBackwards(3, 0, (revision, time, batch) -> seen.add(revision));
    journal.readBackwards(2, 1, (revision, time, batch) -> seen.add(revision));
    journal.readBackwards(2, 2, (revision, time, batch) -> seen.add(revision));
    journal.readBackwards(3, 0, (revision, time, batch) -> seen.add(revision) && revision > 2);
    assertThat(seen).containsExactly(3L, 2L, 1L, 2L, 3L, 2L);
  }

  @Test
  void shouldStopReadingWhenTheVisitorHasSeenEnough() throws Exception {
    journal.append(List.of(batch("a=1"), batch("b=2"), batch("c=3")));
    List<Long> seen = new ArrayList<>();
    journal.read(0, (revision, time, batch) -> seen.add(revision) && revision < 2);
    assertThat(seen).containsExactly(1L, 2L);
  }

  @Test
  void shouldGoOnShowingALogThatIsTrimmedMeanwhile() throws Exception {
    for (int i = 0; i < 300; i++) {
      append("k%d=%s".formatted(i % 7, "v".repeat(100)));
    }
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch trimmed = new CountDownLatch(1);
    List<Long> seen = new ArrayList<>();
    Thread reader =
        Thread.ofPlatform()
            .start(
                () ->
                    readUnchecked(
                        revision -> {
                          seen.add(revision);
                          begun.countDown();
                          awaitTrim(trimmed);
                        }));
    begun.await();
    journal.trim(299);
    append("k=new");
    trimmed.countDown();
    reader.join();
    assertThat(seen).hasSize(300);
    assertThat(journal.oldestRevision()).isEqualTo(300);
  }

  private static void awaitTrim(CountDownLatch trimmed) {
    try {
      trimmed.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void readUnchecked(LongConsumer visitor) {
    try {
      journal.read(
          0,
          (revision, time, batch) -> {
            visitor.accept(revision);
            return true;
          });
    } catch (JournalException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldAgreeWithAMapOverRandomBatchesAndRestartsAndShowEveryEarlierState() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("LogContract seed " + seed);
    Random random = new Random(seed);
    List<List<String>> states = new ArrayList<>(List.of(List.of()));
    for (int round = 0; round < 60; round++) {
      List<Batch> group = new ArrayList<>();
      for (int i = random.nextInt(5); i >= 0; i--) {
        group.add(batch(randomChanges(random)));
        states.add(texts(held));
      }
      assertThat(journal.append(group)).isEqualTo(decided);
      if (random.nextInt(20) == 0) {
        restart();
      }
      assertThat(state()).isEqualTo(states.getLast());
    }
    assertThat(undone(states.size())).isEqualTo(states.reversed());
    assertThat(redone()).isEqualTo(states);
  }

  private static String[] randomChanges(Random random) {
    String[] changes = new String[1 + random.nextInt(8)];
    for (int i = 0; i < changes.length; i++) {
      String key = "k" + random.nextInt(40);
      changes[i] = random.nextInt(3) == 0 ? key + "!" : key + "=v" + random.nextInt(1000);
    }
    return changes;
  }

  /// Every state from the newest back to the empty one.
  private List<List<String>> undone(int count) throws Exception {
    Map<String, Value> state = new TreeMap<>(held);
    List<List<String>> states = new ArrayList<>(count);
    states.add(texts(state));
    journal.readBackwards(
        journal.revision(),
        0,
        (revision, time, batch) -> {
          batch.forEachBackwards((key, value, prior) -> set(state, text(key), prior));
          return states.add(texts(state));
        });
    return states;
  }

  /// Every state from the empty one to the newest.
  private List<List<String>> redone() throws Exception {
    Map<String, Value> state = new TreeMap<>();
    List<List<String>> states = new ArrayList<>(List.of(List.of()));
    journal.read(
        0,
        (revision, time, batch) -> {
          batch.forEach(
              (key, value, prior) ->
                  set(state, text(key), value == null ? null : new Value(revision, value)));
          return states.add(texts(state));
        });
    return states;
  }

  private static void set(Map<String, Value> state, String key, @Nullable Value value) {
    if (value == null) {
      state.remove(key);
    } else {
      state.put(key, value);
    }
  }

  private static List<String> texts(Map<String, Value> state) {
    return state.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
        .toList();
  }
}
