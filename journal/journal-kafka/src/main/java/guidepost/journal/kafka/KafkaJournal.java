package guidepost.journal.kafka;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One domain's journal: written by way of the log, read from this server's copy.
///
/// Threads: as [Journal] says.
final class KafkaJournal implements Journal {

  /// A round that took longer than twice this was no usual one: then callers have given up.
  private static final Duration GATHERING_MAX = Duration.ofMillis(10);

  private final String domain;
  private final Journal copy;
  private final ClusterLog log;
  private volatile Duration round = Duration.ZERO;

  KafkaJournal(String domain, Journal copy, ClusterLog log) {
    this.domain = domain;
    this.copy = copy;
    this.log = log;
  }

  @Override
  public long revision() {
    return copy.revision();
  }

  @Override
  public long timeline() {
    return copy.timeline();
  }

  @Override
  public long oldestRevision() {
    return copy.oldestRevision();
  }

  @Override
  public long logBytes() {
    return copy.logBytes();
  }

  @Override
  public long append(List<Batch> batches) throws JournalException {
    return appendAfter(copy.revision(), batches);
  }

  @Override
  public long appendAfter(long revision, List<Batch> batches) throws JournalException {
    long begun = System.nanoTime();
    long last = log.append(domain, revision, batches);
    round = Duration.ofNanos(System.nanoTime() - begun);
    return last;
  }

  @Override
  public Duration gathering() {
    Duration half = round.dividedBy(2);
    return half.compareTo(GATHERING_MAX) < 0 ? half : GATHERING_MAX;
  }

  @Override
  public void hurry() {
    log.hurry();
  }

  @Override
  public boolean leads() {
    return log.leads();
  }

  @Override
  public void onNews(Runnable told) {
    log.onNews(domain, told);
  }

  @Override
  public Snapshot snapshot() throws JournalException {
    return copy.snapshot();
  }

  @Override
  public long replay(EntryVisitor visitor) throws JournalException {
    return copy.replay(visitor);
  }

  @Override
  public long replay(int rangesMax, RangeVisitors visitors) throws JournalException {
    return copy.replay(rangesMax, visitors);
  }

  @Override
  public void read(long afterRevision, BatchVisitor visitor) throws JournalException {
    copy.read(afterRevision, visitor);
  }

  @Override
  public void readBackwards(long fromRevision, long afterRevision, BatchVisitor visitor)
      throws JournalException {
    copy.readBackwards(fromRevision, afterRevision, visitor);
  }

  @Override
  public long revisionAt(Instant time) throws JournalException {
    return copy.revisionAt(time);
  }

  @Override
  public Optional<Instant> timeOf(long revision) throws JournalException {
    return copy.timeOf(revision);
  }

  @Override
  public void trim(long throughRevision) throws JournalException {
    if (throughRevision >= copy.oldestRevision()) {
      log.trim(domain, throughRevision);
    }
  }

  @Override
  public void load(long revision, Instant time, EntrySource source) throws JournalException {
    if (copy.revision() != 0) {
      throw new IllegalStateException(
          "journal %s: is at revision %d, and only an empty one can be loaded"
              .formatted(domain, copy.revision()));
    }
    List<LoadedState.Entry> entries = new ArrayList<>();
    source.forEach(
        (key, value, at) -> entries.add(new LoadedState.Entry(key.clone(), value.clone(), at)));
    log.load(new LoadedState(domain, revision, time.toEpochMilli(), entries));
  }
}
