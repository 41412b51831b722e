package guidepost.journal;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The second engine that a server can be told to use: journals in memory, for as long as this
/// object lives. It keeps no files, so nothing can be verified, compacted or backed up there.
public final class MemoryEngine implements JournalEngine {

  private final Optional<Path> directory;
  private final UnaryOperator<JournalStore> around;
  private MemoryJournalStore store = new MemoryJournalStore();
  private boolean exists;

  /// One without a directory.
  public MemoryEngine() {
    this(Optional.empty(), UnaryOperator.identity());
  }

  /// @param directory where its owner can look after it, if anywhere
  /// @param around the store that a test wants to be opened instead
  public MemoryEngine(Optional<Path> directory, UnaryOperator<JournalStore> around) {
    this.directory = directory;
    this.around = around;
  }

  @Override
  public synchronized JournalStore open(Retention retention, InstantSource clock) {
    exists = true;
    store = store.reopen(retention);
    return around.apply(store);
  }

  @Override
  public synchronized JournalStore openExisting() throws JournalException {
    if (!exists) {
      throw new JournalException(JournalException.Reason.FOREIGN, "memory: is empty", null);
    }
    return store.reopen();
  }

  @Override
  public JournalStore openForReading() throws JournalException {
    return openExisting();
  }

  @Override
  public synchronized JournalDraft draft() throws JournalException {
    if (exists) {
      throw new JournalException(JournalException.Reason.FOREIGN, "memory: is not empty", null);
    }
    return new Draft();
  }

  private final class Draft implements JournalDraft {
    private final MemoryJournalStore filled = new MemoryJournalStore();

    @Override
    public JournalStore store() {
      return filled;
    }

    @Override
    public Optional<CopiedFiles> files() {
      return Optional.empty();
    }

    @Override
    public void complete() {
      synchronized (MemoryEngine.this) {
        store = filled;
        exists = true;
      }
    }

    @Override
    public void close() {}
  }

  @Override
  public Optional<Path> directory() {
    return directory;
  }

  @Override
  public String toString() {
    return "memory";
  }
}
