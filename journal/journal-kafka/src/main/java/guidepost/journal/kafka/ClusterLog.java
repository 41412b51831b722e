package guidepost.journal.kafka;

import guidepost.journal.Batch;
import guidepost.journal.ClusterStats;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.Leadership;
import guidepost.journal.rocksdb.RocksReplica;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log as one server appends to it and reads it.
///
/// ```
///   follows   poll ─▶ judge ─▶ copy ─▶ news            silent leader ─▶ claim ─▶ in the log, first? leads
///   leads     append ─▶ send ─▶ acknowledged at the offset expected next? ─▶ judge ─▶ copy ─▶ answer
///                                └─ at another one: read what stands between, judge that first
///   unsettled a send that ended in a way that nobody knows: read to the end, claim; what stands
///             before the claim was written, what does not never will be
/// ```
///
/// Nothing is acknowledged that the judge has not counted, and the judge is given the records of
/// the log in their order, none left out. So a server that wrongly believes that it leads, since it
/// was stopped or cut off, acknowledges nothing: its records do not count, and do not stand where
/// it expects them.
///
/// | part | what it does |
/// |---|---|
/// | [LogState] | where the log is, who leads, and the lock |
/// | [Following] | reads |
/// | [Applying] | judges, and puts what counts into the copy |
/// | [OwnWrites] | appends, and answers |
/// | [Leading] | claims, beats, hands over |
/// | [Doubts] | two servers with two logs |
///
/// Threads: any. One of its own reads, claims and beats; writers of domains append.
final class ClusterLog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterLog.class);

  /// From so many records on, reading them again after a crash is cheaper than to write each down
  /// twice.
  private static final int FAR = 1_000;

  /// How long a follower that has read something leaves the log alone, if nobody waits for more:
  /// what comes meanwhile is read together. Each look costs a follower and the broker that answers
  /// it as much as a frame does, and people do not notice it.
  private static final Duration REST = Duration.ofMillis(10);

  /// After somebody has asked for what others have written, it is read as it comes for so long: it
  /// is in the log already, so a few looks find it.
  private static final Duration HURRY = Duration.ofMillis(100);

  private final LogState state;
  private final ReentrantLock lock;
  private final RocksReplica replica;
  private final Outbox outbox;
  private final Marks marks;
  private final Doubts doubts;
  private final Applying applying;
  private final Following following;
  private final OwnWrites writes;
  private final Leading leading;
  private final String program;
  private final Thread thread;

  private volatile long hurriedAt = System.nanoTime() - HURRY.toNanos();

  /// Goes on with a copy.
  ///
  /// @param consumer at the position's offset; this closes it
  /// @param starts where the log can be judged again from
  /// @param program the version of this program, for people
  ClusterLog(
      KafkaOptions options,
      KafkaLink link,
      RocksReplica replica,
      KafkaConsumer<byte[], byte[]> consumer,
      Position position,
      Map<String, Long> revisions,
      Doubts.Starts starts,
      InstantSource clock,
      String program) {
    this.replica = replica;
    this.program = program;
    this.outbox = new Outbox(new Sender(link));
    this.state = new LogState(options, outbox, position, revisions, clock);
    this.lock = state.lock();
    this.marks = new Marks(this::sendMark, options.writeTimeout());
    this.doubts = new Doubts(state, link, starts);
    this.applying = new Applying(state, replica, marks, doubts);
    LogReader reader = new LogReader(consumer, link::consumer, link.partition());
    this.following = new Following(state, link, reader, applying);
    this.writes = new OwnWrites(state, replica, following, applying, doubts, clock);
    this.leading = new Leading(state, replica, writes, clock, program);
    this.thread = Thread.ofPlatform().daemon().name("guidepost-cluster").unstarted(this::run);
  }

  /// Reads up to an offset, before others use the log.
  ///
  /// @throws JournalException if that cannot be done
  void catchUp(long end) throws JournalException {
    lock.lock();
    try {
      boolean far = end - state.position().offset() > FAR;
      long begun = System.nanoTime();
      if (far) {
        applying.beginBulk();
      }
      while (state.position().offset() < end) {
        var _ = following.poll();
        requireUnbroken();
      }
      if (far) {
        applying.endBulk();
        LOG.info(
            "{}: read up to offset {} in {} ms",
            state.options(),
            end,
            (System.nanoTime() - begun) / 1_000_000);
      }
    } finally {
      lock.unlock();
    }
  }

  private void requireUnbroken() throws JournalException {
    JournalException why = state.broken();
    if (why != null) {
      throw why;
    }
  }

  /// Takes part; see [guidepost.journal.Cluster#begin].
  void begin() {
    lock.lock();
    try {
      state.claiming().begin(state.position());
    } finally {
      lock.unlock();
    }
    thread.start();
  }

  private void run() {
    while (!state.isClosed()) {
      boolean hasRead = false;
      lock.lock();
      try {
        hasRead = turn();
      } catch (WakeupException e) {
        LOG.debug("closing");
      } catch (RuntimeException | Error e) {
        LOG.error("{}: stopped by a defect; restart the server", state.options(), e);
        state.breakDown(Reason.IO, "stopped by a defect: " + e);
      } finally {
        lock.unlock();
      }
      if (hasRead && !isHurried() && !state.isClosed()) {
        LockSupport.parkNanos(REST.toNanos());
      }
    }
  }

  /// Does one thing.
  ///
  /// @return true if that was to read what another server has written
  private boolean turn() {
    if (state.isBroken()) {
      state.await(Leading.BEAT);
    } else if (doubts.isOpen()) {
      doubts.settle();
      state.await(Following.BACK_OFF);
    } else if (state.isLeading()) {
      leading.turn();
    } else {
      boolean hasRead = following.turn();
      if (following.lag() == 0) {
        leading.claimIfDue();
      }
      return hasRead && !state.isUnsettled();
    }
    return false;
  }

  /// Somebody waits for what another server has written.
  void hurry() {
    hurriedAt = System.nanoTime();
    LockSupport.unpark(thread);
  }

  private boolean isHurried() {
    return System.nanoTime() - hurriedAt < HURRY.toNanos();
  }

  Leadership leadership() {
    return state.leadership();
  }

  void onLeadership(Consumer<Leadership> told) {
    state.listeners().onLeadership(told);
  }

  void onNews(String domain, Runnable told) {
    state.listeners().onNews(domain, told);
  }

  void onTrouble(Consumer<Optional<JournalException>> told) {
    state.listeners().onTrouble(told);
  }

  /// Why nothing can be written or read here any more; empty if all is well.
  Optional<JournalException> trouble() {
    return Optional.ofNullable(state.broken()).or(replica.store()::trouble);
  }

  /// True unless another server leads, as far as this one knows.
  boolean leads() {
    return (state.isLeading() || state.isUnsettled()) && !state.isBroken();
  }

  ClusterStats stats() {
    return state.stats(following.lag());
  }

  Counts counts() {
    return state.counts();
  }

  /// A number of the running process.
  long who() {
    return state.who();
  }

  /// Appends batches of a domain.
  ///
  /// @param after the revision that they were decided in view of
  /// @return the revision of the last batch
  /// @throws JournalException as [guidepost.journal.Journal#append]
  long append(String domain, long after, List<Batch> batches) throws JournalException {
    return writes.append(domain, after, batches);
  }

  /// Has an empty domain begin with a state.
  ///
  /// @throws JournalException as [#append]
  void load(LoadedState begun) throws JournalException {
    writes.load(begun);
  }

  /// Has everybody forget the log of a domain up to a revision.
  ///
  /// @throws JournalException if this server does not lead, or it is not known whether it was
  ///   written; trimming again does no harm
  void trim(String domain, long through) throws JournalException {
    writes.trim(domain, through);
  }

  /// Completes when this server has read all that was acknowledged when it was asked.
  CompletionStage<Void> latest() {
    hurry();
    return marks.ask();
  }

  private void sendMark(long id) {
    writes.mark(new LogEntry.Mark(id), failure -> marks.failed(id, failure));
  }

  /// Leads no longer; see [guidepost.journal.Cluster#handOver].
  void handOver() throws JournalException {
    leading.handOver();
  }

  /// Has records be of a newer format, if this server leads and all know it.
  ///
  /// @param known by all servers that are there
  void raiseFormat(int known) {
    lock.lock();
    try {
      leading.raiseFormat(known);
    } finally {
      lock.unlock();
    }
  }

  /// Compares what another server says of its copy with this one's: each is judged once.
  void compare(Announcement said) {
    lock.lock();
    try {
      doubts.compare(said);
    } finally {
      lock.unlock();
    }
  }

  /// What this server says of itself.
  Announcement announcement(byte[] key, boolean leaving) {
    lock.lock();
    try {
      Position now = state.position();
      Instant last = state.asOf();
      KafkaOptions options = state.options();
      return new Announcement(
          state.who(),
          options.advertise(),
          program,
          options.format(),
          state.isLeading(),
          leaving,
          now.topic(),
          now.epoch(),
          now.offset(),
          now.chain(),
          last == null ? 0 : last.toEpochMilli(),
          key,
          state.judge().revisions(),
          trouble().map(JournalException::getMessage).orElse(""));
    } finally {
      lock.unlock();
    }
  }

  /// Where it is.
  Position position() {
    lock.lock();
    try {
      return state.position();
    } finally {
      lock.unlock();
    }
  }

  /// The chain of the log before an offset, if it was not too long ago.
  OptionalLong chainAt(long at) {
    lock.lock();
    try {
      return at <= state.position().offset() ? state.chains().at(at) : OptionalLong.empty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws JournalException {
    if (state.isClosed()) {
      return;
    }
    leading.leave();
    state.close();
    following.wakeUp();
    LockSupport.unpark(thread);
    try {
      if (thread.isAlive()) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lock.lock();
    try {
      if (!state.isBroken()) {
        applying.savePosition();
      }
    } finally {
      lock.unlock();
      marks.close();
      outbox.close();
      following.close();
      replica.close();
    }
  }
}
