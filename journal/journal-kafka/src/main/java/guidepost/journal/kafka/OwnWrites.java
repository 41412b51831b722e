package guidepost.journal.kafka;

import guidepost.journal.Batch;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.QuietLog;
import guidepost.journal.UnsettledException;
import guidepost.journal.rocksdb.RocksReplica;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a leader writes, from the call to the answer.
///
/// ```
///   append ─▶ send ─▶ acknowledged at the offset expected next? ─▶ judge ─▶ copy ─▶ answer
///                      ├─ at another one: read what stands between, and judge that first
///                      └─ not known: the state is unsettled, until a claim tells
/// ```
///
/// Threads: any calls, without the lock of the state, which is taken; [#process] with it. Writers
/// of different domains append at once; what they have sent is taken in the order sent, by whoever
/// has the lock.
final class OwnWrites {

  private static final Logger LOG = LoggerFactory.getLogger(OwnWrites.class);
  private static final QuietLog QUIET = new QuietLog(LOG);

  /// How long callers wait, beyond the time that brokers have, for an outcome to be settled.
  private static final Duration UNSETTLED_PATIENCE = Duration.ofSeconds(5);

  /// How long a caller waits for a trim, which does no harm when it comes later.
  private static final Duration TRIM_PATIENCE = Duration.ofSeconds(1);

  private final LogState state;
  private final ReentrantLock lock;
  private final RocksReplica replica;
  private final Following following;
  private final Applying applying;
  private final Doubts doubts;
  private final InstantSource clock;

  OwnWrites(
      LogState state,
      RocksReplica replica,
      Following following,
      Applying applying,
      Doubts doubts,
      InstantSource clock) {
    this.state = state;
    this.lock = state.lock();
    this.replica = replica;
    this.following = following;
    this.applying = applying;
    this.doubts = doubts;
    this.clock = clock;
  }

  /// Appends batches of a domain.
  ///
  /// @param after the revision that they were decided in view of
  /// @return the revision of the last batch
  /// @throws JournalException as [guidepost.journal.Journal#append]
  long append(String domain, long after, List<Batch> batches) throws JournalException {
    long millis = Math.max(replica.newestMillis(domain), clock.millis());
    Frame frame = new Frame(domain, after + 1, millis, batches);
    write(domain, after, frame.encode(), frame);
    trimToRetention(domain);
    return frame.last();
  }

  /// Has an empty domain begin with a state.
  ///
  /// @throws JournalException as [#append]
  void load(LoadedState begun) throws JournalException {
    write(begun.domain(), 0, begun.encode(), null);
  }

  /// What could not be trimmed now is trimmed later: the append itself has succeeded.
  private void trimToRetention(String domain) {
    try {
      long through = replica.excess(domain);
      if (through > 0) {
        trim(domain, through);
      }
    } catch (JournalException e) {
      QUIET.warn("trim", domain + ": the log could not be trimmed now: " + e.getMessage());
    }
  }

  private void write(String domain, long after, byte[] bytes, @Nullable Frame frame)
      throws JournalException {
    Pending pending = send(domain, after, bytes, frame);
    awaitAcks(pending);
    lock.lock();
    try {
      while (isOpen(pending)) {
        process();
        if (isOpen(pending)) {
          state.await(LogReader.POLL);
        }
      }
      requireWritten(domain, pending);
    } finally {
      lock.unlock();
    }
  }

  private boolean isOpen(Pending pending) {
    return !pending.settled().isDone() && state.outbox().isUnderWay(pending);
  }

