package guidepost.cli;

import guidepost.journal.JournalException;
import guidepost.server.LocalData;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Names a data directory instead of a server.
final class DataOptions {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A data directory that no server uses, instead of a server.")
  private @Nullable Path data;

  /// What to do with a data directory.
  interface Action<T> {
    T run(LocalData data) throws JournalException;
  }

  boolean isGiven() {
    return data != null;
  }

  /// Opens the directory, runs the action and closes it; nothing in it changes.
  ///
  /// @throws CommandException if it cannot be opened or read
  <T> T read(Action<T> action) {
    return run(LocalData::openForReading, action);
  }

  /// Opens the directory, runs the action and closes it.
  ///
  /// @throws CommandException if it cannot be opened, read or written
  <T> T open(Action<T> action) {
    return run(LocalData::open, action);
  }

  private interface Opening {
    LocalData open(Path data) throws JournalException;
  }

  private <T> T run(Opening opening, Action<T> action) {
    Path given = data == null ? Path.of("") : data;
    try (LocalData opened = opening.open(given)) {
      return action.run(opened);
    } catch (JournalException e) {
      throw switch (e.reason()) {
        case LOCKED -> CommandException.unavailable(String.valueOf(e.getMessage()));
        case FOREIGN, NEWER_FORMAT, NO_PERMISSION ->
            CommandException.usage(String.valueOf(e.getMessage()));
        case CORRUPT, DISK_FULL, COMPACTED, CLOSED, ABANDONED, OUTCOME_UNKNOWN, IO ->
            CommandException.refused(String.valueOf(e.getMessage()));
      };
    }
  }
}
