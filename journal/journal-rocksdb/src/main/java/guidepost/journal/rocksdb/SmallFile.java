package guidepost.journal.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Files of a line or two that say what a data directory is.
///
/// Threads: one for each file.
final class SmallFile {

  private SmallFile() {}

  /// Writes a small file whole or not at all: it is renamed into place, and then on disk.
  static void write(Path directory, String name, String text) throws IOException {
    Path draft = directory.resolve(name + ".new");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    Files.move(draft, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    syncDirectory(directory);
  }

  /// Makes the names in a directory durable.
  static void syncDirectory(Path path) throws IOException {
    try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
