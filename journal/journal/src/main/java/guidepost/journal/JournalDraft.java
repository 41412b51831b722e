package guidepost.journal;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Set;

/// A store in the making: complete, or as if it had never been begun. Until it is [#complete]
/// nobody can open it; what a crash leaves is no store.
///
/// Threads: one.
public interface JournalDraft extends AutoCloseable {

  /// The store, to be filled: empty, or what the [#files] hold.
  ///
  /// @throws JournalException if it cannot be made, or the files are not those of a store
  JournalStore store() throws JournalException;

  /// Takes the files of another store, instead of filling it; empty if the engine keeps none.
  Optional<CopiedFiles> files();

  /// Makes it a store like any other: everything in it is durable.
  ///
  /// @throws JournalException if that cannot be written
  void complete() throws JournalException;

  /// Closes the store; leaves nothing of one that is not complete.
  ///
  /// @throws JournalException if it cannot be closed or removed
  @Override
  void close() throws JournalException;

  /// Takes the files of another store, as [JournalFiles.Copy] gives them.
  interface CopiedFiles {

    /// True if a store has files of that name: it names no directory, and leads out of none.
    boolean takes(String name);

    /// The names that no store is without.
    Set<String> required();

    /// Bytes that the device has room for.
    ///
    /// @throws IOException if it cannot be told
    long usableBytes() throws IOException;

    /// Creates a file; once its stream is closed it is on the disk.
    ///
    /// @param name that it [#takes], once each
    /// @throws IOException if it cannot be written
    OutputStream create(String name) throws IOException;
  }
}