  /// Has everybody forget the log of a domain up to a revision.
  ///
  /// @throws JournalException if this server does not lead, or it is not known whether it was
  ///   written; trimming again does no harm
  void trim(String domain, long through) throws JournalException {
    Pending pending;
    lock.lock();
    try {
      awaitLead(domain);
      pending = state.send(new LogEntry.Trim(state.position().epoch(), domain, through));
    } finally {
      lock.unlock();
    }
    awaitAcks(pending);
    processNow();
    try {
      pending.settled().orTimeout(TRIM_PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (RuntimeException e) {
      throw new JournalException(
          Reason.OUTCOME_UNKNOWN, domain + ": it is not known whether this was trimmed", e);
    }
  }

  private Pending send(String domain, long after, byte[] bytes, @Nullable Frame frame)
      throws JournalException {
    lock.lock();
    try {
      awaitLead(domain);
      if (state.judge().revision(domain) != after) {
        throw superseded(domain);
      }
      List<LogEntry.Data> parts =
          Frame.parts(state.position().epoch(), state.outbox().chain(), bytes);
      return state.send(new ArrayList<>(parts), frame);
    } finally {
      lock.unlock();
    }
  }

  /// A writer whose own frames are all settled waits for those of another domain.
  private void awaitLead(String domain) throws JournalException {
    long deadline = System.nanoTime() + state.options().writeTimeout().toNanos();
    while (state.isUnsettled()
        && !state.isBroken()
        && !state.isClosed()
        && System.nanoTime() - deadline < 0) {
      state.await(LogReader.POLL);
    }
    JournalException why = state.broken();
    if (why != null) {
      throw new JournalException(why.reason(), String.valueOf(why.getMessage()), why);
    }
    if (state.isUnsettled() || state.isClosed()) {
      throw new JournalException(
          Reason.IO, domain + ": not written, because the brokers do not answer", null);
    }
    if (!state.isLeading()) {
      throw superseded(domain);
    }
  }

  private static JournalException superseded(String domain) {
    return new JournalException(
        Reason.SUPERSEDED, domain + ": another server leads; nothing of this was written", null);
  }

  private static void awaitAcks(Pending pending) {
    for (CompletableFuture<Long> ack : pending.acks()) {
      var _ = ack.handle((_, _) -> null).join();
    }
  }

  private static void requireWritten(String domain, Pending pending) throws JournalException {
    CompletableFuture<Void> settled = pending.settled();
    if (!settled.isDone()) {
      throw new UnsettledException(
          domain + ": the brokers did not say in time whether this was written",
          settled,
          UNSETTLED_PATIENCE);
    }
    if (settled.isCompletedExceptionally()) {
      throw settled.exceptionNow() instanceof JournalException refused
          ? new JournalException(refused.reason(), domain + ": " + refused.getMessage(), refused)
          : new JournalException(Reason.OUTCOME_UNKNOWN, domain + ": unknown", null);
    }
  }

  /// Sends a mark; a leader, which does not read what it writes itself, takes it as its own.
  ///
  /// @param failed is told if it may not have been written
  void mark(LogEntry.Mark mark, Consumer<Throwable> failed) {
    CompletableFuture<Long> sent = state.isLeading() ? sendAsLeader(mark) : state.sendAlone(mark);
    var _ =
        sent.whenCompleteAsync(
            (_, failure) -> {
              if (failure != null) {
                failed.accept(failure);
              }
              processNow();
            });
  }

  private CompletableFuture<Long> sendAsLeader(LogEntry mark) {
    lock.lock();
    try {
      return state.isLeading() ? state.send(mark).acks().getFirst() : state.sendAlone(mark);
    } finally {
      lock.unlock();
    }
  }

  private void processNow() {
    lock.lock();
    try {
      if (state.isLeading()) {
        process();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Takes what was acknowledged, in the order sent.
  void process() {
    Pending head = state.outbox().head();
    while (head != null && head.isAcked() && !state.isBroken() && !doubts.isOpen()) {
      if (head.isUnknown()) {
        unsettle(head);
        return;
      }
      state.outbox().removeHead();
      take(head);
      head = state.outbox().head();
    }
  }

  private void take(Pending head) {
    long expected = state.position().offset();
    if (head.firstOffset() < expected) {
      state.breakDown(
          Reason.CORRUPT,
          "the log went back: a record was given offset %d, and %d was read before"
              .formatted(head.firstOffset(), expected - 1));
      return;
    }
    if (head.firstOffset() == expected && head.isContiguous()) {
      for (LogEntry entry : head.entries()) {
        applying.feed(state.position().offset(), entry, head.frame());
      }
    } else {
      state.counts().gapReads.increment();
      if (!following.readThrough(head.lastOffset())) {
        unsettle(head);
        return;
      }
    }
    if (!state.isBroken()) {
      end(head);
    }
  }

  private void end(Pending head) {
    if (head.isFrame() && state.outbox().isOpen(head)) {
      unsettle(head);
    } else {
      head.settled().complete(null);
      state.isAtEnd();
    }
  }

  /// What was sent has an end that nobody knows: reads on, and claims, so that it is settled.
  private void unsettle(Pending head) {
    int frames = state.outbox().open();
    state.counts().unknownOutcomes.add(frames);
    QUIET.warn(
        "unsettled",
        "%s: the outcome of %d writes is not known; claiming again: %s"
            .formatted(state.options(), frames, failure(head)));
    state.unsettle();
  }

  private static String failure(Pending head) {
    return head.acks().stream()
        .filter(CompletableFuture::isCompletedExceptionally)
        .findFirst()
        .map(each -> String.valueOf(each.exceptionNow()))
        .orElse("no offset was given, or it does not count");
  }
}
