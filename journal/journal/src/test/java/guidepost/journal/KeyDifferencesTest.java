package guidepost.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What differs between two revisions, beside the whole states of both.
final class KeyDifferencesTest {

  private static final int KEYS = 40;
  private static final int REVISIONS = 60;

  private final Journal journal = new MemoryJournalStore().journal("keys");
  private final List<TreeMap<String, String>> states = new ArrayList<>();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable String text(@Nullable Value value) {
    return value == null ? null : new String(value.bytes(), StandardCharsets.UTF_8);
  }

  private void write(Random random) throws JournalException {
    TreeMap<String, String> state = new TreeMap<>();
    TreeMap<String, Value> values = new TreeMap<>();
    states.add(new TreeMap<>(state));
    for (int revision = 1; revision <= REVISIONS; revision = states.size()) {
      Batch batch = new Batch();
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        String key = "key " + (char) ('A' + random.nextInt(KEYS));
        Value prior = values.get(key);
        if (prior != null && prior.revision() == revision) {
          continue;
        }
        if (random.nextInt(4) == 0 && prior != null) {
          batch.delete(bytes(key), prior);
          state.remove(key);
          values.remove(key);
        } else {
          String value = "value %d ".formatted(revision) + "x".repeat(random.nextInt(100));
          batch.put(bytes(key), bytes(value), prior);
          state.put(key, value);
          values.put(key, new Value(revision, bytes(value)));
        }
      }
      if (batch.size() > 0) {
        journal.append(List.of(batch));
        states.add(new TreeMap<>(state));
      }
    }
  }

  @Test
  void shouldGiveWhatDiffersInPartsOfABoundedSize() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("KeyDifferencesTest seed " + seed);
    Random random = new Random(seed);
    write(random);
    for (int round = 0; round < 200; round++) {
      int from = random.nextInt(states.size());
      int to = random.nextInt(from, states.size());
      long bytesMax = random.nextInt(200, 5_000);
      assertThat(found(from, to, bytesMax)).isEqualTo(expected(from, to));
    }
  }

  private List<String> expected(int from, int to) {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      String key = "key " + (char) ('A' + i);
      String before = states.get(from).get(key);
      String after = states.get(to).get(key);
      if (!Objects.equals(before, after)) {
        expected.add("%s: %s -> %s".formatted(key, before, after));
      }
    }
    return expected;
  }

  private List<String> found(int from, int to, long bytesMax) throws JournalException {
    KeyDifferences differences = new KeyDifferences(journal, from, to, _ -> true, bytesMax);
    List<String> found = new ArrayList<>();
    while (!differences.isOver()) {
      List<KeyDifferences.Difference> part = differences.next();
      long bytes =
          part.stream()
              .mapToLong(
                  each -> 200 + each.key().length + length(each.before()) + length(each.after()))
              .sum();
      assertThat(part.size() <= 1 || bytes <= bytesMax).as("%d bytes", bytes).isTrue();
      part.forEach(
          each ->
              found.add(
                  "%s: %s -> %s"
                      .formatted(
                          new String(each.key(), StandardCharsets.UTF_8),
                          text(each.before()),
                          text(each.after()))));
    }
    return found;
  }

  private static int length(@Nullable Value value) {
    return value == null ? 0 : value.bytes().length;
  }
}
