package guidepost.journal.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Data directories that earlier versions wrote are opened, keep their state, and go on.
final class EarlierFormatsTest {

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"format-1, 4", "format-1-killed, 3"})
  void shouldOpenWhatAnEarlierVersionWrote(String name, int notes) throws Exception {
    unpack(name);
    for (int opened = 0; opened < 2; opened++) {
      try (JournalStore store = RocksJournalStore.open(directory)) {
        Journal routes = store.journal("routes");
        assertThat(routes.revision()).isEqualTo(8 + opened);
        assertThat(entries(routes)).hasSize(8 + opened);
        assertThat(routes.oldestRevision()).isEqualTo(9);
        assertThat(entries(store.journal("features")))
            .containsExactly("g3-0", "nyc", "paris", "pole");
        assertThat(store.journal("features").revision()).isEqualTo(7);
        assertThat(entries(store.journal("notes"))).hasSize(notes);
        if (opened == 0) {
          assertThat(routes.append(List.of(new Batch().put(new byte[] {1}, new byte[0]))))
              .isEqualTo(9);
        }
      }
      assertThat(directory.resolve("FORMAT")).hasContent("guidepost data format 3");
    }
  }

  @Test
  void shouldFinishAnUpgradeThatACrashCutShort() throws Exception {
    unpack("format-1");
    RocksJournalStore.open(directory).close();
    Files.writeString(directory.resolve("FORMAT"), "guidepost data format 1\n");
    try (JournalStore store = RocksJournalStore.open(directory)) {
      assertThat(store.journal("routes").revision()).isEqualTo(8);
      assertThat(entries(store.journal("routes"))).hasSize(8);
    }
  }

  private static Set<String> entries(Journal journal) throws Exception {
    Set<String> keys = new TreeSet<>();
    journal.replay((key, value, revision) -> keys.add(new String(key, UTF_8)));
    return keys;
  }

  private void unpack(String name) throws IOException {
    InputStream resource =
        EarlierFormatsTest.class.getResourceAsStream("/data-directories/" + name + ".zip");
    try (ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(resource))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = directory.resolve(entry.getName());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.copy(zip, file);
      }
    }
  }
}
