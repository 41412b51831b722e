package guidepost.server;

import guidepost.journal.rocksdb.RocksJournalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// A data directory that is made as a whole or not at all.
final class NewDirectory {

  private NewDirectory() {}

  /// Fills a directory.
  ///
  /// @param <T> result
  interface Filling<T> {
    T fill() throws IOException;
  }

  /// Fills a directory that is absent or empty; leaves it as it was if that fails.
  ///
  /// @throws BackupException if it is not empty
  static <T> T make(Path data, Filling<T> filling) throws IOException {
    requireEmpty(data);
    boolean absent = !Files.exists(data);
    try {
      Files.createDirectories(data);
      return filling.fill();
    } catch (IOException | RuntimeException e) {
      clear(data, absent);
      throw e;
    }
  }

  private static void requireEmpty(Path data) throws IOException {
    if (!Files.exists(data)) {
      return;
    }
    if (!Files.isDirectory(data)) {
      throw new BackupException("data directory %s: is not a directory".formatted(data));
    }
    try (Stream<Path> files = Files.list(data)) {
      if (files.findAny().isPresent()) {
        throw new BackupException(
            "data directory %s: is not empty; choose another%s"
                .formatted(
                    data,
                    RocksJournalStore.isUnfinished(data)
                        ? ", or delete it if it is of a load or restore that was cut off"
                        : ""));
      }
    }
  }

  private static void clear(Path data, boolean absentBefore) throws IOException {
    if (!Files.exists(data)) {
      return;
    }
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (absentBefore || !file.equals(data)) {
          Files.delete(file);
        }
      }
    }
  }
}
