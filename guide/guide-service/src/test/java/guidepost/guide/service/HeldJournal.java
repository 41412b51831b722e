package guidepost.guide.service;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.MemoryJournalStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
  public long logBytes() {
    return journal.logBytes();
  }

  @Override
  public Snapshot snapshot() throws JournalException {
    return journal.snapshot();
  }

  @Override
  public void read(long afterRevision, BatchVisitor visitor) throws JournalException {
    journal.read(afterRevision, visitor);
  }

  @Override
  public void readBackwards(long fromRevision, long afterRevision, BatchVisitor visitor)
      throws JournalException {
    journal.readBackwards(fromRevision, afterRevision, visitor);
  }

  @Override
  public long revisionAt(Instant time) throws JournalException {
    return journal.revisionAt(time);
  }

  @Override
  public Optional<Instant> timeOf(long revision) throws JournalException {
    return journal.timeOf(revision);
  }

  @Override
  public void trim(long throughRevision) throws JournalException {
    journal.trim(throughRevision);
  }

  @Override
  public void load(long revision, Instant time, EntrySource source) throws JournalException {
    journal.load(revision, time, source);
  }
}
