package guidepost.guide.service;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.MemoryJournalStore;
import java.util.List;
import java.util.concurrent.Semaphore;

/// A journal whose appends wait until a test lets them go.
final class HeldJournal implements Journal {

  private final Journal journal = new MemoryJournalStore().journal("held");
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayEnd = new Semaphore(0);

  /// Waits until an append has begun.
  void awaitAppend() {
    begun.acquireUninterruptibly();
  }

  /// Lets so many appends end.
  void release(int appends) {
    mayEnd.release(appends);
  }

  @Override
  public long append(List<Batch> batches) throws JournalException {
    begun.release();
    mayEnd.acquireUninterruptibly();
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
