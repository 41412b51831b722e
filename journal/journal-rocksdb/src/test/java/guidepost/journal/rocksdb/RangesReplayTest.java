package guidepost.journal.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;

/// Whichever way the keys are cut, the ranges together are what one pass shows.
final class RangesReplayTest {

  private static final int ENTRIES = 3_000;
  private static final int VALUE_BYTES = 1_500;

  @TempDir Path directory;

  private static byte[] key(int number) {
    return "some/common/beginning/%05d".formatted(number).getBytes(UTF_8);
  }

  /// Four megabytes that cannot be compressed, which is enough for four ranges.
  private static void fill(Journal journal) throws JournalException {
    Random random = new Random(1);
    journal.load(
        9,
        Instant.EPOCH,
        visitor -> {
          for (int i = 0; i < ENTRIES; i++) {
            byte[] value = new byte[random.nextInt(2 * VALUE_BYTES)];
            random.nextBytes(value);
            visitor.entry(key(i), value, 1 + i % 9);
          }
        });
  }

  private static List<List<String>> inRanges(Journal journal, int rangesMax)
      throws JournalException {
    List<List<String>> ranges = new ArrayList<>();
    journal.replay(
        rangesMax,
        _ -> {
          List<String> entries = new ArrayList<>();
          ranges.add(entries);
          return (key, value, revision) -> entries.add(line(key, value, revision));
        });
    return ranges;
  }

  private static String line(byte[] key, byte[] value, long revision) {
    return new String(key, UTF_8) + " " + ByteBuffer.wrap(value).hashCode() + " " + revision;
  }

  @Test
  void shouldCutIntoRangesOfAboutTheSameSize() throws Exception {
    try (RocksJournalStore store = RocksJournalStore.open(directory)) {
      Journal journal = store.journal("features");
      fill(journal);
      List<String> whole = inRanges(journal, 1).getFirst();
      assertThat(whole).hasSize(ENTRIES);
      for (int rangesMax = 2; rangesMax <= 4; rangesMax++) {
        List<List<String>> ranges = inRanges(journal, rangesMax);
        int equal = ENTRIES / rangesMax;
        assertThat(ranges)
            .hasSize(rangesMax)
            .allSatisfy(range -> assertThat(range).hasSizeBetween(equal / 2, 2 * equal));
        assertThat(ranges.stream().flatMap(List::stream)).isEqualTo(whole);
      }
    }
  }

  @Test
  void shouldNameTheDamageOfTheLeastKeysAsOnePassDoes() throws Exception {
    try (RocksJournalStore store = RocksJournalStore.open(directory)) {
      fill(store.journal("features"));
    }
    flipSeveralBytes(directory.resolve("rocksdb"));
    try (RocksJournalStore store = RocksJournalStore.open(directory)) {
      Journal journal = store.journal("features");
      assertThatThrownBy(() -> inRanges(journal, 4))
          .isInstanceOf(JournalException.class)
          .hasMessage(messageOfOnePass(journal));
    }
  }

  private static String messageOfOnePass(Journal journal) {
    try {
      journal.replay((key, value, revision) -> {});
      throw new AssertionError("no damage was found");
    } catch (JournalException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void flipSeveralBytes(Path engine) throws IOException {
    try (Stream<Path> files = Files.list(engine)) {
      Path table = files.filter(file -> file.toString().endsWith(".sst")).findFirst().orElseThrow();
      try (FileChannel channel =
          FileChannel.open(table, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        for (int eighth = 1; eighth < 8; eighth += 2) {
          long at = channel.size() / 8 * eighth;
          ByteBuffer one = ByteBuffer.allocate(1);
          channel.read(one, at);
          channel.write(one.put(0, (byte) (one.get(0) ^ 4)).flip(), at);
        }
      }
    }
  }

  @Test
  void shouldThrowWhatTheVisitorOfTheLeastKeysThrew() throws Exception {
    try (RocksJournalStore store = RocksJournalStore.open(directory)) {
      Journal journal = store.journal("features");
      fill(journal);
      assertThatThrownBy(
              () ->
                  journal.replay(
                      4,
                      _ ->
                          (key, value, revision) -> {
                            throw new IllegalArgumentException(new String(key, UTF_8));
                          }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("some/common/beginning/00000");
    }
  }

  @Test
  void shouldShowEveryEntryOnceHoweverOddTheCutsAre() throws Exception {
    List<List<Integer>> oddCuts =
        List.of(
            List.of(),
            List.of(0), // nothing before it
            List.of(1), // one key before it
            List.of(500), // all keys before it
            List.of(20, 20), // nothing between them
            List.of(20, 21),
            List.of(0, 0, 7, 99, 500));
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB db = RocksDB.open(options, directory.toString());
        ReadOptions reading = new ReadOptions()) {
      ColumnFamilyHandle family = db.getDefaultColumnFamily();
      Digest expected = new Digest();
      for (int i = 0; i < 100; i++) {
        db.put(key(i), ByteBuffer.allocate(12).putLong(i + 1L).putInt(i).array());
        expected.add(key(i), i + 1L);
      }
      for (List<Integer> odd : oddCuts) {
        KeyCuts cuts = KeyCuts.at(odd.stream().map(RangesReplayTest::key).toList());
        List<Integer> shown = new ArrayList<>();
        RangesReplay replay = new RangesReplay(db, "features", family, reading, () -> {});
        Digest digest =
            replay.run(
                cuts,
                100,
                _ ->
                    (key, value, revision) -> {
                      assertThat(revision).isEqualTo(ByteBuffer.wrap(value).getInt() + 1L);
                      synchronized (shown) {
                        shown.add(ByteBuffer.wrap(value).getInt());
                      }
                    });
        assertThat(shown).hasSize(100).doesNotHaveDuplicates();
        assertThat(digest.entries()).isEqualTo(100);
        assertThat(digest.sum()).isEqualTo(expected.sum());
      }
    }
  }
}
