package guidepost.journal.kafka;

import guidepost.journal.ClusterStats;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.Leadership;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one server knows of the log: how far it has judged it, what it has sent and not seen the
/// end of, and who leads. All parts of [ClusterLog] share it, and the lock that guards it.
///
/// ```
///                 ┌────────── a claim of this server's counts ──────────┐
///                 │                                                     ▼
///   follows ◀── another's claim counts, or this one hands over ──── leads
///                 ▲                                                     │
///                 └── a claim counts ── unsettled ◀── the end of a write is not known
///
///   any of them ── the log or the copy is not what it must be ──▶ broken, until it is started again
/// ```
///
/// Threads: the lock is held, which is asserted, but where a method says that any may call it.
final class LogState {

  private static final Logger LOG = LoggerFactory.getLogger(LogState.class);

  private final KafkaOptions options;
  private final InstantSource clock;
  private final long who = ThreadLocalRandom.current().nextLong();

  // Fair: the thread that reads takes it again and again.
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();

  private final Listeners listeners = new Listeners();
  private final Counts counts = new Counts();
  private final Judge judge;
  private final Chains chains = new Chains();
  private final Claiming claiming;
  private final Outbox outbox;

  // Changed under the lock.
  private volatile boolean leading;
  private volatile boolean unsettled;
  private volatile boolean closed;
  private volatile @Nullable JournalException broken;
  private volatile Leadership leadership;
  private volatile @Nullable Instant asOf;
  private volatile long offset;

  /// @param position of the copy
  /// @param revisions of each domain there
  LogState(
      KafkaOptions options,
      Outbox outbox,
      Position position,
      Map<String, Long> revisions,
      InstantSource clock) {
    this.options = options;
    this.outbox = outbox;
    this.clock = clock;
    this.claiming = new Claiming(options, who);
    this.judge = new Judge(position, revisions, options.format());
    this.leadership = new Leadership(false, position.epoch(), position.address());
    this.offset = position.offset();
    chains.add(position.offset(), position.chain());
  }

  // For any thread.

  /// What guards all of this.
  ReentrantLock lock() {
    return lock;
  }

  KafkaOptions options() {
    return options;
  }

  /// A number of the running process.
  long who() {
    return who;
  }

  Listeners listeners() {
    return listeners;
  }

  Counts counts() {
    return counts;
  }

  /// True if a claim of this server's was the last that counted, and no write of its own has an end
  /// that is not known.
  boolean isLeading() {
    return leading;
  }

  /// True while it is not known what became of a write of this server's.
  boolean isUnsettled() {
    return unsettled;
  }

  boolean isClosed() {
    return closed;
  }

  /// Why nothing is read or written any more; null if all is well.
  @Nullable JournalException broken() {
    return broken;
  }

  boolean isBroken() {
    return broken != null;
  }

  Leadership leadership() {
    return leadership;
  }

  /// When this server last held all of the log that it knew of; null if it never has.
  @Nullable Instant asOf() {
    return asOf;
  }

  /// @param lag records that were not read, as far as is known
  ClusterStats stats(long lag) {
    return counts.stats(Optional.ofNullable(asOf), lag, offset);
  }

  /// Sends what is neither a leader's nor waited for.
  ///
  /// @return as [Sender#send]
  CompletableFuture<Long> sendAlone(LogEntry entry) {
    return outbox.sendAlone(entry);
  }

  // With the lock.

  private void requireHeld() {
    assert lock.isHeldByCurrentThread();
  }

  Judge judge() {
    requireHeld();
    return judge;
  }

  /// After the last record judged.
  Position position() {
    return judge().position();
  }

  Chains chains() {
    requireHeld();
    return chains;
  }

  Claiming claiming() {
    requireHeld();
    return claiming;
  }

  Outbox outbox() {
    requireHeld();
    return outbox;
  }

  /// Sends records of the present epoch.
  ///
  /// @param frame that they are; null if they are none, or a state
  Pending send(List<LogEntry> entries, @Nullable Frame frame) {
    return outbox().send(position().epoch(), entries, frame);
  }

  /// The same of one that is no frame.
  Pending send(LogEntry entry) {
    return send(List.of(entry), null);
  }

  /// Gives others the lock for a while; callers look again at what they wait for.
  @SuppressWarnings("WaitNotInLoop") // the callers' loops
  void await(Duration time) {
    requireHeld();
    try {
      var _ = changed.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// One more record was judged.
  void judged() {
    offset = position().offset();
  }

  /// This server holds all of the log that it knows of.
  void isAtEnd() {
    requireHeld();
    asOf = clock.instant();
  }

  /// A server leads from here on: whatever was sent before and has not counted never will.
  void led(LogEntry.Claim claim) {
    boolean mine = claim.who() == who;
    unsettled = false;
    leading = mine;
    claiming().led();
    if (mine) {
      counts.epochsLed.increment();
      outbox.begin(judge.position().chain());
      isAtEnd();
    }
    outbox.fail(
        mine
            ? new JournalException(
                Reason.IO, "not written: the brokers did not take it in time", null)
            : new JournalException(
                Reason.SUPERSEDED, "another server leads; nothing of this was written", null));
    lead(new Leadership(mine, claim.epoch(), claim.address()));
  }

  private void lead(Leadership next) {
    leadership = next;
    LOG.info(
        "epoch {}: {} leads, from offset {}",
        next.epoch(),
        next.leads() ? "this server" : next.address().isEmpty() ? "nobody" : next.address(),
        judge.position().offset());
    changed.signalAll();
    listeners.news();
    listeners.leadership(next);
  }

  /// This server has said that it leads no longer. What it sent behind that may count all the same.
  void yieldLead() {
    leading = false;
    claiming().giveUp();
    outbox.forgetAcks();
    lead(new Leadership(false, leadership.epoch(), ""));
  }

  /// It is not known what became of a write: a claim will tell.
  void unsettle() {
    leading = false;
    unsettled = true;
    claiming().ended();
    outbox.renew();
    changed.signalAll();
  }

  /// The log or the copy is not what it must be: nothing more is read, written or acknowledged.
  void breakDown(Reason reason, String what) {
    requireHeld();
    if (broken != null) {
      return;
    }
    JournalException why = new JournalException(reason, "%s: %s".formatted(options, what), null);
    broken = why;
    LOG.error("{}", why.getMessage());
    // Of another one it is not known that it leads no longer.
    String leader = leading || unsettled ? "" : leadership.address();
    leading = false;
    unsettled = false;
    outbox.fail(
        new JournalException(Reason.OUTCOME_UNKNOWN, String.valueOf(why.getMessage()), why));
    leadership = new Leadership(false, leadership.epoch(), leader);
    changed.signalAll();
    listeners.news();
    listeners.trouble(why);
    listeners.leadership(leadership);
  }

  /// Any thread: nothing more is read or written.
  void close() {
    closed = true;
  }
}
