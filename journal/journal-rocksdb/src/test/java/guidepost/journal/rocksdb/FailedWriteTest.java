package guidepost.journal.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.Retention;
import guidepost.journal.Value;
import guidepost.journal.rocksdb.FailingDevice.Writes;
import guidepost.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A write that was refused is nowhere: not in what is read, not after the process was killed, not
/// after a restart; and writing goes on as soon as the device works.
final class FailedWriteTest {

  private static final List<String> DOMAINS = List.of("routes", "features", "notes");
  private static final int STEPS = Boolean.getBoolean("guidepost.long") ? 5_000 : 150;

  private static final Repair.Pace PACE =
      new Repair.Pace(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofHours(1));

  @TempDir Path directory;

  private final FailingDevice device = new FailingDevice();
  private final LinkedBlockingQueue<Boolean> writable = new LinkedBlockingQueue<>();
  private RocksJournalStore store;

  /// What each domain holds.
  private final Map<String, TreeMap<String, Value>> held = new HashMap<>();

  private final Map<String, Long> revisions = new HashMap<>();

  @AfterEach
  void close() throws Exception {
    device.set(Writes.WORK, true);
    store.close();
  }

  @BeforeEach
  void open() throws Exception {
    store =
        RocksJournalStore.open(
            directory.resolve("data"), Retention.DEFAULT, InstantSource.system(), device, PACE);
    store.onTrouble(trouble -> writable.add(trouble.isEmpty()));
    for (String domain : DOMAINS) {
      store.journal(domain);
      held.putIfAbsent(domain, new TreeMap<>());
      revisions.putIfAbsent(domain, 0L);
    }
  }

  /// Appends a batch and remembers it if it was acknowledged.
  private void append(String domain, String key, String value) throws JournalException {
    TreeMap<String, Value> state = Objects.requireNonNull(held.get(domain));
    Batch batch = new Batch().put(key.getBytes(UTF_8), value.getBytes(UTF_8), state.get(key));
    long revision = store.journal(domain).append(List.of(batch));
    assertThat(revision).isEqualTo(Objects.requireNonNull(revisions.get(domain)) + 1);
    revisions.put(domain, revision);
    state.put(key, new Value(revision, value.getBytes(UTF_8)));
  }

