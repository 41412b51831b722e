package guidepost.journal;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

final class MemoryJournalTest extends JournalContract {

  private @Nullable MemoryJournalStore store;

  @Override
  protected JournalStore open(Retention retention, InstantSource clock) {
    MemoryJournalStore before = store;
    store = before == null ? new MemoryJournalStore(retention, clock) : before.reopen(retention);
    return store;
  }
}
