package guidepost.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every journal engine must do: the engines' own tests extend this.
///
/// Changes are written `a=1` for a put and `a!` for a tombstone.
public abstract class JournalContract {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Map<String, Value> held = new TreeMap<>();
  private long decided;
  private volatile Instant now = START;
  private JournalStore store;
  private Journal journal;

  /// A store that holds whatever earlier stores of this test wrote.
  protected abstract JournalStore open(Retention retention, InstantSource clock) throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    open(Retention.DEFAULT);
  }

  private void open(Retention retention) throws Exception {
    store = open(retention, () -> now);
    journal = store.journal("routes");
  }

  @AfterEach
  void closeStore() throws Exception {
    store.close();
  }

  private void restart() throws Exception {
    restart(Retention.DEFAULT);
  }

  private void restart(Retention retention) throws Exception {
    store.close();
    open(retention);
  }

  /// The next batch, with what its keys hold before it.
  private Batch batch(String... changes) {
    Batch batch = new Batch();
    decided++;
    for (String change : changes) {
      change(batch, change);
    }
    return batch;
  }

  private void change(Batch batch, String change) {
    if (change.endsWith("!")) {
      String key = change.substring(0, change.length() - 1);
      batch.delete(bytes(key), held.remove(key));
      return;
    }
    String[] parts = change.split("=", 2);
    Value value = new Value(decided, bytes(parts[1]));
    batch.put(bytes(parts[0]), value.bytes(), held.put(parts[0], value));
  }

  private long append(String... changes) throws JournalException {
    return journal.append(List.of(batch(changes)));
  }

  @Test
  void shouldBeginEmptyAtRevisionZero() throws Exception {
    assertThat(journal.revision()).isZero();
    assertThat(journal.oldestRevision()).isEqualTo(1);
    assertThat(journal.logBytes()).isZero();
    assertThat(journal.revisionAt(START)).isZero();
    assertThat(state()).isEmpty();
    assertThat(log(0)).isEmpty();
  }

  @Test
  void shouldGiveEveryBatchTheNextRevision() throws Exception {
    assertThat(append("a=1")).isEqualTo(1);
    assertThat(journal.append(List.of(batch("b=2"), batch("c=3")))).isEqualTo(3);
    assertThat(journal.revision()).isEqualTo(3);
    assertThat(state()).containsExactly("a=1@1", "b=2@2", "c=3@3");
  }

  @Test
  void shouldKeepTheLatestValueOfAKeyAndDropTombstones() throws Exception {
    journal.append(List.of(batch("a=1"), batch("b=1")));
    journal.append(List.of(batch("a=2"), batch("b!"), batch("never!")));
    assertThat(state()).containsExactly("a=2@3");
  }

  @Test
  void shouldLetTheLastChangeOfAKeyInABatchWin() throws Exception {
    append("a=1", "a=2", "b!", "b=3", "c=4");
    append("c=5", "c!");
    assertThat(state()).containsExactly("a=2@1", "b=3@1");
  }

  @Test
  void shouldOrderKeysAsUnsignedBytes() throws Exception {
    byte[] high = {(byte) 0xff};
    byte[] middle = {(byte) 0x80, 0};
    journal.append(List.of(new Batch().put(high, bytes("3")).put(middle, bytes("2"))));
    append("a=1");
    List<String> values = new ArrayList<>();
    journal.replay((key, value, revision) -> values.add(text(value)));
    assertThat(values).containsExactly("1", "2", "3");
  }

  @Test
  void shouldKeepEmptyValuesApartFromTombstones() throws Exception {
    append("a=");
    append("a!");
    append("a=");
    assertThat(state()).containsExactly("a=@3");
    assertThat(log(0)).containsExactly("1: a=", "2: a! was @1", "3: a=");
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
  void shouldSayHowFarTheLogGoesBackOnceItIsTrimmed() throws Exception {
    journal.append(List.of(batch("a=1"), batch("b=2"), batch("c=3")));
    long bytes = journal.logBytes();
    journal.trim(2);
    assertThat(journal.oldestRevision()).isEqualTo(3);
    assertThat(journal.logBytes()).isPositive().isLessThan(bytes);
    assertThat(log(2)).containsExactly("3: c=3");
    assertThat(state()).containsExactly("a=1@1", "b=2@2", "c=3@3");
    assertThatThrownBy(() -> log(1))
        .isInstanceOfSatisfying(
            CompactedException.class, e -> assertThat(e.oldestRevision()).isEqualTo(3))
        .hasMessageContaining("revision 1");
    assertThatThrownBy(() -> journal.readBackwards(3, 1, (revision, time, batch) -> true))
        .isInstanceOf(CompactedException.class);
    restart();
    assertThat(journal.oldestRevision()).isEqualTo(3);
    assertThat(journal.revision()).isEqualTo(3);
  }

  @Test
  void shouldHaveAnEmptyLogWhenAllOfItIsTrimmed() throws Exception {
    append("a=1");
    journal.trim(9);
    assertThat(journal.oldestRevision()).isEqualTo(2);
    assertThat(journal.logBytes()).isZero();
    restart();
    assertThat(journal.revision()).isEqualTo(1);
    assertThat(append("b=2")).isEqualTo(2);
    assertThat(log(1)).containsExactly("2: b=2");
  }

  @Test
  void shouldKeepNoMoreBatchesThanItMay() throws Exception {
    restart(Retention.DEFAULT.withBatches(100));
    for (int i = 0; i < 500; i++) {
      append("k%d=v".formatted(i));
    }
    assertThat(journal.revision() - journal.oldestRevision() + 1).isBetween(50L, 100L);
    assertThat(state()).hasSize(500);
  }

  @Test
  void shouldKeepNoMoreBytesThanItMay() throws Exception {
    restart(Retention.DEFAULT.withBytes(10_000));
    for (int i = 0; i < 500; i++) {
      append("k%d=%s".formatted(i, "v".repeat(90)));
    }
    assertThat(journal.logBytes()).isBetween(5_000L, 10_000L);
    assertThat(state()).hasSize(500);
  }

  @Test
  void shouldForgetWhatIsTooOldButNeverBecauseOfAgeAlmostAllOfIt() throws Exception {
    restart(Retention.DEFAULT.withAge(Duration.ofHours(1)));
    for (int i = 0; i < 1_500; i++) {
      append("k=" + i);
    }
    now = START.plus(Duration.ofDays(365));
    append("k=new");
    assertThat(journal.revision() - journal.oldestRevision() + 1).isEqualTo(Retention.BATCHES_MIN);
    now = START.plus(Duration.ofDays(1));
    append("k=after the clock was set right");
    assertThat(journal.revision()).isEqualTo(1_502);
    assertThat(journal.revision() - journal.oldestRevision() + 1)
        .isGreaterThanOrEqualTo(Retention.BATCHES_MIN);
  }

  @Test
  void shouldForgetWhatGrowsTooOldWhileTimeGoesOn() throws Exception {
    restart(Retention.DEFAULT.withAge(Duration.ofHours(18)));
    for (int minute = 0; minute < 1_300; minute++) {
      now = START.plus(Duration.ofMinutes(minute));
      append("k=" + minute);
      long kept = journal.revision() - journal.oldestRevision() + 1;
      // Trimming may lag by a sixteenth of the age.
      assertThat(kept).isBetween(Math.min(minute + 1L, 1_080), 1_149L);
    }
  }

  @Test
  void shouldKnowWhichRevisionWasTheNewestAtATime() throws Exception {
    append("a=1");
    now = START.plusSeconds(10);
    journal.append(List.of(batch("b=2"), batch("c=3")));
    now = START.plusSeconds(20);
    append("d=4");
    assertThat(journal.revisionAt(START.minusMillis(1))).isZero();
    assertThat(journal.revisionAt(START)).isEqualTo(1);
    assertThat(journal.revisionAt(START.plusMillis(9_999))).isEqualTo(1);
    assertThat(journal.revisionAt(START.plusSeconds(10))).isEqualTo(3);
    assertThat(journal.revisionAt(START.plusSeconds(99))).isEqualTo(4);
    assertThat(journal.timeOf(3)).contains(START.plusSeconds(10));
    assertThat(journal.timeOf(0)).isEmpty();
    assertThat(journal.timeOf(5)).isEmpty();
    journal.trim(2);
    restart();
    assertThat(journal.revisionAt(START.plusSeconds(10))).isEqualTo(3);
    assertThat(journal.timeOf(2)).contains(START.plusSeconds(10));
    assertThat(journal.timeOf(1)).isEmpty();
    assertThatThrownBy(() -> journal.revisionAt(START.plusSeconds(9)))
        .isInstanceOf(CompactedException.class)
        .hasMessageContaining("2026-01-01T00:00:09Z");
  }

  @Test
  void shouldNeverLetTimeRunBackwards() throws Exception {
    append("a=1");
    now = START.minus(Duration.ofDays(1));
    append("b=2");
    restart();
    append("c=3");
    now = START.plusSeconds(1);
    append("d=4");
    List<Instant> times = new ArrayList<>();
    journal.read(0, (revision, time, batch) -> times.add(time));
    assertThat(times).containsExactly(START, START, START, START.plusSeconds(1));
    assertThat(journal.revisionAt(START)).isEqualTo(3);
  }

  @Test
  void shouldKeepDomainsApart() throws Exception {
    journal.append(List.of(batch("a=1"), batch("b=2")));
    Journal features = store.journal("features");
    features.append(List.of(new Batch().put(bytes("a"), bytes("other"))));
    assertThat(features.revision()).isEqualTo(1);
    assertThat(state()).containsExactly("a=1@1", "b=2@2");
    assertThat(store.journal("routes")).isSameAs(journal);
  }

  @Test
  void shouldRememberEverythingAfterARestart() throws Exception {
    journal.append(List.of(batch("a=1"), batch("b=2")));
    append("a!");
    restart();
    assertThat(journal.revision()).isEqualTo(3);
    assertThat(state()).containsExactly("b=2@2");
    assertThat(log(0)).containsExactly("1: a=1", "2: b=2", "3: a! was 1@1");
    assertThat(append("c=3")).isEqualTo(4);
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

  private void appendUnchecked(String... changes) {
    try {
      append(changes);
    } catch (JournalException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldBeginWithAStateThatIsLoaded() throws Exception {
    Instant then = START.minus(Duration.ofDays(3));
    journal.load(
        7,
        then,
        visitor -> {
          for (int i = 100; i < 400; i++) {
            visitor.entry(bytes("k" + i), bytes("v" + i), i % 7 + 1);
          }
        });
    restart();
    assertThat(journal.revision()).isEqualTo(7);
    assertThat(journal.oldestRevision()).isEqualTo(8);
    assertThat(journal.timeOf(7)).contains(then);
    assertThat(state()).hasSize(300).contains("k100=v100@3", "k399=v399@1");
    decided = 7;
    held.put("k100", new Value(3, bytes("v100")));
    assertThat(append("k100!")).isEqualTo(8);
    assertThat(state()).hasSize(299);
    assertThat(log(7)).containsExactly("8: k100! was v100@3");
    assertThatThrownBy(() -> journal.load(9, then, visitor -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldAgreeWithAMapOverRandomBatchesAndRestartsAndShowEveryEarlierState() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("JournalContract seed " + seed);
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

  private List<String> state() throws JournalException {
    List<String> entries = new ArrayList<>();
    journal.replay(
        (key, value, revision) -> entries.add(text(key) + "=" + text(new Value(revision, value))));
    return entries;
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

  private List<String> log(long after) throws JournalException {
    List<String> lines = new ArrayList<>();
    journal.read(
        after,
        (revision, time, batch) -> {
          StringBuilder line = new StringBuilder(revision + ":");
          batch.forEach(
              (key, value, prior) ->
                  line.append(' ')
                      .append(text(key))
                      .append(value == null ? "!" : "=" + text(value))
                      .append(prior == null ? "" : " was " + text(prior)));
          return lines.add(line.toString());
        });
    return lines;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  private static String text(Value value) {
    return text(value.bytes()) + "@" + value.revision();
  }
}
