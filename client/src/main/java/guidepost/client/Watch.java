package guidepost.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.common.v1.Lag;
import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Follows routes, features or notes as they change, whatever happens to the connection: after a
/// cut it resumes where it was, and where the server's log no longer goes back that far it starts
/// again with a snapshot.
///
/// ```
///   begin ─ snapshot … ─ complete ─ changes … ─ cut ─ changes …       resumed: no gap
///                                               cut ─ begin ─ …       too late: a new snapshot
///                                                           ended     it can never go on
/// ```
///
/// The one rule: a watch resumes after the last progress that the server sent with anything that
/// the listener took. A cut in the middle of a revision has the changes of that revision told again
/// from its first one; those of notes are told once, because they are kept until the revision is
/// complete. Between two tries it waits as [Reconnect] says. Once the client is closed it ends, at
/// the latest at its next try.
///
/// Threads: any may close it. The listener is called on gRPC's threads, and first on the one that
/// begins to watch, one call at a time; the server sends no faster than it returns.
///
/// ```java
/// try (Watch<Route, RouteChange> watch = client.routes().watch(request, listener)) {
///   watch.await();
/// }
/// ```
///
/// @param <E> an entry of a snapshot: a route, a feature, a note
/// @param <C> a change
public final class Watch<E, C> implements AutoCloseable {

  /// Messages that the server may send before the listener has taken the first of them.
  private static final int AHEAD_MAX = 8;

  /// Why a snapshot begins.
  public enum Beginning {
    /// It was asked for.
    ASKED,
    /// The server's log no longer goes back to where this watch was.
    TRIMMED,
    /// The server has other data than this watch knew: it was restored, or has not got so far.
    OTHER_DATA
  }

  /// Takes what is watched.
  ///
  /// One that throws ends the watch, for it would miss what it was just told: [#ended] then has
  /// CANCELLED, and as its cause what was thrown.
  ///
  /// @param <E> an entry of a snapshot
  /// @param <C> a change
  public interface Listener<E, C> {

    /// A snapshot begins: what was told before is void once it is complete.
    default void begin(Beginning why) {}

    /// Entries of the snapshot.
    default void snapshot(List<E> entries) {}

    /// The snapshot is complete.
    ///
    /// @param revision that it is of
    default void complete(long revision) {}

    /// What changed, in order. Changes of a revision after `revision` are a part of it: the rest
    /// comes next.
    ///
    /// @param revision up to which everything was told
    void changes(List<C> changes, long revision);

    /// Nothing that is watched has changed up to this revision.
    default void quiet(long revision) {}

    /// The server says that this client lags.
    default void lag(Lag lag) {}

    /// The server says that this client left too much unread: it ends the call, and the watch
    /// resumes.
    default void slow() {}

    /// The call broke off, or could not be made; another try follows.
    default void cut(StatusRuntimeException why, Duration retryAfter) {}

    /// It cannot go on: the server refuses it, the client is closed, or this listener threw. The
    /// last call.
    default void ended(StatusRuntimeException why) {}
  }

  private final ClientChannel channel;
  private final WatchCalls<?, ?, E, C> calls;
  private final Listener<E, C> listener;
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  @GuardedBy("this")
  private final Reconnect reconnect = new Reconnect();

  /// Where the next call begins; null for a snapshot.
  @GuardedBy("this")
  private @Nullable WatchStart next;

  @GuardedBy("this")
  private Beginning beginning = Beginning.ASKED;

  @GuardedBy("this")
  private @Nullable Attempt<?, ?> attempt;

  @GuardedBy("this")
  private @Nullable Progress told;

  @GuardedBy("this")
  private boolean over;

  private Watch(
      ClientChannel channel,
      @Nullable WatchStart start,
      WatchCalls<?, ?, E, C> calls,
      Listener<E, C> listener) {
    this.channel = channel;
    this.next = start;
    this.calls = calls;
    this.listener = listener;
  }

  /// Begins to follow.
  ///
  /// @param start where; null for a snapshot
  static <E, C> Watch<E, C> open(
      ClientChannel channel,
      @Nullable WatchStart start,
      WatchCalls<?, ?, E, C> calls,
      Listener<E, C> listener) {
    Watch<E, C> watch = new Watch<>(channel, start, calls, listener);
    watch.attempt();
    return watch;
  }

  private synchronized void attempt() {
    if (!over && next == null) {
      Beginning why = beginning;
      tell(() -> listener.begin(why));
    }
    if (!over) {
      call(calls);
    }
  }

