package guidepost.journal.rocksdb;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.Value;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The journal of a domain that was never written, in a directory that is only looked at.
final class NoJournal implements Journal {

  private final long timeline;

  NoJournal(long timeline) {
    this.timeline = timeline;
  }

  @Override
  public long revision() {
    return 0;
  }

  @Override
  public long timeline() {
    return timeline;
  }

  @Override
  public long oldestRevision() {
    return 1;
  }

  @Override
  public long logBytes() {
    return 0;
  }

  @Override
  public long append(List<Batch> batches) throws JournalException {
    throw readOnly();
  }

  @Override
  public Snapshot snapshot() {
    return new Nothing();
  }

  @Override
  public void read(long afterRevision, BatchVisitor visitor) {}

  @Override
  public void readBackwards(long fromRevision, long afterRevision, BatchVisitor visitor) {}

  @Override
  public long revisionAt(Instant time) {
    return 0;
  }

  @Override
  public Optional<Instant> timeOf(long revision) {
    return Optional.empty();
  }

  @Override
  public void trim(long throughRevision) {}

  @Override
  public void load(long revision, Instant time, EntrySource source) throws JournalException {
    throw readOnly();
  }

  private static JournalException readOnly() {
    return new JournalException(Reason.NO_PERMISSION, "was opened to be read only", null);
  }

  private static final class Nothing implements Snapshot {
    @Override
    public long revision() {
      return 0;
    }

    @Override
    public Optional<Value> get(byte[] key) {
      return Optional.empty();
    }

    @Override
    public void scan(byte[] from, byte @Nullable [] to, RangeVisitor visitor) {}

    @Override
    public void close() {}
  }
}
