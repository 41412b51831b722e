package guidepost.server;

import guidepost.journal.Journal;
import guidepost.journal.JournalEngine;
import guidepost.journal.JournalException;
import guidepost.journal.JournalFiles;
import guidepost.journal.JournalStore;
import guidepost.journal.MemoryEngine;
import guidepost.journal.MemoryJournalStore;
import guidepost.journal.StubbornJournal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// Journals in memory whose appends wait, or end in an Error after which a writer cannot know what
/// state it is in, when a test wants that.
final class StubbornEngine implements JournalStore {

  private final MemoryJournalStore store = new MemoryJournalStore();
  private final StubbornJournal journals = new StubbornJournal();

  /// What a server can be told to use.
  ///
  /// @param directory for its socket; empty for none
  JournalEngine as(Optional<Path> directory) {
    return new MemoryEngine(directory, _ -> this);
  }

  void breakDown() {
    journals.fail();
  }

  void supersede() {
    journals.supersede();
  }

  void hold() {
    journals.hold();
  }

  void release() {
    journals.release();
  }

  @Override
  public Journal journal(String domain) {
    return journals.around(store.journal(domain));
  }

  @Override
  public Optional<JournalException> trouble() {
    return store.trouble();
  }

  @Override
  public void onTrouble(Consumer<Optional<JournalException>> told) {
    store.onTrouble(told);
  }

  @Override
  public Optional<JournalFiles> files() {
    return store.files();
  }

  @Override
  public void close() {
    store.close();
  }
}
