package guidepost.journal;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The journals of one server: one for each domain, in one place, locked against other processes.
///
/// Threads: any.
public interface JournalStore extends AutoCloseable {

  /// The journal of `domain`, made empty on first use; the same object for the same name.
  ///
  /// @param domain 1 to 32 characters of `a-z`, `0-9` and `-`
  /// @throws JournalException if it cannot be opened or made
  Journal journal(String domain) throws JournalException;

  /// Why nothing can be written now; empty while it can. A store whose device has failed goes on
  /// being read, as far as it can be, and sees to it by itself that it can be written again once
  /// the device works.
  Optional<JournalException> trouble();

  /// Has `told` called whenever that changes, in the order of the changes, on the thread that finds
  /// out: it must be short.
  void onTrouble(Consumer<Optional<JournalException>> told);

  /// Reads every file and checks every checksum of the engine's.
  ///
  /// @throws JournalException that names the first file that is damaged
  void verifyFiles() throws JournalException;

  /// Rewrites the files without what was overwritten, deleted and trimmed. Reads and writes go on.
  ///
  /// @throws JournalException if they cannot be read or written
  void compact() throws JournalException;

  /// Makes a consistent copy of all journals, at one moment, while reads and writes go on. It can
  /// be opened as a store.
  ///
  /// Costs little: the files are shared with this store where they lie on the same device.
  ///
  /// @param target a directory that does not exist, whose parent does
  /// @return the newest revision in the copy of every domain that was ever written
  /// @throws JournalException if it cannot be made
  Map<String, Long> copyTo(Path target) throws JournalException;

  /// Bytes of the engine's files and of what it has yet to write to them.
  ///
  /// @throws JournalException if it cannot be told
  long bytesOnDisk() throws JournalException;

  /// Unlocks and closes every journal of the store. A second call does nothing.
  ///
  /// @throws JournalException if something of it could not be closed as it should be; it is closed
  ///   all the same
  @Override
  void close() throws JournalException;
}
