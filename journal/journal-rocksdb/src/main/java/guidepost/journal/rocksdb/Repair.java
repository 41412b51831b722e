package guidepost.journal.rocksdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes to a store's engine, and puts the store right when a write has failed.
///
/// After a write or an fsync that failed, the engine takes no more writes, and its log may hold
/// what was refused: it would be there again when the log is read. So the engine is closed at once,
/// without writing anything; what its log holds behind the last change that is known to be durable
/// is cut off; and it is opened again, in place. If the device does not take writes yet, it is
/// opened to be read only, and looked after until it does:
///
/// ```
///   write fails ─▶ close ─▶ cut ─▶ device works? ──yes──▶ open to write ─▶ goes on
///                                       │no                     ▲
///                                       ▼                       │
///                               open to read ── after 0.1 s ... 5 s ──┘
/// ```
///
/// A writer hears that nothing of its batch was written when the cut is on the disk; until then it
/// is not known, and it hears that ([Reason#OUTCOME_UNKNOWN]).
///
/// Threads: any.
final class Repair implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Repair.class);

  /// How long a writer whose write has failed waits for readers.
  private static final Duration READERS_PATIENCE = Duration.ofSeconds(10);

  /// When to try again.
  ///
  /// @param first delay before the first try; each one is twice the one before
  /// @param longest delay between two
  /// @param sameTrouble a failure so soon after it went on is of the same trouble: nothing is tried
  ///   at once, and the delays grow on
  record Pace(Duration first, Duration longest, Duration sameTrouble) {
    static final Pace DEFAULT =
        new Pace(Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(30));
  }

  /// Whether an engine holds what it must.
  interface Check {
    void run(Engine engine) throws RocksDBException, JournalException;
  }

  private final DataDirectory directory;
  private final Device device;
  private final EngineSlot slot;
  private final Pace pace;
  private final Check check;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();

  @GuardedBy("lock")
  private final List<Consumer<Optional<JournalException>>> listeners = new ArrayList<>();

  @GuardedBy("lock")
  private @Nullable Engine failed;

  @GuardedBy("lock")
  private long durable;

  @GuardedBy("lock")
  private boolean cutPending;

  @GuardedBy("lock")
  private boolean cutNotDurable;

  @GuardedBy("lock")
  private Duration delay;

  @GuardedBy("lock")
  private long openedNanos;

  @GuardedBy("lock")
  private @Nullable Thread mender;

  @GuardedBy("lock")
  private boolean closed;

  private volatile @Nullable JournalException trouble;

  Repair(DataDirectory directory, Device device, Pace pace, EngineSlot slot, Check check) {
    this.directory = directory;
    this.pace = pace;
    this.delay = pace.first();
    this.openedNanos = System.nanoTime() - pace.sameTrouble().toNanos();
    this.device = device;
    this.slot = slot;
    this.check = check;
  }

  /// Why nothing can be written now; empty if it can.
  Optional<JournalException> trouble() {
    return Optional.ofNullable(trouble);
  }

  /// Has `told` called when that changes, in the order of the changes.
  void onTrouble(Consumer<Optional<JournalException>> told) {
    lock.lock();
    try {
      listeners.add(told);
    } finally {
      lock.unlock();
    }
  }

  /// A lease of an engine that can be written.
  ///
  /// @param place what messages begin with
  EngineSlot.Lease leaseToWrite(String place) throws JournalException {
    JournalException why = trouble;
    if (why != null) {
      throw new JournalException(
          why.reason(),
          "%s: nothing can be written until the device works again: %s"
              .formatted(place, why.getMessage()),
          why);
    }
    EngineSlot.Lease lease = slot.lease();
    if (lease.engine().isReadOnly()) {
      lease.close();
      return leaseToWrite(place);
    }
    return lease;
  }

  /// Writes a batch.
  ///
  /// @param place what messages begin with
  /// @param durably called when it is durable, before anything else can happen to the engine
  /// @throws JournalException with [Reason#OUTCOME_UNKNOWN] if it may be there after a restart,
  ///   with another one if it never will
  void write(String place, WriteBatch batch, Runnable durably) throws JournalException {
    Engine engine;
    Optional<RocksDBException> cause;
    try (EngineSlot.Lease lease = leaseToWrite(place)) {
      engine = lease.engine();
      cause = tried(engine, batch, durably);
    }
    if (cause.isPresent()) {
      throw refused(place, engine, cause.get());
    }
  }

  private Optional<RocksDBException> tried(Engine engine, WriteBatch batch, Runnable durably) {
    try {
      engine.write(device, batch);
    } catch (RocksDBException e) {
      return Optional.of(e);
    }
    durably.run();
    return Optional.empty();
  }

  private JournalException refused(String place, Engine engine, RocksDBException cause) {
    JournalException why = RocksFailure.of(place, cause);
    if (isGone(engine, why)) {
      return new JournalException(
          why.reason(), "%s; nothing of it was written".formatted(why.getMessage()), cause);
    }
    return new JournalException(
        Reason.OUTCOME_UNKNOWN,
        "%s; it is not known whether it was written: it may be found after a restart"
            .formatted(why.getMessage()),
        cause);
  }

  /// Sees to it that what an engine could not make durable is cut off. An engine that was closed
  /// before the last one that failed needs nothing: no other is opened to write before the cut.
  ///
  /// @return true if it is gone for good
  private boolean isGone(Engine engine, JournalException why) {
    lock.lock();
    try {
      if (engine != failed && slot.engine().orElse(null) == engine) {
        failed = engine;
        fail(engine, why);
      }
      return engine != failed || !cutPending;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void fail(Engine engine, JournalException why) {
    tell(why);
    durable = engine.durableSequence();
    cutPending = true;
    boolean soon = System.nanoTime() - openedNanos < pace.sameTrouble().toNanos();
    if (!soon) {
      delay = pace.first();
    }
    if (slot.isLeasedHere() || !exchanged(!soon && deviceWorks())) {
      startMending();
    }
  }

  @GuardedBy("lock")
  private void tell(@Nullable JournalException why) {
    trouble = why;
    if (why == null) {
      LOG.info("data directory {}: writes go on", directory.path());
    } else {
      LOG.error("data directory {}: nothing can be written", directory.path(), why);
    }
    listeners.forEach(each -> each.accept(Optional.ofNullable(why)));
  }

  @GuardedBy("lock")
  private void startMending() {
    if (mender == null && !closed) {
      Thread thread = Thread.ofPlatform().name("guidepost-reopen").daemon().unstarted(this::mend);
      mender = thread;
      thread.start();
    }
  }

  private void mend() {
    lock.lock();
    try {
      mendUntilClosed();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void mendUntilClosed() {
    try {
      while (!closed && trouble != null && !isHopeless()) {
        long nanos = delay.toNanos();
        Duration doubled = delay.multipliedBy(2);
        delay = doubled.compareTo(pace.longest()) > 0 ? pace.longest() : doubled;
        awaitClosing(nanos);
        if (!closed && deviceWorks()) {
          exchanged(true);
        }
      }
    } finally {
      mender = null;
      closing.signalAll();
    }
  }

  private boolean isHopeless() {
    JournalException why = trouble;
    return why != null && why.reason() == Reason.CORRUPT;
  }

  @GuardedBy("lock")
  private void awaitClosing(long nanos) {
    try {
      long left = nanos;
      while (!closed && left > 0) {
        left = closing.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean deviceWorks() {
    try {
      directory.tryDevice(device);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Puts another engine in the place of the one that failed, or that can be read only.
  ///
  /// @param toWrite false: not one that can be written, for now
  /// @return true if it can be written
  @GuardedBy("lock")
  private boolean exchanged(boolean toWrite) {
    if (!slot.begin(READERS_PATIENCE)) {
      return false;
    }
    Engine next = null;
    try {
      slot.engine().ifPresent(Repair::closeQuietly);
      boolean readable = cut();
      next = toWrite && !cutPending ? opened() : null;
      if (next == null && readable) {
        next = openedForReading();
      }
    } finally {
      slot.put(next);
    }
    if (next == null || next.isReadOnly()) {
      return false;
    }
    openedNanos = System.nanoTime();
    tell(null);
    return true;
  }

  private static void closeQuietly(Engine engine) {
    try {
      engine.close();
    } catch (RocksDBException e) {
      LOG.info("an engine that failed: closed, although: {}", e.getMessage());
    }
  }

  /// Cuts off what was refused, unless that is done.
  ///
  /// @return false if the log still shows it
  @GuardedBy("lock")
  private boolean cut() {
    if (!cutPending) {
      return true;
    }
    try {
      WalTail.Cut cut = WalTail.cut(directory.engine(), durable, cutNotDurable, device);
      cutNotDurable = cut == WalTail.Cut.NOT_DURABLE;
      cutPending = cutNotDurable;
      return true;
    } catch (IOException e) {
      LOG.warn("data directory {}: what was refused cannot be cut off", directory.path(), e);
      return false;
    }
  }

  @GuardedBy("lock")
  private @Nullable Engine opened() {
    return checked(() -> Engine.open(directory.engine()));
  }

  @GuardedBy("lock")
  private @Nullable Engine openedForReading() {
    return checked(() -> Engine.openForReading(directory.engine()));
  }

  private interface Opening {
    Engine open() throws RocksDBException;
  }

  @GuardedBy("lock")
  private @Nullable Engine checked(Opening opening) {
    Engine engine = null;
    try {
      engine = opening.open();
      check.run(engine);
      return engine;
    } catch (RocksDBException e) {
      LOG.info("data directory {}: not opened again yet: {}", directory.path(), e.getMessage());
    } catch (JournalException e) {
      tell(e);
    }
    if (engine != null) {
      closeQuietly(engine);
    }
    return null;
  }

  /// Closes the engine.
  ///
  /// @throws JournalException if it could not be closed as it should, or what was refused may be
  ///   there when it is opened again
  @Override
  public void close() throws JournalException {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
      while (mender != null) {
        closing.awaitUninterruptibly();
      }
      closeEngine();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void closeEngine() throws JournalException {
    if (!slot.begin(READERS_PATIENCE)) {
      throw new JournalException(
          Reason.IO, "data directory %s: is still read".formatted(directory.path()), null);
    }
    Optional<Engine> engine = slot.engine();
    try {
      if (engine.isPresent()) {
        engine.get().close();
      }
    } catch (RocksDBException e) {
      throw RocksFailure.of("closing the data directory", e);
    } finally {
      slot.put(null);
      if (cutPending) {
        cut();
      }
    }
    if (cutPending) {
      throw new JournalException(
          Reason.OUTCOME_UNKNOWN,
          "closing the data directory %s: writes that were refused may be found after a restart"
              .formatted(directory.path()),
          trouble);
    }
  }
}
