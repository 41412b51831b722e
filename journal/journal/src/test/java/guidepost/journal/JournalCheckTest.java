package guidepost.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Journals made by hand, right ones and wrong ones.
final class JournalCheckTest {

  private final HandMade journal = new HandMade();
  private final Findings findings = new Findings();

  @Test
  void shouldFindNothingInAnEmptyJournal() throws Exception {
    assertThat(check()).isEqualTo(new JournalReport("routes", 0, 0, 0, 0));
    assertThat(findings.first()).isEmpty();
  }

  @Test
  void shouldFindNothingInAJournalThatTellsOneStory() throws Exception {
    journal.log(new Batch().put(bytes("a"), bytes("1")).put(bytes("a"), bytes("2"), was(1, "1")));
    journal.log(new Batch().delete(bytes("a"), was(1, "2")).put(bytes("b"), bytes("3")));
    journal.log(new Batch().delete(bytes("never")));
    journal.latest("b", 2, "3");
    assertThat(check()).isEqualTo(new JournalReport("routes", 3, 1, 3, 5));
    assertThat(findings.first()).isEmpty();
  }

  @Test
  void shouldAcceptWhatWasWrittenBeforeTheLogBegins() throws Exception {
    journal.oldest = 8;
    journal.newest = 7;
    journal.latest("old", 3, "1");
    journal.log(new Batch().put(bytes("a"), bytes("2"), was(7, "1")));
    journal.latest("a", 8, "2");
    assertThat(check()).isEqualTo(new JournalReport("routes", 8, 2, 1, 1));
    assertThat(findings.first()).isEmpty();
  }

  /// Two ids with the same one of the 64-bit sums that a check once knew keys by.
  @Test
  void shouldFindNothingInKeysThatWereChosenToBeTakenForEachOther() throws Exception {
    journal.log(new Batch().put(bytes("feature0aabPaata"), bytes("A")));
    journal.log(new Batch().put(bytes("XL0M9iq1JO90Aa9u"), bytes("B")));
    journal.latest("XL0M9iq1JO90Aa9u", 2, "B");
    journal.latest("feature0aabPaata", 1, "A");
    assertThat(check()).isEqualTo(new JournalReport("routes", 2, 2, 2, 2));
    assertThat(findings.first()).isEmpty();
  }

  @Test
  void shouldFindAHoleInTheLog() throws Exception {
    journal.log(new Batch().delete(bytes("a")));
    journal.newest = 2;
    journal.log(new Batch().delete(bytes("a")));
    shouldFind("routes: revision 2 is missing from the log, where 3 stands");
  }

  @Test
  void shouldFindALogThatEndsEarly() throws Exception {
    journal.log(new Batch().delete(bytes("a")));
    journal.newest = 3;
    shouldFind("routes: the log ends at revision 1, the newest is 3");
  }

  @Test
  void shouldFindTimeThatRunsBackwards() throws Exception {
    journal.log(new Batch().delete(bytes("a")));
    journal.now = journal.now.minusSeconds(1);
    journal.log(new Batch().delete(bytes("a")));
    shouldFind(
        "routes: revision 2 is of 2025-12-31T23:59:59Z, before 2026-01-01T00:00:00Z, the time of"
            + " the revision before it");
  }

  @Test
  void shouldFindAnEntryOfARevisionThatIsNotThere() throws Exception {
    journal.newest = 4;
    journal.oldest = 5;
    journal.latest("a", 0, "1");
    shouldFind("routes: key 61: was written by revision 0, which must be 1..4");
  }

  @Test
  void shouldFindAPriorValueThatTheLogDidNotGive() throws Exception {
    journal.log(new Batch().put(bytes("a"), bytes("1")));
    journal.log(new Batch().delete(bytes("a"), was(1, "one")));
    shouldFind(
        "routes: revision 2, key 61: says that it held a value of revision 1, which is not what"
            + " the log gave it");
  }

  @Test
  void shouldFindAPriorValueThatIsDenied() throws Exception {
    journal.log(new Batch().put(bytes("a"), bytes("1")));
    journal.log(new Batch().delete(bytes("a")));
    shouldFind(
        "routes: revision 2, key 61: says that it held nothing, which is not what the log gave"
            + " it");
  }

  @Test
  void shouldFindAPriorValueOfARevisionThatDidNotWriteIt() throws Exception {
    journal.log(new Batch().put(bytes("b"), bytes("1")));
    journal.latest("b", 1, "1");
    journal.log(new Batch().delete(bytes("a"), was(1, "1")));
    shouldFind(
        "routes: revision 2, key 61: says that it held a value of revision 1, which is not what"
            + " the log gave it");
  }

  @Test
  void shouldFindALatestValueThatIsNotTheLogsLast() throws Exception {
    journal.log(new Batch().put(bytes("a"), bytes("1")));
    journal.latest("a", 1, "2");
    shouldFind(
        "routes: key 61: holds a value of revision 1, which is not what the log gave it last");
  }

  @Test
  void shouldFindALatestValueThatTheLogRemoved() throws Exception {
    journal.log(new Batch().put(bytes("a"), bytes("1")));
    journal.log(new Batch().delete(bytes("a"), was(1, "1")));
    journal.latest("a", 1, "1");
    shouldFind(
        "routes: key 61: holds a value of revision 1, which is not what the log gave it last");
  }

