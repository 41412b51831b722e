package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Searches beyond what there is time for are refused at once, and the others are done in time.
/// Time is counted by hand: it passes while a turn runs.
final class SearchQueueTest {

  private static final long TURN_NANOS = 1_000_000;

  private static final Deadline.Ticker FROZEN =
      new Deadline.Ticker() {
        @Override
        public long nanoTime() {
          return 0;
        }
      };
  private static final ServerBudget BUDGET = new ServerBudget(1L << 40, 1L << 40);

  private final AtomicLong now = new AtomicLong();
  private final Turns turns = new Turns();
  private final SearchQueue queue = new SearchQueue(turns, 1, SearchQueue.PATIENCE, now::get);
  private final List<Long> waits = new ArrayList<>();
  private int refused;

  private static ConnectionAccount connection() {
    return new ConnectionAccount(BUDGET, Runnable::run, () -> {});
  }

  /// A search that takes so many turns of a millisecond.
  private final class Search {
    private final long began = now.get();
    private final SearchQueue.Place place;
    private int left;

    Search(ConnectionAccount connection, int turnsNeeded) {
      this.place = queue.place(connection, null);
      this.left = turnsNeeded;
      if (place.begin().isPresent()) {
        refused++;
      } else {
        place.execute(this::turn);
      }
    }

    private void turn() {
      now.addAndGet(TURN_NANOS);
      left--;
      if (left == 0) {
        place.end();
        waits.add(now.get() - began);
      } else {
        place.execute(this::turn);
      }
    }
  }

  /// Twice as many searches of 20 ms as one thread has time for, for a minute.
  private void offerTwiceTheCapacity(boolean oneConnection) {
    ConnectionAccount shared = connection();
    for (int i = 0; now.get() < Duration.ofSeconds(60).toNanos(); i++) {
      if (i % 10 == 0) {
        var _ = new Search(oneConnection ? shared : connection(), 20);
      }
      turns.runOne(now);
    }
  }

  @Test
  void shouldDoWhatThereIsTimeForWithinThePatienceAndRefuseTheRest() {
    offerTwiceTheCapacity(true);
    double capacity = 60_000 / 20.0;
    assertThat((double) waits.size()).isGreaterThan(0.8 * capacity);
    assertThat(refused).isGreaterThan((int) (0.8 * capacity));
    assertThat(waits.stream().skip(100))
        .allMatch(wait -> wait < 3 * SearchQueue.PATIENCE.toNanos());
  }

  @Test
  void shouldLetTheFirstSearchOfAConnectionWaitLonger() {
    offerTwiceTheCapacity(false);
    assertThat((double) waits.size()).isGreaterThan(0.8 * 60_000 / 20.0);
    assertThat(refused).isPositive();
    assertThat(waits.stream().skip(100))
        .allMatch(wait -> wait < 3 * SearchQueue.NEWCOMERS * SearchQueue.PATIENCE.toNanos());
  }

  @Test
  void shouldServeANewcomerBesideAConnectionThatAsksForTooMuch() {
    ConnectionAccount greedy = connection();
    for (int i = 0; i < 100; i++) {
      var _ = new Search(greedy, 20);
    }
    while (turns.runOne(now)) {}
    int before = refused;
    for (int i = 0; i < 200; i++) {
      var _ = new Search(greedy, 20);
    }
    assertThat(refused - before).isGreaterThan(100);
    int then = refused;
    var _ = new Search(connection(), 20);
    assertThat(refused).isEqualTo(then);
  }

  @Test
  void shouldRefuseWhatItsClientWouldNotWaitFor() {
    for (int i = 0; i < 100; i++) {
      var _ = new Search(connection(), 10);
    }
    while (turns.runOne(now)) {}
    for (int i = 0; i < 40; i++) {
      var _ = new Search(connection(), 10);
    }
    assertThat(queue.place(connection(), null).begin()).isEmpty();
    Deadline near = Deadline.after(500, TimeUnit.MILLISECONDS, FROZEN);
    assertThat(queue.place(connection(), near).begin()).isPresent();
    Deadline far = Deadline.after(2, TimeUnit.SECONDS, FROZEN);
    assertThat(queue.place(connection(), far).begin()).isEmpty();
  }

  @Test
  void shouldSayWhenToRetry() {
    ConnectionAccount greedy = connection();
    for (int i = 0; i < 100; i++) {
      var _ = new Search(greedy, 100);
    }
    while (turns.runOne(now)) {}
    for (int i = 0; i < 100; i++) {
      var _ = new Search(greedy, 100);
    }
    Rejection why = queue.place(greedy, null).begin().orElseThrow();
    assertThat(why.reason()).isEqualTo(Reason.OVERLOADED.name());
    assertThat(why.retryAfter()).contains(SearchQueue.PATIENCE);
  }

  /// Runs a turn when the test says so.
  private static final class Turns extends AbstractExecutorService {
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    /// @return false if there was none; then time passes all the same
    boolean runOne(AtomicLong now) {
      Runnable turn = waiting.poll();
      if (turn == null) {
        now.addAndGet(TURN_NANOS);
        return false;
      }
      turn.run();
      return true;
    }

    @Override
    public void execute(Runnable turn) {
      waiting.add(turn);
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return true;
    }

    @Override
    public boolean isTerminated() {
      return true;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
