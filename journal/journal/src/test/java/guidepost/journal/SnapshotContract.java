package guidepost.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What readers of a journal see while others write.
abstract class SnapshotContract extends JournalFixture {

  SnapshotContract(Engine engine) {
    super(engine);
  }

  @Test
  void shouldHoldASnapshotAtItsRevisionWhateverIsWrittenMeanwhile() throws Exception {
    append("a=1", "b=2", "c=3");
    try (Journal.Snapshot snapshot = journal.snapshot()) {
      append("a=4", "b!", "d=5");
      journal.trim(2);
      assertThat(snapshot.revision()).isEqualTo(1);
      assertThat(entries(snapshot, "", null)).containsExactly("a=1@1", "b=2@1", "c=3@1");
      assertThat(snapshot.get(bytes("b")).map(value -> text(value.bytes()))).contains("2");
      assertThat(snapshot.get(bytes("d"))).isEmpty();
    }
    try (Journal.Snapshot snapshot = journal.snapshot()) {
      assertThat(snapshot.revision()).isEqualTo(2);
      assertThat(snapshot.get(bytes("a")).map(Value::revision)).contains(2L);
      assertThat(snapshot.get(bytes("b"))).isEmpty();
    }
  }

  @Test
  void shouldScanARangeOfKeysInOrder() throws Exception {
    append("a=1", "b=2", "ba=3", "c=4", "d=5");
    try (Journal.Snapshot snapshot = journal.snapshot()) {
      assertThat(entries(snapshot, "b", "d")).containsExactly("b=2@1", "ba=3@1", "c=4@1");
      assertThat(entries(snapshot, "bb", null)).containsExactly("c=4@1", "d=5@1");
      assertThat(entries(snapshot, "c", "c")).isEmpty();
      List<String> seen = new ArrayList<>();
      snapshot.scan(
          bytes(""), null, (key, value, revision) -> seen.add(text(key)) && seen.size() < 2);
      assertThat(seen).containsExactly("a", "b");
    }
  }

  private static List<String> entries(Journal.Snapshot snapshot, String from, @Nullable String to)
      throws JournalException {
    List<String> entries = new ArrayList<>();
    snapshot.scan(
        bytes(from),
        to == null ? null : bytes(to),
        (key, value, revision) -> entries.add(text(key) + "=" + text(new Value(revision, value))));
    return entries;
  }

  @Test
  void shouldShowReadersOneRevisionWhileBatchesAreAppended() throws Exception {
    append("x=0", "y=0");
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 1; i <= 200; i++) {
                    appendUnchecked("x=" + i, "y=" + i);
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

  private void appendUnchecked(String... changes) {
    try {
      append(changes);
    } catch (JournalException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldShowTheSameInRangesAsInOnePiece() throws Exception {
    for (int size : new int[] {0, 1, 2, 30}) {
      for (int i = 0; i < size; i++) {
        append("k" + i % 7 + "=" + i, "l" + i + "=" + "v".repeat(i * i * i));
      }
      for (int rangesMax = 1; rangesMax < 5; rangesMax++) {
        assertThat(inRanges(rangesMax)).isEqualTo(state());
      }
    }
  }

  private List<String> inRanges(int rangesMax) throws JournalException {
    List<List<String>> ranges = new ArrayList<>();
    long revision =
        journal.replay(
            rangesMax,
            _ -> {
              List<String> entries = new ArrayList<>();
              ranges.add(entries);
              return (key, value, at) ->
                  entries.add(text(key) + "=" + text(new Value(at, value.clone())));
            });
    assertThat(revision).isEqualTo(journal.revision());
    assertThat(ranges).hasSizeBetween(1, rangesMax);
    return ranges.stream().flatMap(List::stream).toList();
  }
}
