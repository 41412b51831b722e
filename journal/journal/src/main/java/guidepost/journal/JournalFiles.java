package guidepost.journal;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/// The files of a store, for their administrator: what an engine can do that keeps its journals in
/// files of this machine, and no other.
///
/// Threads: any.
public interface JournalFiles {

  /// Reads every file and checks every checksum of the engine's.
  ///
  /// @throws JournalException that names the first file that is damaged
  void verifyFiles() throws JournalException;

  /// Rewrites the files without what was overwritten, deleted and trimmed. Reads and writes go on.
  ///
  /// @throws JournalException if they cannot be read or written
  void compact() throws JournalException;

  /// Bytes of the engine's files and of what it has yet to write to them.
  ///
  /// @throws JournalException if it cannot be told
  long bytesOnDisk() throws JournalException;

  /// Makes a consistent copy of all journals, at one moment, while reads and writes go on.
  ///
  /// Costs little: it shares the files with the store.
  ///
  /// @throws JournalException if it cannot be made
  Copy copy() throws JournalException;

  /// A copy of all files, for as long as it is open.
  ///
  /// Threads: one.
  interface Copy extends AutoCloseable {

    /// The newest revision in the copy of every domain that was ever written.
    Map<String, Long> revisions();

    /// The names of the files, in order; parts are separated by `/`.
    List<String> names();

    /// The length of a file.
    ///
    /// @throws IOException if it cannot be told
    long bytes(String name) throws IOException;

    /// Opens a file.
    ///
    /// @throws IOException if it cannot be read
    InputStream open(String name) throws IOException;

    /// Deletes the copy.
    ///
    /// @throws IOException if something of it stays
    @Override
    void close() throws IOException;
  }
}
