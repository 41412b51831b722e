package guidepost.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The state of an earlier revision is what a copy made at that time says.
final class EarlierStateTest {

  private static final int REVISIONS = 60;

  private final Journal journal = new MemoryJournalStore().journal("routes");
  private final Map<String, Value> held = new TreeMap<>();

  @Test
  void shouldShowEveryRevisionAsItWas() throws Exception {
    Random random = new Random(3);
    List<Map<String, String>> copies = new ArrayList<>(List.of(Map.of()));
    for (int revision = 1; revision <= REVISIONS; revision++) {
      journal.append(List.of(randomBatch(random, revision)));
      copies.add(text(held));
    }
    for (int revision = 0; revision <= REVISIONS; revision++) {
      try (EarlierState state = EarlierState.at(journal, revision)) {
        assertThat(state.revision()).isEqualTo(revision);
        assertThat(scan(state, "", null, 99)).as("%d", revision).isEqualTo(copies.get(revision));
        Map<String, String> found = new TreeMap<>();
        for (char key = 'a'; key <= 'l'; key++) {
          String name = String.valueOf(key);
          get(state, name).ifPresent(value -> found.put(name, value));
        }
        assertThat(found).isEqualTo(copies.get(revision));
      }
    }
  }

  @Test
  void shouldShowARangeAndStopWhenTheVisitorHasSeenEnough() throws Exception {
    journal.append(List.of(new Batch().put(bytes("b"), bytes("1")).put(bytes("d"), bytes("1"))));
    Value was = new Value(1, bytes("1"));
    journal.append(
        List.of(
            new Batch()
                .put(bytes("a"), bytes("2"))
                .delete(bytes("b"), was)
                .put(bytes("d"), bytes("2"), was)));
    try (EarlierState state = EarlierState.at(journal, 1)) {
      assertThat(scan(state, "", null, 99))
          .containsExactly(Map.entry("b", "1@1"), Map.entry("d", "1@1"));
      assertThat(scan(state, "", null, 1)).containsOnlyKeys("b");
      assertThat(scan(state, "c", null, 99)).containsOnlyKeys("d");
      assertThat(scan(state, "a", "d", 99)).containsOnlyKeys("b");
    }
  }

  @Test
  void shouldRefuseARevisionThatIsTrimmedOrYetToCome() throws Exception {
    journal.append(List.of(randomBatch(new Random(1), 1)));
    journal.append(List.of(randomBatch(new Random(2), 2)));
    journal.trim(1);
    assertThatThrownBy(() -> EarlierState.at(journal, 0)).isInstanceOf(TrimmedException.class);
    assertThatThrownBy(() -> EarlierState.at(journal, 3))
        .hasMessage("revision: must not be after the newest, 2: 3");
  }

  private Batch randomBatch(Random random, long revision) {
    Batch batch = new Batch();
    for (int i = 0; i < 4; i++) {
      String key = String.valueOf((char) ('a' + random.nextInt(12)));
      if (random.nextBoolean()) {
        batch.delete(bytes(key), held.remove(key));
      } else {
        Value value = new Value(revision, bytes("v" + random.nextInt(10)));
        batch.put(bytes(key), value.bytes(), held.put(key, value));
      }
    }
    return batch;
  }

  private static Map<String, String> scan(
      Journal.Snapshot state, String from, @Nullable String to, int max) throws JournalException {
    Map<String, String> found = new TreeMap<>();
    state.scan(
        bytes(from),
        to == null ? null : bytes(to),
        (key, value, revision) -> {
          found.put(new String(key, UTF_8), text(new Value(revision, value)));
          return found.size() < max;
        });
    return found;
  }

  private static Optional<String> get(Journal.Snapshot state, String key) throws JournalException {
    return state.get(bytes(key)).map(EarlierStateTest::text);
  }

  private static Map<String, String> text(Map<String, Value> values) {
    Map<String, String> text = new TreeMap<>();
    values.forEach((key, value) -> text.put(key, text(value)));
    return text;
  }

  private static String text(Value value) {
    return new String(value.bytes(), UTF_8) + "@" + value.revision();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
