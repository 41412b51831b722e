package guidepost.guide.service;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureLoad;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Makes an index of a journal's latest state: one thread reads the entries, another one makes
/// features of them.
///
/// ```
///   journal ──read──▶ [entries being gathered]   [entries being decoded] ──▶ load ──▶ index
/// ```
///
/// Cost: some 1 us a feature on each of two processors.
///
/// Threads: one, and a second of its own until it is closed.
final class FeatureReplay implements AutoCloseable {

  /// Few enough to stay in a cache, many enough that handing them over costs nothing.
  private static final int ENTRIES = 1_024;

  private final FeatureLoad load = new FeatureLoad();
  private final StoredFeatureReader reader = new StoredFeatureReader();
  private final Unreadable unreadable = new Unreadable("features");
  private final ExecutorService decoder =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("guidepost-features-replay").daemon().factory());
  private CompletableFuture<Void> decoding = CompletableFuture.allOf();
  private Entries gathered = new Entries();

  private static final class Entries {
    private final byte[][] keys = new byte[ENTRIES][];
    private final byte[][] values = new byte[ENTRIES][];
    private final long[] revisions = new long[ENTRIES];
    private int size;
  }

  /// The index, published.
  ///
  /// @throws JournalException if the journal or a feature in it cannot be read
  static FeatureIndex of(Journal journal) throws JournalException {
    try (FeatureReplay replay = new FeatureReplay()) {
      long revision = journal.replay(replay::gather);
      replay.handOver();
      replay.decoding.join();
      replay.unreadable.throwIfAny();
      return replay.load.finish(revision);
    }
  }

  private void gather(byte[] key, byte[] value, long revision) {
    int at = gathered.size++;
    gathered.keys[at] = key;
    gathered.values[at] = value;
    gathered.revisions[at] = revision;
    if (gathered.size == ENTRIES) {
      handOver();
    }
  }

  /// Waits for what was handed over before, so no more than two times the entries are in memory.
  private void handOver() {
    Entries full = gathered;
    gathered = new Entries();
    decoding.join();
    decoding = CompletableFuture.runAsync(() -> decode(full), decoder);
  }

  private void decode(Entries entries) {
    for (int i = 0; i < entries.size; i++) {
      decode(entries.keys[i], entries.values[i], entries.revisions[i]);
    }
  }

  private void decode(byte[] key, byte[] value, long revision) {
    try {
      if (!reader.add(load, key, value, revision)) {
        FeatureStorage.add(load, key, value, revision);
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      unreadable.note(new String(key, StandardCharsets.UTF_8), e);
    }
  }

  @Override
  public void close() {
    decoder.shutdown();
  }
}
