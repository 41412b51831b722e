package guidepost.benchmarks;

import guidepost.journal.Batch;
import guidepost.journal.Domain;
import guidepost.journal.DomainWriter;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.Retention;
import guidepost.journal.rocksdb.RocksJournalStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// Acknowledged writes beside a raw append with fdatasync and beside RocksDB's own group commit;
/// resuming, bulk load and backup. Values have 100 bytes.
public final class JournalBenchmark {

  private static final int ROUNDS = 7;
  private static final Duration LENGTH = Duration.ofMillis(1_500);
  private static final int VALUE_BYTES = 100;
  private static final int BATCH = 1_000;
  private static final int BATCHES_UNDER_WAY = 16;
  private static final int RESUMED = 100_000;
  private static final int LOADED = 1_290_000;

  private final Path directory;
  private final AtomicLong nextKey = new AtomicLong();

  private JournalBenchmark(Path directory) {
    this.directory = directory;
  }

  /// Measures everything, prints it, and removes its files.
  ///
  /// @param args the directory to work in; a new one in the temporary directory if absent
  public static void main(String[] args) throws Exception {
    Path directory =
        args.length > 0
            ? Files.createTempDirectory(Path.of(args[0]), "journal-benchmark-")
            : Files.createTempDirectory("journal-benchmark-");
    try {
      new JournalBenchmark(directory).run();
    } finally {
      remove(directory);
    }
  }

  private void run() throws Exception {
    System.out.printf(
        "%d rounds; Java %s; %d processors; %s%n",
        ROUNDS, Runtime.version(), Runtime.getRuntime().availableProcessors(), Instant.now());
    try (RocksJournalStore store = RocksJournalStore.open(directory.resolve("journal"));
        Options options = new Options().setCreateIfMissing(true);
        RocksDB rocks = RocksDB.open(options, directory.resolve("rocks").toString());
        FileChannel raw =
            FileChannel.open(
                directory.resolve("raw"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
        DomainWriter<List<byte[]>, Integer> writer =
            DomainWriter.start(
                "benchmark",
                store.journal("benchmark"),
                new Puts(),
                DomainWriter.QUEUED_CHANGES_MAX)) {
      latency(raw, writer, rocks);
      writers(writer, rocks);
      batches(writer, rocks);
    }
    resume();
    load();
  }

  /// Puts every key with a value of 100 bytes.
  private static final class Puts implements Domain<List<byte[]>, Integer> {
    @Override
    public Decision<Integer> decide(List<byte[]> keys, Batch batch) {
      keys.forEach(key -> batch.put(key, new byte[VALUE_BYTES]));
      return revision -> keys.size();
    }

    @Override
    public void apply(long revision, Instant time, Batch batch) {}

    @Override
    public void publish() {}

    @Override
    public void abandon() {}
  }

  private byte[] key() {
    long number = nextKey.incrementAndGet() * 0x9e3779b97f4a7c15L; // scattered, each once
    return ByteBuffer.allocate(16).putLong(number).putLong(number).array();
  }

  private void latency(FileChannel raw, DomainWriter<List<byte[]>, Integer> writer, RocksDB rocks)
      throws Exception {
    Rounds rounds =
        new Rounds()
            .measure("raw append of 300 bytes + fdatasync", () -> medianMicros(() -> fsync(raw)))
            .measure("a single writer, acknowledged", () -> medianMicros(() -> put(writer)))
            .measure("RocksDB alone, a single writer", () -> medianMicros(() -> put(rocks)))
            .run(ROUNDS);
    rounds.print("us");
    rounds.printRatio(
        "latency of a single writer / raw fsync",
        "a single writer, acknowledged",
        "raw append of 300 bytes + fdatasync",
        "<= 1.5");
  }

  private interface Step {
    void run() throws Exception;
  }

  private static double medianMicros(Step step) throws Exception {
    List<Long> nanos = new ArrayList<>();
    long end = System.nanoTime() + LENGTH.toNanos();
    while (System.nanoTime() < end) {
      long begun = System.nanoTime();
      step.run();
      nanos.add(System.nanoTime() - begun);
    }
    nanos.sort(null);
    return nanos.get(nanos.size() / 2) / 1e3;
  }

  private static void fsync(FileChannel raw) throws IOException {
    raw.write(ByteBuffer.allocate(300));
    raw.force(false);
  }

  private void put(DomainWriter<List<byte[]>, Integer> writer) throws Exception {
    writer.submit(List.of(key()), 1).get();
  }

  private void put(RocksDB rocks) throws Exception {
    try (WriteOptions fsynced = new WriteOptions().setSync(true)) {
      rocks.put(fsynced, key(), new byte[VALUE_BYTES]);
    }
  }

  private void writers(DomainWriter<List<byte[]>, Integer> writer, RocksDB rocks) throws Exception {
    Rounds rounds = new Rounds();
    for (int threads : new int[] {1, 16, 64}) {
      rounds.measure(threads + " single writers", () -> perSecond(threads, () -> put(writer)));
      rounds.measure(
          threads + " single writers, RocksDB's own group commit",
          () -> perSecond(threads, () -> put(rocks)));
    }
    rounds.run(ROUNDS);
    rounds.print("/s");
    rounds.printRatio(
        "64 single writers / RocksDB's own group commit",
        "64 single writers",
        "64 single writers, RocksDB's own group commit",
        ">= 0.6");
  }

  private static double perSecond(int threads, Step step) throws Exception {
    AtomicLong done = new AtomicLong();
    long begun = System.nanoTime();
    long end = begun + LENGTH.toNanos();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      CompletableFuture<Void> ended = new CompletableFuture<>();
      all.add(ended);
      Thread.ofPlatform()
          .start(
              () -> {
                try {
                  while (System.nanoTime() < end) {
                    step.run();
                    done.incrementAndGet();
                  }
                  ended.complete(null);
                } catch (Exception e) {
                  ended.completeExceptionally(e);
                }
              });
    }
    for (CompletableFuture<Void> each : all) {
      each.get();
    }
    return done.get() / ((System.nanoTime() - begun) / 1e9);
  }

  /// In key order, as a table is imported, and scattered, as it changes.
  private void batches(DomainWriter<List<byte[]>, Integer> writer, RocksDB rocks) throws Exception {
    Rounds rounds =
        new Rounds()
            .measure("batches of 1,000 in key order", () -> perSecond(writer, this::nextKey))
            .measure(
                "batches of 1,000 in key order, RocksDB alone",
                () -> perSecond(rocks, this::nextKey))
            .measure("batches of 1,000, scattered", () -> perSecond(writer, this::key))
            .measure(
                "batches of 1,000, scattered, RocksDB alone", () -> perSecond(rocks, this::key))
            .run(ROUNDS);
    rounds.print("changes/s   (asked: >= 600,000)");
  }

  private byte[] nextKey() {
    return ByteBuffer.allocate(16).putLong(-1).putLong(nextKey.incrementAndGet()).array();
  }

  private static double perSecond(DomainWriter<List<byte[]>, Integer> writer, Supplier<byte[]> keys)
      throws Exception {
    Queue<CompletableFuture<Integer>> underWay = new ArrayDeque<>();
    long changes = 0;
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < LENGTH.toNanos()) {
      underWay.add(writer.submit(Stream.generate(keys).limit(BATCH).toList(), BATCH));
      if (underWay.size() >= BATCHES_UNDER_WAY) {
        changes += underWay.remove().get();
      }
    }
    for (CompletableFuture<Integer> each : underWay) {
      changes += each.get();
    }
    return changes / ((System.nanoTime() - begun) / 1e9);
  }