  @Test
  void shouldFindALatestValueThatIsLost() throws Exception {
    journal.log(new Batch().put(bytes("a"), bytes("1")));
    shouldFind("routes: key 61: has no value, but revision 1 gave it one");
  }

  @Test
  void shouldFindALatestValueThatTheLogNeverWrote() throws Exception {
    journal.log(new Batch().delete(bytes("b")));
    journal.latest("a", 1, "1");
    shouldFind(
        "routes: key 61: was written by revision 1, which did not write it according to the log");
  }

  @Test
  void shouldReportWhatCannotBeRead() throws Exception {
    journal.unreadable = true;
    journal.newest = 1;
    shouldFind("routes: journal routes: block checksum mismatch");
  }

  @Test
  void shouldKeepTheFirstFindingsAndCountAll() throws Exception {
    journal.newest = 1;
    journal.oldest = 2;
    for (int i = 0; i < 100; i++) {
      journal.latest("k" + i, 9, "1");
    }
    check();
    assertThat(findings.first()).hasSize(Findings.KEPT_MAX);
    assertThat(findings.count()).isEqualTo(100);
  }

  /// Many keys in many passes give the same answers as few in one.
  @Test
  void shouldFindTheOneWrongKeyOfMany() throws Exception {
    MemoryJournalStore store = new MemoryJournalStore();
    Journal real = store.journal("routes");
    Map<String, Value> held = new TreeMap<>();
    Random random = new Random(7);
    for (int revision = 1; revision <= 3_000; revision++) {
      real.append(List.of(randomBatch(random, revision, held)));
    }
    real.trim(500);
    JournalReport report = JournalCheck.run("routes", real, findings, 700);
    assertThat(findings.first()).isEmpty();
    assertThat(report).isEqualTo(new JournalReport("routes", 3_000, held.size(), 2_500, 7_500));

    journal.copy(real);
    Map.Entry<String, Value> victim =
        held.entrySet().stream()
            .filter(entry -> entry.getValue().revision() > 500)
            .findAny()
            .orElseThrow();
    journal.latest(victim.getKey(), victim.getValue().revision(), "something else");
    JournalCheck.run("routes", journal, findings, 700);
    assertThat(findings.count()).isEqualTo(1);
  }

  private static Batch randomBatch(Random random, long revision, Map<String, Value> held) {
    Batch batch = new Batch();
    for (int i = 0; i < 3; i++) {
      String key = "k" + random.nextInt(2_000);
      if (random.nextInt(3) == 0) {
        batch.delete(bytes(key), held.remove(key));
      } else {
        Value value = new Value(revision, bytes("v" + random.nextInt(10)));
        batch.put(bytes(key), value.bytes(), held.put(key, value));
      }
    }
    return batch;
  }

  private void shouldFind(String finding) throws JournalException {
    check();
    assertThat(findings.first()).contains(finding);
  }

  private JournalReport check() throws JournalException {
    return JournalCheck.run("routes", journal, findings);
  }

  private static Value was(long revision, String value) {
    return new Value(revision, bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /// A journal that holds what it is given, whether that fits together or not.
  private static final class HandMade implements Journal {

    private record Logged(long revision, Instant time, Batch batch) {}

    private final List<Logged> log = new ArrayList<>();
    private final Map<String, Value> latest = new TreeMap<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long newest;
    private long oldest = 1;
    private boolean unreadable;

    void log(Batch batch) {
      log.add(new Logged(++newest, now, batch));
    }

    void latest(String key, long revision, String value) {
      latest.put(key, was(revision, value));
    }

    void copy(Journal other) throws JournalException {
      oldest = other.oldestRevision();
      newest = other.revision();
      other.read(oldest - 1, (revision, time, batch) -> log.add(new Logged(revision, now, batch)));
      other.replay(
          (key, value, revision) -> latest.put(new String(key, UTF_8), new Value(revision, value)));
    }

    @Override
    public long revision() {
      return newest;
    }

    @Override
    public long timeline() {
      return 1;
    }

    @Override
    public long oldestRevision() {
      return oldest;
    }

    @Override
    public void read(long afterRevision, BatchVisitor visitor) throws JournalException {
      if (unreadable) {
        throw new JournalException(
            JournalException.Reason.CORRUPT, "journal routes: block checksum mismatch", null);
      }
      log.stream()
          .takeWhile(each -> visitor.batch(each.revision(), each.time(), each.batch()))
          .forEach(each -> {});
    }

    @Override
    public Optional<Instant> timeOf(long revision) {
      return Optional.empty();
    }

    @Override
    public Snapshot snapshot() {
      return new Snapshot() {
        @Override
        public long revision() {
          return newest;
        }

        @Override
        public Optional<Value> get(byte[] key) {
          return Optional.ofNullable(latest.get(new String(key, UTF_8)));
        }

        @Override
        public void scan(byte[] from, byte @Nullable [] to, RangeVisitor visitor) {
          latest.forEach(
              (key, value) -> visitor.entry(bytes(key), value.bytes(), value.revision()));
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public long logBytes() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long append(List<Batch> batches) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void readBackwards(long fromRevision, long afterRevision, BatchVisitor visitor) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long revisionAt(Instant time) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void trim(long throughRevision) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void load(long revision, Instant time, EntrySource source) {
      throw new UnsupportedOperationException();
    }
  }
}
