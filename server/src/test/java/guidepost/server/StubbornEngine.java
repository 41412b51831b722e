package guidepost.server;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.journal.MemoryJournalStore;
import java.util.List;
import java.util.concurrent.Semaphore;

/// Journals in memory whose appends wait, or end in an Error after which a writer cannot know what
/// state it is in, when a test wants that.
final class StubbornEngine implements JournalStore {

  private final MemoryJournalStore store = new MemoryJournalStore();
  private final Semaphore mayAppend = new Semaphore(Integer.MAX_VALUE);
  private volatile boolean broken;

  void breakDown() {
    broken = true;
  }

  void hold() {
    mayAppend.drainPermits();
  }

  void release() {
    mayAppend.release(1_000);
  }

  @Override
  public Journal journal(String domain) {
    return new Breaking(store.journal(domain));
  }

  @Override
  public void close() {
    store.close();
  }

  private final class Breaking implements Journal {
    private final Journal journal;

    Breaking(Journal journal) {
      this.journal = journal;
    }

    @Override
    public long append(List<Batch> batches) throws JournalException {
      mayAppend.acquireUninterruptibly();
      if (broken) {
        throw new StackOverflowError("as a test wants it");
      }
      return journal.append(batches);
    }

    @Override
    public long revision() {
      return journal.revision();
    }

    @Override
    public long oldestRevision() {
      return journal.oldestRevision();
    }

    @Override
    public long replay(EntryVisitor visitor) throws JournalException {
      return journal.replay(visitor);
    }

    @Override
    public void read(long afterRevision, BatchVisitor visitor) throws JournalException {
      journal.read(afterRevision, visitor);
    }

    @Override
    public void trim(long throughRevision) throws JournalException {
      journal.trim(throughRevision);
    }
  }
}
