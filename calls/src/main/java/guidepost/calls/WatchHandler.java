package guidepost.calls;

import guidepost.journal.Feed;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.StatusRuntimeException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Serves the Watch calls of one domain: one request, then what is there, then what changes.
///
/// A call holds a [Feed.Cursor] and what it is sending; nothing waits for a client that does not
/// read. The writer only says that there is news: everything else is done on the executor. Calls
/// that owe their client a word on how far it is are reminded together.
///
/// Threads: any.
///
/// @param <I> the request
/// @param <C> a change
/// @param <M> a response
public final class WatchHandler<I, C, M> implements ServerCallHandler<I, M> {

  /// Reads a request.
  ///
  /// @param <I> the request
  /// @param <C> a change
  /// @param <M> a response
  @FunctionalInterface
  public interface Opener<I, C, M> {
    /// What a call is to be sent.
    ///
    /// @throws StatusRuntimeException if the request breaks a rule
    WatchPlan<C, M> open(I request);
  }

  private final Feed<C> feed;
  private final OpenCalls open;
  private final Opener<I, C, M> opener;
  private final Executor executor;
  private final int watchesMax;
  private final LongSupplier nanoTime;
  private final Set<WatchCall<C, M>> watches = ConcurrentHashMap.newKeySet();
  private final Executor afterQuiet;
  private final AtomicBoolean reminding = new AtomicBoolean();

  /// A handler for one method.
  ///
  /// @param open where its calls are listed until they end
  /// @param executor makes and sends messages, and reads the log
  /// @param watchesMax calls at once; more are RESOURCE_EXHAUSTED
  public WatchHandler(
      Feed<C> feed, OpenCalls open, Opener<I, C, M> opener, Executor executor, int watchesMax) {
    this(feed, open, opener, executor, watchesMax, System::nanoTime);
  }

  /// The same by another clock.
  ///
  /// @param nanoTime monotonic
  public WatchHandler(
      Feed<C> feed,
      OpenCalls open,
      Opener<I, C, M> opener,
      Executor executor,
      int watchesMax,
      LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.feed = feed;
    this.open = open;
    this.opener = opener;
    this.executor = executor;
    this.watchesMax = watchesMax;
    this.afterQuiet =
        CompletableFuture.delayedExecutor(
            ProgressTimer.QUIET.toNanos(), TimeUnit.NANOSECONDS, executor);
    feed.listen(() -> watches.forEach(WatchCall::wake));
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

  @Override
  public ServerCall.Listener<I> startCall(ServerCall<I, M> call, Metadata headers) {
    call.request(2);
    return new Listener(call);
  }

  private final class Listener extends ServerCall.Listener<I> {
    private final ServerCall<I, M> call;
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
      if (watches.size() >= watchesMax) {
        close(
            Failures.rejected(
                Rejection.of(
                    Reason.TOO_MANY_WATCHES,
                    "watches: %d are open, as many as may be".formatted(watchesMax))));
        return;
      }
      try {
        begin(opener.open(asked));
      } catch (RejectedException | StatusRuntimeException e) {
        close(Failures.status(e));
      }
    }

    private void begin(WatchPlan<C, M> plan) {
      WatchCall<C, M> begun =
          new WatchCall<>(call, feed, plan, executor, WatchHandler.this::remindLater, nanoTime);
      watch = begun;
      watches.add(begun);
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
        watches.remove(watch);
        open.remove(watch);
      }
    }
  }
}
