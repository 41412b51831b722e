package guidepost.journal.rocksdb;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// A lock of a data directory: one server, or any number of readers, also of other processes. It
/// ends with the process.
///
/// Threads: one.
final class DirectoryLock implements AutoCloseable {

  static final String NAME = "LOCK";

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Nobody else may open the directory.
  ///
  /// @throws JournalException if somebody has
  static DirectoryLock alone(Path path) throws IOException {
    return locked(
        path,
        FileChannel.open(path.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE),
        false);
  }

  /// Others may read it too. Empty of a directory without the file: it has no server.
  ///
  /// @throws JournalException if a server has it
  static Optional<DirectoryLock> toRead(Path path) throws IOException {
    Path file = path.resolve(NAME);
    return Files.exists(file)
        ? Optional.of(locked(path, FileChannel.open(file, StandardOpenOption.READ), true))
        : Optional.empty();
  }

  private static DirectoryLock locked(Path path, FileChannel channel, boolean shared)
      throws IOException {
    if (!tryLock(channel, shared)) {
      channel.close();
      throw new JournalException(
          Reason.LOCKED,
          "data directory %s: is in use by another server; stop it or choose another with --data"
              .formatted(path),
          null);
    }
    return new DirectoryLock(channel);
  }

  private static boolean tryLock(FileChannel channel, boolean shared) throws IOException {
    try {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
