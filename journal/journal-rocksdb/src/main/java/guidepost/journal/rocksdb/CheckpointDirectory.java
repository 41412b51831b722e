package guidepost.journal.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A copy of the journals beside the journals, for as long as it is being read: `backup-N` in the
/// data directory, on the same device, so that the files need not be copied.
///
/// Threads: one.
final class CheckpointDirectory implements AutoCloseable {

  private static final String PREFIX = "backup-";

  private final Path path;

  private CheckpointDirectory(Path path) {
    this.path = path;
  }

  /// One whose directory is yet to be made.
  static CheckpointDirectory in(Path data) {
    return new CheckpointDirectory(data.resolve(PREFIX + System.nanoTime()));
  }

  /// Deletes what a crash left behind in a data directory that this process has locked.
  static void removeLeftovers(Path data) throws IOException {
    try (Stream<Path> files = Files.list(data)) {
      for (Path left : files.filter(CheckpointDirectory::isOurs).toList()) {
        delete(left);
      }
    }
  }

  private static boolean isOurs(Path path) {
    return path.getFileName().toString().matches(PREFIX + "-?\\d+") && Files.isDirectory(path);
  }

  Path path() {
    return path;
  }

  /// Its files, but for the engine's own notes about its work and its lock.
  List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files
          .filter(Files::isRegularFile)
          .filter(CheckpointDirectory::isData)
          .sorted()
          .toList();
    }
  }

  private static boolean isData(Path file) {
    String name = file.getFileName().toString();
    return !name.equals("LOCK") && !name.equals("LOG") && !name.startsWith("LOG.");
  }

  @Override
  public void close() throws IOException {
    delete(path);
  }

  /// Deletes a directory and what is in it; one that is not there is fine.
  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
