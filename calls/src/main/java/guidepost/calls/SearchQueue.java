package guidepost.calls;

import io.grpc.Deadline;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The threads that long searches take turns on, and how many searches may wait for them.
///
/// Searches that take turns all become slower the more there are. If more are asked for than there
/// is time for, and each client waits for so long and then gives up, soon all do, and the server
/// works for nobody. So a search that would take longer than [#PATIENCE], because of those before
/// it, is refused at once:
///
/// ```
///   searches
///   that wait   ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓|▓▓▓▓▓▓▓▓▓▓▓▓▓▓|░░░░░░░░
///               always 16       | up to         | refused: they would be answered too late
///                                 the patience
/// ```
///
/// A connection that has none waiting may begin one while its wait would be [#NEWCOMERS] times as
/// long: one that has many does not drive it out. A search whose client would have given up by then
/// is refused in any case.
///
/// Cost of a turn: two looks at the clock. Threads: any.
public final class SearchQueue implements Executor, AutoCloseable {

  /// How long a search may wait by default: clients that wait for a person, or for the next flow
  /// record, wait longer than that.
  public static final Duration PATIENCE = Duration.ofMillis(500);

  /// How much longer the wait may be for a connection's first search.
  static final int NEWCOMERS = 2;

  /// So few always may: how long a search takes is known only after some.
  private static final int ALWAYS = 16;

  /// How fast the cost of a search follows the last ones: their weight is a tenth.
  private static final int WEIGHT = 10;

  private final ExecutorService threads;
  private final int parallel;
  private final Duration patience;
  private final LongSupplier nanoTime;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Object lock = new Object();
  // All guarded by the lock.
  private final Map<ConnectionAccount, Integer> open = new HashMap<>();
  private long costNanos;

  /// @param threads run the turns; ended with this
  /// @param parallel how many
  /// @param patience how long a search may wait
  /// @param nanoTime monotonic
  public SearchQueue(
      ExecutorService threads, int parallel, Duration patience, LongSupplier nanoTime) {
    this.patience = patience;
    this.threads = threads;
    this.parallel = parallel;
    this.nanoTime = nanoTime;
  }

  /// Threads of its own.
  ///
  /// @param name of the threads
  /// @param patience how long a search may wait
  public static SearchQueue of(String name, int threads, Duration patience) {
    return new SearchQueue(
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(name + "-", 0).factory(),
            new ThreadPoolExecutor.DiscardPolicy()),
        threads,
        patience,
        System::nanoTime);
  }

  /// Runs something that is no search, after what waits.
  @Override
  public void execute(Runnable task) {
    waiting.incrementAndGet();
    threads.execute(
        () -> {
          waiting.decrementAndGet();
          task.run();
        });
  }

  /// A place for one search, which it may never need.
  ///
  /// @param connection of its client; null if nobody keeps an account of it
  /// @param deadline when its client gives up; null if it never does
  Place place(@Nullable ConnectionAccount connection, @Nullable Deadline deadline) {
    return new Place(connection, deadline);
  }

  /// What one search has of the queue.
  final class Place {

    private final @Nullable ConnectionAccount connection;
    private final @Nullable Deadline deadline;
    // Both guarded by the queue's lock.
    private boolean begun;
    private long tookNanos;

    private Place(@Nullable ConnectionAccount connection, @Nullable Deadline deadline) {
      this.connection = connection;
      this.deadline = deadline;
    }

    /// The search is longer than one turn. Called again, it changes nothing.
    ///
    /// @return why it may not go on; empty if it may, and [#end] must be called
    Optional<Rejection> begin() {
      int before = waiting.get();
      synchronized (lock) {
        if (begun) {
          return Optional.empty();
        }
        boolean newcomer = connection == null || !open.containsKey(connection);
        long most = Math.min(patience.toNanos() * (newcomer ? NEWCOMERS : 1), untilGivenUp());
        if (before >= ALWAYS && (before + 1) * costNanos / parallel > most) {
          return Optional.of(tooMany(before));
        }
        begun = true;
        if (connection != null) {
          open.merge(connection, 1, Integer::sum);
        }
        return Optional.empty();
      }
    }

    /// Those that come later slow this one down too: so half of it.
    private long untilGivenUp() {
      return deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS) / 2;
    }

    private Rejection tooMany(int before) {
      return Rejection.of(
              Reason.OVERLOADED,
              "searches: %d wait already, and each takes about %d ms"
                  .formatted(before, Duration.ofNanos(costNanos).toMillis()))
          .retryAfter(patience);
    }

    /// Runs its next turn, after those that wait.
    void execute(Runnable turn) {
      SearchQueue.this.execute(
          () -> {
            long began = nanoTime.getAsLong();
            turn.run();
            long took = nanoTime.getAsLong() - began;
            synchronized (lock) {
              tookNanos += took;
            }
          });
    }

    /// The search is done, or nobody wants it any more. Called again, it changes nothing.
    void end() {
      synchronized (lock) {
        if (!begun) {
          return;
        }
        begun = false;
        costNanos += (tookNanos - costNanos) / WEIGHT;
        if (connection != null) {
          open.computeIfPresent(connection, (_, count) -> count == 1 ? null : count - 1);
        }
      }
    }
  }

  /// Ends after the turns that wait; what is asked of it later is dropped, since its calls end with
  /// the server.
  @Override
  public void close() {
    threads.close();
  }
}
