package guidepost.journal.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.Retention;
import guidepost.journal.TrimmedException;
import guidepost.journal.Value;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compaction while the journal is written, trimmed and followed takes nothing away and stops
/// nobody.
final class CompactionTest {

  private static final int APPENDS = Boolean.getBoolean("guidepost.long") ? 20_000 : 150;
  private static final int BATCHES = 20;
  private static final int KEYS = 200;
  private static final int COMPACTIONS_MIN = 3;
  private static final Retention SOME = Retention.DEFAULT.withBatches(2_000);

  @TempDir Path directory;

  private final long seed = Long.getLong("guidepost.seed", System.nanoTime());
  private final Map<String, String> written = new TreeMap<>();
  private final Map<String, Value> priors = new TreeMap<>();

  @Test
  void shouldLeaveWritersAndWatchersAlone() throws Exception {
    System.out.println("CompactionTest: -Dguidepost.seed=" + seed);
    Map<String, String> followed;
    try (RocksJournalStore store =
        RocksJournalStore.open(directory, SOME, InstantSource.system())) {
      Journal journal = store.journal("routes");
      CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(journal));
      CompletableFuture<Map<String, String>> watcher =
          CompletableFuture.supplyAsync(() -> follow(journal, writer));
      int compactions = 0;
      while (!writer.isDone() || compactions < COMPACTIONS_MIN) {
        store.compact();
        compactions++;
      }
      writer.join();
      followed = watcher.join();
      System.out.printf("%d compactions during %d appends%n", compactions, APPENDS);
      assertThat(stored(journal)).isEqualTo(written);
      assertThat(journal.oldestRevision()).as("it was trimmed meanwhile").isGreaterThan(1);
    }
    assertThat(followed).isEqualTo(written);
    try (RocksJournalStore store =
        RocksJournalStore.open(directory, SOME, InstantSource.system())) {
      assertThat(store.journal("routes").revision()).isEqualTo((long) APPENDS * BATCHES);
      assertThat(stored(store.journal("routes"))).isEqualTo(written);
    }
  }

  private void write(Journal journal) {
    Random random = new Random(seed);
    long revision = 0;
    for (int i = 0; i < APPENDS; i++) {
      List<Batch> batches = new ArrayList<>();
      for (int j = 0; j < BATCHES; j++) {
        batches.add(change(random, ++revision));
      }
      try {
        journal.append(batches);
      } catch (JournalException e) {
        throw new CompletionException(e);
      }
    }
  }

  private Batch change(Random random, long revision) {
    String key = "key" + random.nextInt(KEYS);
    Value prior = priors.remove(key);
    if (prior != null && random.nextInt(4) == 0) {
      written.remove(key);
      return new Batch().delete(key.getBytes(UTF_8), prior);
    }
    String value = "value" + random.nextInt();
    written.put(key, value);
    priors.put(key, new Value(revision, value.getBytes(UTF_8)));
    return new Batch().put(key.getBytes(UTF_8), value.getBytes(UTF_8), prior);
  }

  /// What a watcher has at the end that reads from revision to revision, and starts again from a
  /// snapshot where the log was trimmed past it.
  private static Map<String, String> follow(Journal journal, CompletableFuture<Void> writer) {
    Map<String, String> copy = new TreeMap<>();
    long[] at = {0};
    boolean last = false;
    try {
      while (!last) {
        last = writer.isDone();
        try {
          journal.read(
              at[0],
              (revision, time, batch) -> {
                assertThat(revision).isEqualTo(at[0] + 1);
                at[0] = revision;
                apply(batch, copy);
                return true;
              });
        } catch (TrimmedException e) {
          assertThat(e.oldestRevision()).isGreaterThan(at[0] + 1);
          at[0] = begin(journal, copy);
        }
      }
    } catch (JournalException e) {
      throw new CompletionException(e);
    }
    return copy;
  }

  private static long begin(Journal journal, Map<String, String> copy) throws JournalException {
    copy.clear();
    try (Journal.Snapshot snapshot = journal.snapshot()) {
      snapshot.scan(
          new byte[0],
          null,
          (key, value, revision) -> {
            copy.put(new String(key, UTF_8), new String(value, UTF_8));
            return true;
          });
      return snapshot.revision();
    }
  }

  private static void apply(Batch batch, Map<String, String> copy) {
    batch.forEach(
        (key, value, prior) -> {
          if (value == null) {
            copy.remove(new String(key, UTF_8));
          } else {
            copy.put(new String(key, UTF_8), new String(value, UTF_8));
          }
        });
  }

  private static Map<String, String> stored(Journal journal) throws JournalException {
    Map<String, String> stored = new TreeMap<>();
    journal.replay(
        (key, value, revision) -> stored.put(new String(key, UTF_8), new String(value, UTF_8)));
    return stored;
  }
}
