package guidepost.journal;

/// The journals of one server: one for each domain, in one place, locked against other processes.
///
/// Threads: any.
public interface JournalStore extends AutoCloseable {

  /// The journal of `domain`, made empty on first use; the same object for the same name.
  ///
  /// @param domain 1 to 32 characters of `a-z`, `0-9` and `-`
  /// @throws JournalException if it cannot be opened or made
  Journal journal(String domain) throws JournalException;

  /// Flushes, unlocks and closes every journal of the store. A second call does nothing.
  @Override
  void close() throws JournalException;
}