  private synchronized <Q, M> void call(WatchCalls<Q, M, E, C> made) {
    ClientCall<Q, M> call = channel.newCall(made.method(), CallOptions.DEFAULT);
    Attempt<Q, M> begun = new Attempt<>(made, call);
    attempt = begun;
    call.start(begun, new Metadata());
    call.request(AHEAD_MAX);
    made.begin(Optional.ofNullable(next), call);
  }

  private synchronized <M> void message(
      Attempt<?, M> from, WatchCalls<?, M, E, C> made, M message) {
    if (over || from != attempt) {
      return;
    }
    reconnect.answered();
    tell(() -> made.read(message, listener));
    made.progress(message).ifPresent(this::reached);
  }

  private synchronized void reached(Progress progress) {
    if (!over) {
      told = progress;
      next = WatchStart.newBuilder().setAfter(progress).build();
    }
  }

  private synchronized void broken(Attempt<?, ?> from, StatusRuntimeException why) {
    if (over || from != attempt) {
      return;
    }
    calls.broken();
    Optional<Duration> delay = delay(why);
    if (delay.isEmpty()) {
      over = true;
      listener.ended(why);
      end.completeExceptionally(why);
      return;
    }
    tell(() -> listener.cut(why, delay.get()));
    Executor later = CompletableFuture.delayedExecutor(delay.get().toNanos(), TimeUnit.NANOSECONDS);
    later.execute(this::attempt);
  }

  /// How long to wait for the next try; empty if none follows.
  ///
  /// What cannot be resumed is watched with a snapshot, at once, unless this client has never been
  /// told where it is: then the caller's start is not there, which is the caller's to mend.
  private synchronized Optional<Duration> delay(StatusRuntimeException why) {
    boolean isTooLate = why.getStatus().getCode() == Status.Code.OUT_OF_RANGE && told != null;
    if (!isTooLate) {
      return reconnect.after(channel, why.getStatus().getCode());
    }
    beginning = isTrimmed(why) ? Beginning.TRIMMED : Beginning.OTHER_DATA;
    next = null;
    told = null;
    return channel.isClosed() ? Optional.empty() : Optional.of(Duration.ZERO);
  }

  private static boolean isTrimmed(StatusRuntimeException why) {
    return CallError.of(why)
        .map(error -> error.reason().equals(CallError.REVISION_TRIMMED))
        .orElse(true);
  }

  /// Calls the listener; if it throws, the watch is over.
  private synchronized void tell(Runnable news) {
    try {
      news.run();
    } catch (Throwable e) {
      if (!over) {
        stop();
        StatusRuntimeException why =
            Status.CANCELLED
                .withDescription("the listener threw %s".formatted(e))
                .withCause(e)
                .asRuntimeException();
        listener.ended(why);
        end.completeExceptionally(why);
      }
    }
  }

  /// How far the watch is; empty before the end of the first snapshot.
  public synchronized Optional<Progress> progress() {
    return Optional.ofNullable(told);
  }

  /// Waits until it ends; returns once it is closed.
  ///
  /// @throws StatusRuntimeException why it cannot go on, as [Listener#ended] is told
  /// @throws InterruptedException if the thread is; the watch goes on
  public void await() throws InterruptedException {
    try {
      end.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StatusRuntimeException why
          ? why
          : new IllegalStateException(e.getCause());
    }
  }

  /// Does something to the calls while none begins, ends or is read.
  synchronized void between(Runnable what) {
    if (!over) {
      what.run();
    }
  }

  private synchronized void stop() {
    over = true;
    if (attempt != null) {
      attempt.call.cancel("not wanted any more", null);
    }
  }

  /// Ends it; the listener is not called any more.
  @Override
  public synchronized void close() {
    stop();
    end.complete(null);
  }

  /// One call.
  private final class Attempt<Q, M> extends ClientCall.Listener<M> {
    private final WatchCalls<Q, M, E, C> made;
    private final ClientCall<Q, M> call;

    Attempt(WatchCalls<Q, M, E, C> made, ClientCall<Q, M> call) {
      this.made = made;
      this.call = call;
    }

    @Override
    public void onMessage(M message) {
      message(this, made, message);
      call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      broken(
          this,
          status.isOk()
              ? Status.UNAVAILABLE
                  .withDescription("the server ended the watch")
                  .asRuntimeException()
              : status.asRuntimeException(trailers));
    }
  }
}
