package guidepost.journal.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.journal.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whatever happens to a file: what was acknowledged is served whole, or the damage is named.
final class DamageTest {

  private static final int ROUNDS = Boolean.getBoolean("guidepost.long") ? 20_000 : 120;
  private static final List<String> DOMAINS = List.of("routes", "features");

  /// What the journals hold, as lines.
  private record Content(List<String> lines) {}

  @TempDir Path directory;
  private Path image;
  private Content expected;

  /// The image of a crash: what the files of a running server hold, part of it in the write-ahead
  /// log alone.
  @BeforeEach
  void makeImage() throws Exception {
    Path original = directory.resolve("original");
    image = directory.resolve("image");
    try (RocksJournalStore store = RocksJournalStore.open(original)) {
      write(store, 1, 60);
      store.compact(); // some of it in tables
      write(store, 61, 30);
      expected = content(store);
      copyOfServer(original, image);
    }
  }

  private static void write(JournalStore store, int first, int count) throws JournalException {
    for (String domain : DOMAINS) {
      Journal journal = store.journal(domain);
      Map<Integer, Value> held = new TreeMap<>();
      journal.replay(
          (key, value, revision) ->
              held.put(ByteBuffer.wrap(key).getInt(), new Value(revision, value)));
      for (int revision = first; revision < first + count; revision++) {
        int key = revision * 7 % 23;
        byte[] bytes = ("value " + revision + " of " + domain).repeat(5).getBytes(UTF_8);
        Value value = new Value(revision, bytes);
        journal.append(List.of(new Batch().put(key(key), bytes, held.put(key, value))));
      }
    }
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private static Content content(JournalStore store) throws JournalException {
    List<String> lines = new ArrayList<>();
    for (String domain : DOMAINS) {
      Journal journal = store.journal(domain);
      lines.add(domain + " " + journal.revision() + " " + journal.oldestRevision());
      journal.replay(
          (key, value, revision) ->
              lines.add(ByteBuffer.wrap(key).getInt() + "@" + revision + new String(value, UTF_8)));
      journal.read(
          0,
          (revision, time, batch) -> {
            batch.forEach(
                (key, value, prior) ->
                    lines.add(
                        revision + " " + time + new String(value == null ? key : value, UTF_8)));
            return true;
          });
    }
    return new Content(lines);
  }

  @Test
  void shouldServeTheImageOfACrashWhole() throws Exception {
    try (JournalStore store = RocksJournalStore.open(image)) {
      assertThat(content(store)).isEqualTo(expected);
    }
  }

  @Test
  void shouldNameEveryFlippedByteOrServeAllOfIt() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("DamageTest seed " + seed);
    Random random = new Random(seed);
    List<Path> files = files(image);
    int named = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Path file = files.get(random.nextInt(files.size()));
      long at = random.nextLong(Files.size(file));
      int flip = 1 << random.nextInt(8);
      named += survives("flip %d of byte %d of %s".formatted(flip, at, file), file, at, flip);
    }
    assertThat(named).as("damages that were noticed, of " + ROUNDS).isGreaterThan(ROUNDS / 4);
  }

  /// The engine would read such a record for ever.
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void shouldNameARecordOfAKindThatIsNeverWritten() throws Exception {
    for (Path file : files(image)) {
      if (!file.getFileName().toString().matches("[0-9]+[.]log|MANIFEST-.*")) {
        continue;
      }
      List<Integer> kinds = kinds(Files.readAllBytes(file));
      for (int i : new int[] {0, 1, kinds.size() / 2, kinds.size() - 1}) {
        int at = kinds.get(Math.min(i, kinds.size() - 1));
        String damage = "another kind at byte %d of %s".formatted(at, file);
        assertThat(survives(damage, file, at, 4)).as(damage).isOne();
      }
    }
  }

  /// Where the records of a file in the engine's log format have their kind. No image fills a block
  /// of 32 KiB to its end.
  private static List<Integer> kinds(byte[] file) {
    assertThat(file).hasSizeLessThan(32 * 1024);
    List<Integer> kinds = new ArrayList<>();
    for (int at = 0; at + 7 <= file.length; at += 7 + (file[at + 4] & 0xFF) + (file[at + 5] << 8)) {
      kinds.add(at + 6);
    }
    return kinds;
  }

  @Test
  void shouldNameEveryFileThatEndsEarlyOrServeAllOfIt() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("DamageTest seed " + seed);
    Random random = new Random(seed);
    for (Path file : files(image)) {
      for (int i = 0; i < 4 + ROUNDS / 500; i++) {
        long length = i == 0 ? Files.size(file) - 1 : random.nextLong(Files.size(file));
        survives("only %d bytes of %s".formatted(length, file), file, length, 0);
      }
    }
  }

  @Test
  void shouldNameEveryFileThatIsGoneOrServeAllOfIt() throws Exception {
    for (Path file : files(image)) {
      survives("without " + file, file, -1, 0);
    }
  }

  /// @param at the byte to flip; or where to cut if `flip` is 0; or -1 to remove the file
  /// @return 1 if the damage was named, 0 if it did no harm
  private int survives(String damage, Path file, long at, int flip) throws IOException {
    Path copy = directory.resolve("damaged");
    copy(image, copy);
    damage(copy.resolve(image.relativize(file)), at, flip);
    try (JournalStore store = RocksJournalStore.open(copy)) {
      assertThat(content(store)).as(damage).isEqualTo(expected);
      return 0;
    } catch (JournalException e) {
      assertThat(e)
          .as(damage)
          .hasMessageMatching("(?s).*(data directory|journal (routes|features)).*");
      return 1;
    } finally {
      remove(copy);
    }
  }

  private static void damage(Path file, long at, int flip) throws IOException {
    if (at < 0) {
      Files.delete(file);
      return;
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (flip == 0) {
        channel.truncate(at);
        return;
      }
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      channel.write(one.put(0, (byte) (one.get(0) ^ flip)).flip(), at);
    }
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> Files.isRegularFile(file) && file.toFile().length() > 0)
          .filter(file -> !file.getFileName().toString().startsWith("LOG"))
          .sorted()
          .toList();
    }
  }

  /// Of a directory in use. A file that is not needed any more may go at any time: then it copies
  /// again.
  private static void copyOfServer(Path from, Path to) throws IOException {
    boolean whole = false;
    while (!whole) {
      try {
        copy(from, to);
        whole = true;
      } catch (NoSuchFileException | UncheckedIOException e) {
        remove(to);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static void remove(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    }
  }
}
