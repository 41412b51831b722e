package guidepost.journal.rocksdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Where a store's engine is, and how many use it: so that another can take its place.
///
/// ```
///   users      lease ─▶ use ─▶ close
///   exchange   begin (new users wait) ─▶ the last lease is closed ─▶ put another ─▶ users go on
/// ```
///
/// A thread that has a lease gets another at once, also during an exchange: it could not give the
/// first one back otherwise.
///
/// Threads: any; one exchanges.
final class EngineSlot {

  /// Longer than an exchange of the largest write-ahead log takes.
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  /// The right to use the engine, until it is closed.
  final class Lease implements AutoCloseable {
    private final Engine engine;
    private final AtomicInteger ofThread;

    private Lease(Engine engine, AtomicInteger ofThread) {
      this.engine = engine;
      this.ofThread = ofThread;
    }

    Engine engine() {
      return engine;
    }

    /// For what reads much: throws if the engine is about to be closed.
    void requireTime() throws JournalException {
      if (engine.isRetiring()) {
        throw interrupted();
      }
    }

    @Override
    public void close() {
      ofThread.decrementAndGet();
      lock.lock();
      try {
        leases--;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ThreadLocal<AtomicInteger> ofThread = ThreadLocal.withInitial(AtomicInteger::new);

  @GuardedBy("lock")
  private @Nullable Engine engine;

  @GuardedBy("lock")
  private int leases;

  @GuardedBy("lock")
  private boolean exchanging;

  EngineSlot(Engine engine) {
    this.engine = engine;
  }

  /// The right to use the engine.
  ///
  /// @throws JournalException if there is none
  Lease lease() throws JournalException {
    AtomicInteger mine = ofThread.get();
    lock.lock();
    try {
      if (mine.get() == 0) {
        awaitExchanged();
      }
      Engine here = engine;
      if (here == null) {
        throw new JournalException(
            Reason.IO, "the data directory cannot be read until its device works again", null);
      }
      leases++;
      mine.incrementAndGet();
      return new Lease(here, mine);
    } finally {
      lock.unlock();
    }
  }

  /// True if this thread has a lease.
  boolean isLeasedHere() {
    return ofThread.get().get() > 0;
  }

  @GuardedBy("lock")
  private void awaitExchanged() throws JournalException {
    long left = WAIT_MAX.toNanos();
    boolean interrupted = false;
    while (exchanging && left > 0) {
      long begun = System.nanoTime();
      try {
        left = changed.awaitNanos(left);
      } catch (InterruptedException e) {
        interrupted = true;
        left -= System.nanoTime() - begun;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (exchanging) {
      throw interrupted();
    }
  }

  private static JournalException interrupted() {
    return new JournalException(
        Reason.IO, "the data directory is being opened again; try again", null);
  }

  /// Begins an exchange: returns when no thread uses the engine any more. Then it is the caller's,
  /// which must [#put] one.
  ///
  /// @return false if somebody still used it after so long; the exchange has not begun then
  boolean begin(Duration patience) {
    lock.lock();
    try {
      exchanging = true;
      retire(true);
      if (awaitUnused(patience)) {
        return true;
      }
      retire(false);
      exchanging = false;
      changed.signalAll();
      return false;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void retire(boolean now) {
    if (engine != null) {
      engine.retire(now);
    }
  }

  @GuardedBy("lock")
  private boolean awaitUnused(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    while (leases > 0 && deadline - System.nanoTime() > 0) {
      try {
        var _ = changed.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return leases == 0;
  }

  /// The engine that is there; empty if there is none.
  Optional<Engine> engine() {
    lock.lock();
    try {
      return Optional.ofNullable(engine);
    } finally {
      lock.unlock();
    }
  }

  /// Ends an exchange.
  ///
  /// @param next null if there is none to be had
  void put(@Nullable Engine next) {
    lock.lock();
    try {
      engine = next;
      exchanging = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