  private void shouldRefuse(Reason reason, String domain, String key) {
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> append(domain, key, "refused"))
        .withMessageContaining("journal " + domain)
        .satisfies(e -> assertThat(Objects.requireNonNull(e).reason()).isEqualTo(reason));
  }

  /// A reader that meets the repair of a failed device is told to try again, and does.
  private void shouldHoldWhatWasAcknowledged(RocksJournalStore read) throws Exception {
    while (true) {
      try {
        compareWithWhatWasAcknowledged(read);
        return;
      } catch (JournalException e) {
        if (!String.valueOf(e.getMessage()).endsWith("try again")) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }

  private void compareWithWhatWasAcknowledged(RocksJournalStore read) throws Exception {
    for (String domain : DOMAINS) {
      Journal journal = read.journal(domain);
      List<String> found = new ArrayList<>();
      journal.replay(
          (key, value, revision) -> found.add(line(new String(key, UTF_8), revision, value)));
      List<String> expected = new ArrayList<>();
      Objects.requireNonNull(held.get(domain))
          .forEach((key, value) -> expected.add(line(key, value.revision(), value.bytes())));
      assertThat(found).as(domain).isEqualTo(expected);
      assertThat(journal.revision()).isEqualTo(revisions.get(domain));
      long[] logged = {0};
      journal.read(0, (revision, time, batch) -> ++logged[0] == revision);
      assertThat(logged[0]).as("log of " + domain).isEqualTo(revisions.get(domain));
    }
  }

  private static String line(String key, long revision, byte[] value) {
    return key + "@" + revision + "=" + new String(value, UTF_8);
  }

  /// What a server would find that is started on what a killed one leaves.
  private void shouldHoldWhatWasAcknowledgedAfterAKill() throws Exception {
    Path copy = directory.resolve("copy");
    copyOfRunning(directory.resolve("data"), copy);
    try (RocksJournalStore read = RocksJournalStore.open(copy)) {
      shouldHoldWhatWasAcknowledged(read);
    }
    remove(copy);
  }

  private void awaitWritable() throws InterruptedException {
    while (store.trouble().isPresent()) {
      writable.poll(Patience.SECONDS, TimeUnit.SECONDS);
    }
  }

  @Test
  void shouldForgetWhatWasInTheLogAndNotSyncedAndWriteOnAtOnce() throws Exception {
    append("routes", "a", "1");
    device.set(Writes.FAIL_AT_THE_SYNC, true);
    shouldRefuse(Reason.IO, "routes", "b");
    device.set(Writes.WORK, true);
    assertThat(writable).containsExactly(false, true);
    shouldHoldWhatWasAcknowledged(store);
    shouldHoldWhatWasAcknowledgedAfterAKill();
    append("routes", "c", "2");
    append("features", "c", "2");
    shouldHoldWhatWasAcknowledged(store);
    store.close();
    open();
    shouldHoldWhatWasAcknowledged(store);
  }

  @Test
  void shouldReadOnWhileTheDeviceFailsAndWriteOnWhenItWorks() throws Exception {
    append("routes", "a", "1");
    append("notes", "n", "1");
    device.set(Writes.FAIL_AT_THE_SYNC, false);
    shouldRefuse(Reason.OUTCOME_UNKNOWN, "routes", "b");
    shouldRefuse(Reason.IO, "routes", "c");
    shouldRefuse(Reason.IO, "notes", "c");
    assertThat(store.trouble()).isPresent();
    shouldHoldWhatWasAcknowledged(store);
    device.set(Writes.WORK, true);
    awaitWritable();
    append("routes", "d", "2");
    append("notes", "d", "2");
    shouldHoldWhatWasAcknowledged(store);
    shouldHoldWhatWasAcknowledgedAfterAKill();
  }

  @Test
  void shouldSayThatItIsNotKnownAndThatClosingFailedWhileTheDeviceFails() throws Exception {
    append("routes", "a", "1");
    device.set(Writes.FAIL_AT_THE_SYNC, false);
    shouldRefuse(Reason.OUTCOME_UNKNOWN, "routes", "b");
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(store::close)
        .withMessageContaining("writes that were refused may be found after a restart");
    device.set(Writes.WORK, true);
    open();
    shouldHoldWhatWasAcknowledged(store);
  }

  @Test
  void shouldEndALongReadThatStandsInTheWay() throws Exception {
    for (int i = 0; i < 100; i++) {
      append("routes", "key" + i, "1");
    }
    CountDownLatch reading = new CountDownLatch(1);
    LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (true) {
                      store.journal("routes").replay((key, value, revision) -> reading.countDown());
                    }
                  } catch (JournalException e) {
                    ends.add(String.valueOf(e.getMessage()));
                  }
                });
    reading.await();
    for (int i = 0; ends.isEmpty() && i < 1_000; i++) {
      device.set(Writes.FAIL_AT_THE_SYNC, true);
      shouldRefuse(Reason.IO, "routes", "b");
      device.set(Writes.WORK, true);
      awaitWritable();
    }
    assertThat(ends.poll(Patience.SECONDS, TimeUnit.SECONDS))
        .contains("is being opened again; try again");
    reader.join();
    shouldHoldWhatWasAcknowledged(store);
  }

  @Test
  void shouldHoldExactlyWhatWasAcknowledgedWhateverFails() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("FailedWriteTest: -Dguidepost.seed=" + seed);
    Random random = new Random(seed);
    int refused = 0;
    for (int step = 0; step < STEPS; step++) {
      String domain = DOMAINS.get(random.nextInt(DOMAINS.size()));
      String key = "key" + random.nextInt(20);
      switch (random.nextInt(20)) {
        case 0, 1 -> refused += fail(domain, key, Writes.FAIL_AT_THE_SYNC, true);
        case 2 -> refused += fail(domain, key, Writes.FAIL_AT_THE_SYNC, false);
        case 3 -> refused += fail(domain, key, Writes.FAIL_BEFORE, random.nextBoolean());
        case 4 -> store.compact();
        case 5 -> store.journal(domain).trim(0);
        case 6 -> shouldHoldWhatWasAcknowledgedAfterAKill();
        case 7 -> {
          store.close();
          open();
        }
        default -> append(domain, key, "value of step " + step);
      }
      shouldHoldWhatWasAcknowledged(store);
    }
    assertThat(refused).isPositive();
  }

  /// Also writes to the other domains, which are refused as long as the device fails.
  private int fail(String domain, String key, Writes writes, boolean syncsWork) throws Exception {
    device.set(writes, syncsWork);
    for (String each : List.of(domain, DOMAINS.getFirst(), DOMAINS.getLast())) {
      assertThatExceptionOfType(JournalException.class)
          .isThrownBy(() -> append(each, key, "refused"));
      shouldHoldWhatWasAcknowledged(store);
    }
    device.set(Writes.WORK, true);
    awaitWritable();
    return 1;
  }

  /// Of a directory in use, where the engine may make and delete files at any time: then again.
  private static void copyOfRunning(Path from, Path to) throws IOException {
    boolean whole = false;
    while (!whole) {
      try {
        Map<Path, Long> before = sizes(from);
        copy(from, to);
        whole = sizes(from).equals(before);
      } catch (NoSuchFileException | UncheckedIOException e) {
        whole = false;
      }
      if (!whole) {
        remove(to);
      }
    }
  }

  private static Map<Path, Long> sizes(Path root) throws IOException {
    Map<Path, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        sizes.put(file, Files.size(file));
      }
    }
    return sizes;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
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
