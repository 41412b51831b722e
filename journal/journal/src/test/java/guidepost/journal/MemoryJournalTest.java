package guidepost.journal;

final class MemoryJournalTest extends JournalContract {

  private final MemoryJournalStore store = new MemoryJournalStore();

  @Override
  protected JournalStore open() {
    return store.reopen();
  }
}
