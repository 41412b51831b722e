package guidepost.journal;

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

  /// The servers that share the journals; empty if this one has them for itself.
  default Optional<Cluster> cluster() {
    return Optional.empty();
  }

  /// Looks after its files; empty if the engine keeps none on this machine.
  Optional<JournalFiles> files();

  /// Unlocks and closes every journal of the store. A second call does nothing.
  ///
  /// @throws JournalException if something of it could not be closed as it should be; it is closed
  ///   all the same
  @Override
  void close() throws JournalException;
}
