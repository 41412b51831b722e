package guidepost.journal.rocksdb;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What is wrong with a data directory, in words.
///
/// Threads: any.
final class DirectoryProblem {

  private DirectoryProblem() {}

  /// A file that must be there is gone, or is not what was written.
  static JournalException damaged(Path path, String file, String what) {
    return new JournalException(
        Reason.CORRUPT, "data directory %s: file %s: %s".formatted(path, file, what), null);
  }

  /// What an exception of the file system means to a person.
  static JournalException of(Path path, IOException e) {
    if (e instanceof AccessDeniedException || isReadOnly(e)) {
      return new JournalException(
          Reason.NO_PERMISSION,
          "data directory %s: %s may not be written by this user".formatted(path, e.getMessage()),
          e);
    }
    if (String.valueOf(e.getMessage()).contains("No space left")) {
      return new JournalException(
          Reason.DISK_FULL, "data directory %s: the device is full".formatted(path), e);
    }
    return new JournalException(Reason.IO, "data directory %s: %s".formatted(path, reason(e)), e);
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "%s cannot be made there".formatted(missing.getFile());
      case FileAlreadyExistsException file -> "%s is not a directory".formatted(file.getFile());
      case FileSystemException other when other.getReason() != null ->
          "%s: %s".formatted(other.getFile(), other.getReason());
      default -> "cannot be read or written (%s)".formatted(e.getMessage());
    };
  }

  private static boolean isReadOnly(IOException e) {
    return e instanceof FileSystemException f
        && String.valueOf(f.getReason()).contains("Read-only file system");
  }
}