  private static double perSecond(RocksDB rocks, Supplier<byte[]> keys) throws Exception {
    long changes = 0;
    long begun = System.nanoTime();
    try (WriteOptions fsynced = new WriteOptions().setSync(true)) {
      while (System.nanoTime() - begun < LENGTH.toNanos()) {
        try (WriteBatch batch = new WriteBatch()) {
          for (int i = 0; i < BATCH; i++) {
            batch.put(keys.get(), new byte[VALUE_BYTES]);
          }
          rocks.write(fsynced, batch);
        }
        changes += BATCH;
      }
    }
    return changes / ((System.nanoTime() - begun) / 1e9);
  }

  private void resume() throws Exception {
    Retention all = Retention.DEFAULT.withBytes(1L << 40);
    try (RocksJournalStore store =
        RocksJournalStore.open(directory.resolve("resume"), all, InstantSource.system())) {
      Journal journal = store.journal("benchmark");
      for (int i = 0; i < 2 * RESUMED / BATCH; i++) {
        List<Batch> group = new ArrayList<>(BATCH);
        for (int j = 0; j < BATCH; j++) {
          group.add(new Batch().put(key(), new byte[VALUE_BYTES]));
        }
        journal.append(group);
      }
      Rounds rounds =
          new Rounds()
              .measure("resuming 100,000 revisions back", () -> resumed(journal))
              .run(ROUNDS);
      rounds.print("changes/s   (asked: >= 500,000)");
    }
  }

  private static double resumed(Journal journal) throws JournalException {
    long[] changes = {0};
    long begun = System.nanoTime();
    journal.read(
        journal.revision() - RESUMED,
        (revision, time, batch) -> {
          changes[0] += batch.size();
          return true;
        });
    return changes[0] / ((System.nanoTime() - begun) / 1e9);
  }

  private void load() throws Exception {
    byte[][] keys = new byte[LOADED][];
    Arrays.setAll(keys, i -> key());
    Arrays.sort(keys, Arrays::compareUnsigned);
    Rounds rounds = new Rounds();
    rounds
        .measure("bulk load of 1,290,000 entries", () -> loaded(keys))
        .measure("reading them all", () -> replayed(directory.resolve("load")))
        .measure("online copy of them", () -> copied(directory.resolve("load")))
        .run(3);
    rounds.print("ms");
  }

  private double loaded(byte[][] keys) throws Exception {
    Path path = directory.resolve("load");
    remove(path);
    try (RocksJournalStore store = RocksJournalStore.open(path)) {
      long begun = System.nanoTime();
      store
          .journal("benchmark")
          .load(
              1,
              Instant.now(),
              visitor -> {
                for (byte[] key : keys) {
                  visitor.entry(key, new byte[VALUE_BYTES], 1);
                }
              });
      return (System.nanoTime() - begun) / 1e6;
    }
  }

  private static double replayed(Path path) throws Exception {
    try (RocksJournalStore store = RocksJournalStore.open(path)) {
      long begun = System.nanoTime();
      long[] entries = {0};
      store.journal("benchmark").replay((key, value, revision) -> entries[0]++);
      if (entries[0] != LOADED) {
        throw new IllegalStateException("entries: " + entries[0]);
      }
      return (System.nanoTime() - begun) / 1e6;
    }
  }

  private static double copied(Path path) throws Exception {
    Path copy = path.resolveSibling("copy");
    try (RocksJournalStore store = RocksJournalStore.open(path)) {
      long begun = System.nanoTime();
      store.copyTo(copy);
      return (System.nanoTime() - begun) / 1e6;
    } finally {
      remove(copy);
    }
  }

  private static void remove(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    }
  }
}
