package guidepost.journal.kafka;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.QuietLog;
import guidepost.journal.rocksdb.RocksReplica;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has snapshots made as the log grows, by one follower if there is one, and the log cut off behind
/// them: below the last but one that was read again, so that one more may turn out to be damaged.
///
/// ```
///   log    ......|==========|==========|=====▶        . deleted   = kept
///                ▲ last but one        ▲ last, verified both
/// ```
///
/// Threads: one of its own.
final class Snapshotting implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Snapshotting.class);
  private static final QuietLog QUIET = new QuietLog(LOG);

  private static final Duration LOOK = Duration.ofSeconds(1);

  /// Another server that has begun one and takes part is given so long.
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /// How long one that failed is not tried again.
  private static final Duration PAUSE = Duration.ofSeconds(15);

  private final KafkaOptions options;
  private final KafkaLink link;
  private final RocksReplica replica;
  private final SnapshotTopic topic;
  private final ClusterLog log;
  private final Members members;
  private final long timeline;
  private final Thread thread;
  private volatile boolean closed;
  private long failedNanos = System.nanoTime() - PAUSE.toNanos();
  private long cutAt;

  Snapshotting(
      KafkaOptions options,
      KafkaLink link,
      RocksReplica replica,
      SnapshotTopic topic,
      ClusterLog log,
      Members members,
      long timeline) {
    this.options = options;
    this.link = link;
    this.replica = replica;
    this.topic = topic;
    this.log = log;
    this.members = members;
    this.timeline = timeline;
    this.thread = Thread.ofPlatform().daemon().name("guidepost-snapshots").unstarted(this::run);
  }

  void begin() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(LOOK.toNanos());
      if (closed || log.trouble().isPresent()) {
        continue;
      }
      try {
        topic.refresh();
        if (isDue()
            && members.isForSnapshots()
            && !topic.isUnderWay(PATIENCE, members::takesPart)) {
          make();
        }
        if (log.leadership().leads()) {
          cut();
        }
      } catch (JournalException e) {
        failedNanos = System.nanoTime();
        log.counts().snapshotFailures.increment();
        QUIET.warn("snapshot", "no snapshot; trying again soon: " + e.getMessage());
      } catch (RuntimeException e) {
        failedNanos = System.nanoTime();
        if (!closed) {
          log.counts().snapshotFailures.increment();
          LOG.error("{}: no snapshot", options, e);
        }
      }
    }
  }

  /// True if the log has grown enough since the last one.
  private boolean isDue() throws JournalException {
    if (System.nanoTime() - failedNanos < PAUSE.toNanos()) {
      return false;
    }
    long at = log.position().bytes();
    long last =
        topic.complete().stream().mapToLong(each -> each.position().bytes()).max().orElse(0);
    return at - last >= options.snapshotAfter() && at - last >= replica.bytesOnDisk();
  }

  private void make() throws JournalException {
    long began = System.nanoTime();
    topic.make(replica, timeline, options.advertise());
    log.counts().snapshots.increment();
    topic.refresh();
    LOG.info(
        "made a snapshot after {} ms: {}",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
        topic.verified().stream().findFirst().map(Snapshotting::text).orElse("none"));
  }

  static String text(SnapshotEntry.Complete each) {
    return "offset %d of the log, %,d bytes in %d files, revisions %s"
        .formatted(each.position().offset(), each.bytes(), each.files().size(), each.revisions());
  }

  private void cut() throws JournalException {
    List<SnapshotEntry.Complete> verified = topic.verified();
    if (verified.size() < 2) {
      return;
    }
    SnapshotEntry.Complete kept = verified.get(1);
    for (SnapshotEntry.Complete each : verified.subList(0, 2)) {
      long at = each.position().offset();
      OptionalLong chain = log.chainAt(at);
      boolean isOther = chain.isPresent() && chain.getAsLong() != each.position().chain();
      // The server that leads has read all of the log.
      if (isOther || at > log.position().offset()) {
        throw new JournalException(
            Reason.CORRUPT, "a snapshot is of another log: " + text(each), null);
      }
    }
    long before = Math.min(kept.position().offset(), members.slowest());
    if (before <= cutAt) {
      return;
    }
    link.deleteBefore(link.partition(), before);
    topic.keepFrom(kept);
    cutAt = before;
    LOG.info("the log begins at offset {} now", before);
  }

  /// One that is being made is given up.
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    thread.interrupt();
    try {
      if (thread.isAlive()) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    topic.close();
  }
}
