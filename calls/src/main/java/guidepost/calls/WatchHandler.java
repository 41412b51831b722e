package guidepost.calls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.journal.Changefeed;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.StatusRuntimeException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Serves the Watch calls of one domain: one request, then what is there, then what changes.
///
/// A call holds a [Changefeed.Cursor] and what it is sending; nothing waits for a client that does
/// not read. The writer only says that there is news: everything else is done on the executor.
///
/// ```
///   publish ─▶ look at each change once: the finder says which watches it concerns ─▶ wake these
///                 └─▶ the others pass over it, and say how far they are:
///                       when the domain is quiet, or a second has passed, or there were as many
///                       revisions as there are watches
/// ```
///
/// So a change costs the watches that want it, and the word on how far the others are costs no more
/// than one of them a revision, or all of them once a second.
///
/// Threads: any.
///
/// @param <I> the request
/// @param <C> a change
/// @param <M> a response
/// @param <P> what a call is to be sent
public final class WatchHandler<I, C, M, P extends WatchPlan<C, M>>
    implements ServerCallHandler<I, M> {

  /// Reads a request.
  ///
  /// @param <I> the request
  /// @param <P> what a call is to be sent
  @FunctionalInterface
  public interface Opener<I, P> {
    /// What a call is to be sent.
    ///
    /// @throws StatusRuntimeException if the request breaks a rule
    P open(I request);
  }

  /// How long one turn of looking at changes takes.
  private static final long TURN_NANOS = 2_000_000;

  private final Changefeed<C> changefeed;
  private final OpenCalls open;
  private final Opener<I, P> opener;
  private final WatchFinder<C, P> finder;
  private final Executor executor;
  private final SharedPlaces places;
  private final LongSupplier nanoTime;
  private final Set<WatchCall<C, M>> watches = ConcurrentHashMap.newKeySet();
  private final Executor afterQuiet;
  private final AtomicBoolean reminding = new AtomicBoolean();

  private final AtomicBoolean looking = new AtomicBoolean();
  private final AtomicBoolean resting = new AtomicBoolean();
  private final Object lock = new Object();

  // Written under the lock, under which the finder is used: on the executor alone, so that no event
  // loop waits for a look.
  private volatile long looked;

  // The next change of the revision after `looked`.
  @GuardedBy("lock")
  private int nextChange;

  /// Watches that are to be listed with the finder, or taken off, in this order.
  private final Queue<Runnable> listing = new ConcurrentLinkedQueue<>();

  // When, and up to which revision, all watches were woken last; of the executor.
  private final AtomicLong toldAllAt;
  private final AtomicLong toldAllOf;

  /// A handler for one method.
  ///
  /// @param open where its calls are listed until they end
  /// @param finder which calls a change concerns
  /// @param executor makes and sends messages, and reads the log
  /// @param watchesMax calls at once, in shares ([SharedPlaces]); more are RESOURCE_EXHAUSTED
  /// @param nanoTime monotonic
  public WatchHandler(
      Changefeed<C> changefeed,
      OpenCalls open,
      Opener<I, P> opener,
      WatchFinder<C, P> finder,
      Executor executor,
      int watchesMax,
      LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.changefeed = changefeed;
    this.open = open;
    this.opener = opener;
    this.finder = finder;
    this.executor = executor;
    this.places = new SharedPlaces(watchesMax);
    this.looked = changefeed.newest();
    this.toldAllAt = new AtomicLong(nanoTime.getAsLong() - ProgressTimer.TIME_MAX.toNanos());
    this.toldAllOf = new AtomicLong(looked);
    this.afterQuiet =
        CompletableFuture.delayedExecutor(
            ProgressTimer.QUIET.toNanos(), TimeUnit.NANOSECONDS, executor);
    changefeed.listen(this::lookSoon);
  }

  private void lookSoon() {
    boolean isWanted = !watches.isEmpty() || !listing.isEmpty();
    if (isWanted && !looking.getAndSet(true)) {
      executor.execute(this::look);
    }
  }

  /// Looks at what was published, wakes the watches that it concerns, and the others in time.
  private void look() {
    looking.set(false);
    Set<Watcher> concerned = Collections.newSetFromMap(new IdentityHashMap<>());
    boolean isDone = find(concerned);
    for (Watcher each : concerned) {
      if (each instanceof WatchCall<?, ?> watch) {
        watch.wake();
      }
    }
    if (!isDone) {
      lookSoon();
      return;
    }
    long newest = looked;
    if (newest == toldAllOf.get()) {
      return;
    }
    boolean many =
        newest - toldAllOf.get() >= Math.max(ProgressTimer.REVISIONS_MAX, watches.size());
    if (many || nanoTime.getAsLong() - toldAllAt.get() >= ProgressTimer.TIME_MAX.toNanos()) {
      wakeAll(newest);
    } else {
      wakeAllWhenQuiet(newest);
    }
  }

  /// One turn: others use the executor too.
  ///
  /// @return false if there is more to look at
  private boolean find(Set<Watcher> concerned) {
    long end = System.nanoTime() + TURN_NANOS;
    synchronized (lock) {
      for (Runnable next = listing.poll(); next != null; next = listing.poll()) {
        next.run();
      }
      long newest = changefeed.newest();
      while (looked < newest) {
        long revision = looked + 1;
        List<C> changes = changefeed.inMemory(revision);
        if (changes == null) {
          watches.forEach(watch -> watch.concerned(revision, newest));
          concerned.addAll(watches);
          nextChange = 0;
          looked = newest;
          return true;
        }
        while (nextChange < changes.size()) {
          if (System.nanoTime() >= end) {
            return false;
          }
          finder.find(
              changes.get(nextChange++),
              watch -> {
                watch.concerned(revision, revision);
                concerned.add(watch);
              });
        }
        nextChange = 0;
        looked = revision;
      }
      return true;
    }
  }

  /// What was looked at before, if only in part, was not looked at for this one, which looks
  /// itself.
  private void list(WatchCall<C, M> watch, P plan) {
    synchronized (lock) {
      watch.lookedFrom(nextChange == 0 ? looked : looked + 1);
      finder.add(watch, plan);
    }
  }

  private void wakeAll(long newest) {
    toldAllAt.set(nanoTime.getAsLong());
    toldAllOf.set(newest);
    watches.forEach(WatchCall::wake);
  }

  private void wakeAllWhenQuiet(long seen) {
    if (!resting.getAndSet(true)) {
      afterQuiet.execute(
          () -> {
            resting.set(false);
            long newest = changefeed.newest();
            if (newest == seen) {
              wakeAll(newest);
            } else {
              wakeAllWhenQuiet(newest);
            }
          });
    }
  }

  /// Reminds the calls in a while, if that is not to happen already.
  private void remindLater() {
    if (!reminding.getAndSet(true)) {
      afterQuiet.execute(
          () -> {
            reminding.set(false);
            watches.forEach(WatchCall::remind);
          });
    }
  }

  /// Calls that are open.
  public int size() {
    return watches.size();
  }

  /// How many there are, and how far those behind are.
  public List<Figure> figures() {
    long lagging = 0;
    long behind = 0;
    for (WatchCall<C, M> watch : watches) {
      if (watch.isLagging()) {
        lagging++;
        behind = Math.max(behind, watch.behind());
      }
    }
    return List.of(
        Figure.gauge("watches", "Watch calls that are open.", watches.size()),
        Figure.gauge(
            "watches_lagging",
            "Watch calls that read so slowly that they are served from the log.",
            lagging),
        Figure.gauge(
            "watch_lag_revisions_max",
            "Revisions that the slowest watch which is served from the log has not been sent.",
            behind));
  }

  @Override
  public ServerCall.Listener<I> startCall(ServerCall<I, M> call, Metadata headers) {
    call.request(2);
    return new Listener(call);
  }

  private final class Listener extends ServerCall.Listener<I> {
    private final ServerCall<I, M> call;
    private final Optional<String> owner = Caller.current().share();
    private @Nullable I request;
    private @Nullable WatchCall<C, M> watch;

    Listener(ServerCall<I, M> call) {
      this.call = call;
    }

    @Override
    public void onMessage(I message) {
      request = message;
    }

    @Override
    public void onHalfClose() {
      I asked = request;
      if (asked == null) {
        close(Failures.rejected(Reason.FIELD_REQUIRED, "request: must be given"));
        return;
      }
      if (!places.take(owner)) {
        close(
            Failures.rejected(
                Rejection.of(
                    Reason.TOO_MANY_WATCHES, "watches: " + places.why(owner, "identity"))));
        return;
      }
      try {
        begin(opener.open(asked));
      } catch (RejectedException | StatusRuntimeException e) {
        close(Failures.status(e));
      } finally {
        if (watch == null) {
          places.leave(owner);
        }
      }
    }

    private void begin(P plan) {
      WatchCall<C, M> begun =
          new WatchCall<>(
              call,
              changefeed,
              plan,
              executor,
              WatchHandler.this::remindLater,
              () -> looked,
              nanoTime);
      watch = begun;
      watches.add(begun);
      listing.add(() -> list(begun, plan));
      lookSoon();
      open.add(begun, begun::fail);
      begun.wake();
    }

    private void close(StatusRuntimeException why) {
      CallSender.Ending ending = CallSender.Ending.of(why);
      call.close(ending.status(), ending.trailers());
    }

    @Override
    public void onReady() {
      if (watch != null) {
        watch.wake();
      }
    }

    @Override
    public void onCancel() {
      if (watch != null) {
        watch.cancel();
      }
      over();
    }

    @Override
    public void onComplete() {
      over();
    }

    private void over() {
      if (watch != null) {
        WatchCall<C, M> ended = watch;
        if (watches.remove(ended)) {
          places.leave(owner);
        }
        listing.add(() -> finder.remove(ended));
        lookSoon();
        open.remove(watch);
        ended.planEnds();
      }
    }
  }
}
