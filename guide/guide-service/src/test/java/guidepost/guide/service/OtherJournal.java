package guidepost.guide.service;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.MemoryJournalStore;
import java.time.Instant;
import java.util.Optional;

/// A journal in memory, to do one thing differently from.
abstract class OtherJournal implements Journal {

  final Journal journal = new MemoryJournalStore().journal("other");

  @Override
  public long revision() {
    return journal.revision();
  }

  @Override
  public long timeline() {
    return journal.timeline();
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
