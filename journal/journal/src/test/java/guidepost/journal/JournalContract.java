package guidepost.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every journal engine must do: the engines' own tests extend this.
public abstract class JournalContract {

  private JournalStore store;
  private Journal journal;

  /// A store that holds whatever earlier stores of this test wrote.
  protected abstract JournalStore open() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    store = open();
    journal = store.journal("routes");
  }

  @AfterEach
  void closeStore() throws Exception {
    store.close();
  }

  private void restart() throws Exception {
    store.close();
    openStore();
  }

  @Test
  void shouldBeginEmptyAtRevisionZero() throws Exception {
    assertThat(journal.revision()).isZero();
    assertThat(journal.oldestRevision()).isEqualTo(1);
    assertThat(state()).isEmpty();
    assertThat(log(0)).isEmpty();
  }

  @Test
  void shouldGiveEveryBatchTheNextRevision() throws Exception {
    assertThat(journal.append(List.of(put("a", "1")))).isEqualTo(1);
    assertThat(journal.append(List.of(put("b", "2"), put("c", "3")))).isEqualTo(3);
    assertThat(journal.revision()).isEqualTo(3);
    assertThat(state()).containsExactly("a=1@1", "b=2@2", "c=3@3");
  }

  @Test
  void shouldKeepTheLatestValueOfAKeyAndDropTombstones() throws Exception {
    journal.append(List.of(put("a", "1"), put("b", "1")));
    journal.append(List.of(put("a", "2"), delete("b"), delete("never")));
    assertThat(state()).containsExactly("a=2@3");
  }

  @Test
  void shouldLetTheLastChangeOfAKeyInABatchWin() throws Exception {
    Batch batch = put("a", "1").put(bytes("a"), bytes("2")).delete(bytes("b"));
    journal.append(List.of(batch.put(bytes("b"), bytes("3")).put(bytes("c"), bytes("4"))));
    journal.append(List.of(put("c", "5").delete(bytes("c"))));
    assertThat(state()).containsExactly("a=2@1", "b=3@1");
  }

  @Test
  void shouldOrderKeysAsUnsignedBytes() throws Exception {
    byte[] high = {(byte) 0xff};
    byte[] middle = {(byte) 0x80, 0};
    journal.append(List.of(new Batch().put(high, bytes("3")).put(middle, bytes("2"))));
    journal.append(List.of(put("a", "1")));
    List<String> values = new ArrayList<>();
    journal.replay((key, value, revision) -> values.add(text(value)));
    assertThat(values).containsExactly("1", "2", "3");
  }

  @Test
  void shouldKeepEmptyValuesApartFromTombstones() throws Exception {
    journal.append(List.of(put("a", "")));
    assertThat(state()).containsExactly("a=@1");
    assertThat(log(0)).containsExactly("1: a=");
  }

  @Test
  void shouldShowTheLogFromAnyRevisionInOrder() throws Exception {
    journal.append(List.of(put("a", "1"), put("b", "2")));
    journal.append(List.of(delete("a").put(bytes("c"), bytes("3"))));
    assertThat(log(0)).containsExactly("1: a=1", "2: b=2", "3: a! c=3");
    assertThat(log(2)).containsExactly("3: a! c=3");
    assertThat(log(3)).isEmpty();
  }

  @Test
  void shouldStopReadingWhenTheVisitorHasSeenEnough() throws Exception {
    journal.append(List.of(put("a", "1"), put("b", "2"), put("c", "3")));
    List<Long> seen = new ArrayList<>();
    journal.read(
        0,
        (revision, batch) -> {
          seen.add(revision);
          return revision < 2;
        });
    assertThat(seen).containsExactly(1L, 2L);
  }

  @Test
  void shouldSayHowFarTheLogGoesBackOnceItIsTrimmed() throws Exception {
    journal.append(List.of(put("a", "1"), put("b", "2"), put("c", "3")));
    journal.trim(2);
    assertThat(journal.oldestRevision()).isEqualTo(3);
    assertThat(log(2)).containsExactly("3: c=3");
    assertThat(state()).containsExactly("a=1@1", "b=2@2", "c=3@3");
    assertThatThrownBy(() -> log(1))
        .isInstanceOfSatisfying(
            CompactedException.class, e -> assertThat(e.oldestRevision()).isEqualTo(3))
        .hasMessageContaining("revision 1");
    restart();
    assertThat(journal.oldestRevision()).isEqualTo(3);
    assertThat(journal.revision()).isEqualTo(3);
  }

  @Test
  void shouldHaveAnEmptyLogWhenAllOfItIsTrimmed() throws Exception {
    journal.append(List.of(put("a", "1")));
    journal.trim(9);
    assertThat(journal.oldestRevision()).isEqualTo(2);
    restart();
    assertThat(journal.revision()).isEqualTo(1);
    assertThat(journal.append(List.of(put("b", "2")))).isEqualTo(2);
    assertThat(log(1)).containsExactly("2: b=2");
  }

  @Test
  void shouldKeepDomainsApart() throws Exception {
    journal.append(List.of(put("a", "1"), put("b", "2")));
    Journal features = store.journal("features");
    features.append(List.of(put("a", "other")));
    assertThat(features.revision()).isEqualTo(1);
    assertThat(state()).containsExactly("a=1@1", "b=2@2");
    assertThat(store.journal("routes")).isSameAs(journal);
  }

  @Test
  void shouldRememberEverythingAfterARestart() throws Exception {
    journal.append(List.of(put("a", "1"), put("b", "2")));
    journal.append(List.of(delete("a")));
    restart();
    assertThat(journal.revision()).isEqualTo(3);
    assertThat(state()).containsExactly("b=2@2");
    assertThat(log(0)).containsExactly("1: a=1", "2: b=2", "3: a!");
    assertThat(journal.append(List.of(put("c", "3")))).isEqualTo(4);
  }

  @Test
  void shouldShowReadersOneRevisionWhileBatchesAreAppended() throws Exception {
    journal.append(List.of(put("x", "0").put(bytes("y"), bytes("0"))));
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 1; i <= 200; i++) {
                    String value = Integer.toString(i);
                    appendUnchecked(put("x", value).put(bytes("y"), bytes(value)));
                  }
                });
    while (writer.isAlive()) {
      List<String> values = new ArrayList<>();
      long revision = journal.replay((key, value, at) -> values.add(text(value)));
      assertThat(values).hasSize(2).allMatch(value -> value.equals(values.getFirst()));
      assertThat(Long.parseLong(values.getFirst())).isEqualTo(revision - 1);
    }
    writer.join();
  }

  private void appendUnchecked(Batch batch) {
    try {
      journal.append(List.of(batch));
    } catch (JournalException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldAgreeWithAMapOverRandomBatchesAndRestarts() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("JournalContract seed " + seed);
    Random random = new Random(seed);
    Map<String, String> model = new TreeMap<>();
    long revision = 0;
    for (int round = 0; round < 60; round++) {
      List<Batch> group = new ArrayList<>();
      for (int i = random.nextInt(5); i >= 0; i--) {
        group.add(randomBatch(random, model, ++revision));
      }
      assertThat(journal.append(group)).isEqualTo(revision);
      if (random.nextInt(20) == 0) {
        restart();
      }
      assertThat(state()).containsExactlyElementsOf(entries(model));
    }
    assertThat(replayedFromLog()).isEqualTo(model.keySet());
  }

  private static List<String> entries(Map<String, String> model) {
    return model.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  private static Batch randomBatch(Random random, Map<String, String> model, long revision) {
    Batch batch = new Batch();
    for (int i = random.nextInt(8); i >= 0; i--) {
      String key = "k" + random.nextInt(40);
      if (random.nextInt(3) == 0) {
        batch.delete(bytes(key));
        model.remove(key);
      } else {
        String value = "v" + random.nextInt(1000);
        batch.put(bytes(key), bytes(value));
        model.put(key, value + "@" + revision);
      }
    }
    return batch;
  }

  private Set<String> replayedFromLog() throws Exception {
    Map<String, String> rebuilt = new TreeMap<>();
    journal.read(
        0,
        (revision, batch) -> {
          batch.forEach(
              (key, value) -> {
                if (value == null) {
                  rebuilt.remove(text(key));
                } else {
                  rebuilt.put(text(key), text(value));
                }
              });
          return true;
        });
    return rebuilt.keySet();
  }

  private List<String> state() throws JournalException {
    List<String> entries = new ArrayList<>();
    journal.replay(
        (key, value, revision) -> entries.add(text(key) + "=" + text(value) + "@" + revision));
    return entries;
  }

  private List<String> log(long after) throws JournalException {
    List<String> lines = new ArrayList<>();
    journal.read(
        after,
        (revision, batch) -> {
          StringBuilder line = new StringBuilder(revision + ":");
          batch.forEach(
              (key, value) ->
                  line.append(' ')
                      .append(text(key))
                      .append(value == null ? "!" : "=" + text(value)));
          lines.add(line.toString());
          return true;
        });
    return lines;
  }

  private static Batch put(String key, String value) {
    return new Batch().put(bytes(key), bytes(value));
  }

  private static Batch delete(String key) {
    return new Batch().delete(bytes(key));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
