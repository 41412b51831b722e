package guidepost.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A journal of an engine under test, in few words: changes are written `a=1` for a put and `a!`
/// for a tombstone.
abstract class JournalFixture {

  /// Opens stores that hold whatever it wrote before.
  interface Engine {
    JournalStore open(Retention retention, InstantSource clock) throws Exception;
  }

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /// What the latest state must be.
  final Map<String, Value> held = new TreeMap<>();

  /// The revision of the last batch that was made.
  long decided;

  volatile Instant now = START;
  JournalStore store;
  Journal journal;

  private final Engine engine;

  /// @param engine a new one for each test
  JournalFixture(Engine engine) {
    this.engine = engine;
  }

  @BeforeEach
  void openStore() throws Exception {
    open(Retention.DEFAULT);
  }

  private void open(Retention retention) throws Exception {
    store = engine.open(retention, () -> now);
    journal = store.journal("routes");
  }

  @AfterEach
  void closeStore() throws Exception {
    store.close();
  }

  void restart() throws Exception {
    restart(Retention.DEFAULT);
  }

  void restart(Retention retention) throws Exception {
    store.close();
    open(retention);
  }

  /// The next batch, with what its keys hold before it.
  Batch batch(String... changes) {
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

  long append(String... changes) throws JournalException {
    return journal.append(List.of(batch(changes)));
  }

  List<String> state() throws JournalException {
    List<String> entries = new ArrayList<>();
    journal.replay(
        (key, value, revision) -> entries.add(text(key) + "=" + text(new Value(revision, value))));
    return entries;
  }

  List<String> log(long after) throws JournalException {
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

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  static String text(Value value) {
    return text(value.bytes()) + "@" + value.revision();
  }
}
