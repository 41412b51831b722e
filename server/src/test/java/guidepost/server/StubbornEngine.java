package guidepost.server;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.journal.MemoryJournalStore;
import guidepost.journal.StubbornJournal;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Journals in memory whose appends wait, or end in an Error after which a writer cannot know what
/// state it is in, when a test wants that.
final class StubbornEngine implements JournalStore {

  private final MemoryJournalStore store = new MemoryJournalStore();
  private final StubbornJournal journals = new StubbornJournal();

  void breakDown() {
    journals.fail();
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
  public void verifyFiles() {
    store.verifyFiles();
  }

  @Override
  public void compact() {
    store.compact();
  }

  @Override
  public Map<String, Long> copyTo(Path target) {
    return store.copyTo(target);
  }

  @Override
  public long bytesOnDisk() {
    return store.bytesOnDisk();
  }

  @Override
  public void close() {
    store.close();
  }
}
