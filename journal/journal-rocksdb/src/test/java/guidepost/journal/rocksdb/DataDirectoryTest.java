package guidepost.journal.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.JournalStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirectoryTest {

  @TempDir Path directory;

  @Test
  void shouldMakeADirectoryThatIsNotThere() throws Exception {
    Path data = directory.resolve("a/b");
    RocksJournalStore.open(data).close();
    assertThat(data.resolve("FORMAT")).hasContent("guidepost data format 3");
  }

  @Test
  void shouldKeepItsTimelineUntilANewOneIsAskedFor() throws Exception {
    long first = timeline(directory);
    assertThat(first).isNotZero();
    assertThat(timeline(directory)).isEqualTo(first);
    assertThat(timeline(directory.resolve("other"))).isNotEqualTo(first);
    Files.writeString(directory.resolve("TIMELINE"), "guidepost timeline 0000000000000000");
    shouldRefuse(directory, Reason.CORRUPT, "file TIMELINE: is not as it was written");
    Files.writeString(directory.resolve("TIMELINE"), "guidepost timeline new\n");
    long second = timeline(directory);
    assertThat(second).isNotIn(0L, first);
    assertThat(timeline(directory)).isEqualTo(second);
  }

  private static long timeline(Path path) throws Exception {
    try (RocksJournalStore store = RocksJournalStore.open(path)) {
      return store.journal("routes").timeline();
    }
  }

  @Test
  void shouldRefuseADirectoryThatAnotherServerHolds() throws Exception {
    try (JournalStore first = RocksJournalStore.open(directory)) {
      assertThat(first.journal("routes").revision()).isZero();
      shouldRefuse(directory, Reason.LOCKED, "is in use by another server");
    }
    RocksJournalStore.open(directory).close();
  }

  @Test
  void shouldRefuseANameThatTheEngineCannotOpenAndMakeNothing() throws Exception {
    Path data = directory.resolve("a\ud83d\ude80/b");
    shouldRefuse(data, Reason.FOREIGN, "its path has U+1F680, a character beyond U+FFFF");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void shouldOpenANameWithLettersOfManyScripts() throws Exception {
    Path data = directory.resolve("ä-ж-東京-\uFFFD");
    RocksJournalStore.open(data).close();
    assertThat(data.resolve("FORMAT")).exists();
  }

  @Test
  void shouldRefuseADirectoryOfAnotherProgram() throws Exception {
    Files.writeString(directory.resolve("notes.txt"), "mine");
    shouldRefuse(directory, Reason.FOREIGN, "holds files of another program");
    assertThat(directory.resolve("LOCK")).doesNotExist();
  }

  @Test
  void shouldRefuseAFileInPlaceOfTheDirectory() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "mine");
    shouldRefuse(file, Reason.FOREIGN, "is not a directory");
  }

  @Test
  void shouldNameTheFileThatStandsInTheWay() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "mine");
    shouldRefuse(file.resolve("data"), Reason.IO, file + "/data: Not a directory");
  }

  @Test
  void shouldRefuseANewerFormat() throws Exception {
    Files.writeString(directory.resolve("FORMAT"), "guidepost data format 4\n");
    shouldRefuse(directory, Reason.NEWER_FORMAT, "has format 4, this version knows 3");
  }

  @Test
  void shouldRefuseAFormatFileItCannotRead() throws Exception {
    Files.write(directory.resolve("FORMAT"), new byte[] {1, 2, (byte) 0xff});
    shouldRefuse(directory, Reason.FOREIGN, "FORMAT file is not Guidepost's");
  }

  @Test
  void shouldRefuseADirectoryThatMayNotBeWritten() throws Exception {
    Path proc = Path.of("/proc/self");
    Path readOnly = proc.resolve("guidepost-data");
    assumeThat(Files.isDirectory(proc))
        .as("needs /proc, where nobody may make a directory")
        .isTrue();
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> RocksJournalStore.open(readOnly))
        .withMessage(
            "data directory /proc/self/guidepost-data: /proc/self/guidepost-data cannot be made"
                + " there");
  }

  private static void shouldRefuse(Path path, Reason reason, String message) {
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> RocksJournalStore.open(path))
        .withMessageContaining("data directory " + path)
        .withMessageContaining(message)
        .satisfies(e -> assertThat(Objects.requireNonNull(e).reason()).isEqualTo(reason));
  }
}
