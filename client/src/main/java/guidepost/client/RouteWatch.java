package guidepost.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.common.v1.Lag;
import guidepost.common.v1.WatchStart;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteChange;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.routes.v1.WatchRequest;
import guidepost.routes.v1.WatchResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Follows a table as it changes, whatever happens to the connection: after a cut it resumes where
/// it was, and where the server's log no longer goes back that far it starts again with a snapshot.
///
/// ```
///   begin ─ routes … ─ complete ─ changes … ─ cut ─ changes …       resumed: no gap
///                                             cut ─ begin ─ …       too late: a new snapshot
///                                                         ended     it can never go on
/// ```
///
/// Between two tries it waits as [Reconnect] says. Once the client is closed it ends, at the latest
/// at its next try.
///
/// Threads: any may close it. The listener is called on gRPC's threads, and first on the one that
/// begins to watch, one call at a time; the server sends no faster than it returns.
public final class RouteWatch implements AutoCloseable {

  /// Takes what is watched.
  ///
  /// One that throws ends the watch, for it would miss what it was just told: [#ended] then has
  /// CANCELLED, and as its cause what was thrown.
  public interface Listener {

    /// A snapshot begins: what was told before is void once it is complete.
    default void begin() {}

    /// Routes of the snapshot, in list order.
    default void routes(List<Route> routes) {}

    /// The snapshot is complete.
    ///
    /// @param revision that it is of
    default void complete(long revision) {}

    /// What changed, in order. Changes of a revision after `revision` are a part of it: the rest
    /// comes next.
    ///
    /// @param revision up to which everything was told
    void changes(List<RouteChange> changes, long revision);

    /// Nothing that is watched has changed up to this revision.
    default void quiet(long revision) {}

    /// The server says that this client lags.
    default void lag(Lag lag) {}

    /// The call broke off, or could not be made; another try follows.
    default void cut(StatusRuntimeException why, Duration retryAfter) {}

    /// It cannot go on: the server refuses it, the client is closed, or this listener threw. The
    /// last call.
    default void ended(StatusRuntimeException why) {}
  }

  private final ClientChannel channel;
  private final Listener listener;

  @GuardedBy("this")
  private WatchRequest next;

  @GuardedBy("this")
  private @Nullable Attempt attempt;

  @GuardedBy("this")
  private final Reconnect reconnect = new Reconnect();

  @GuardedBy("this")
  private boolean knowsItsPlace;

  @GuardedBy("this")
  private boolean over;

  private RouteWatch(ClientChannel channel, WatchRequest request, Listener listener) {
    this.channel = channel;
    this.next = request;
    this.listener = listener;
  }

  /// Begins to follow.
  static RouteWatch open(ClientChannel channel, WatchRequest request, Listener listener) {
    RouteWatch watch = new RouteWatch(channel, request, listener);
    watch.attempt();
    return watch;
  }

  private synchronized void attempt() {
    if (!over && !next.hasStart()) {
      tell(listener::begin);
    }
    if (over) {
      return;
    }
    Attempt begun = new Attempt();
    attempt = begun;
    RoutesGrpc.newStub(channel).watch(next, begun);
  }

  private synchronized void message(Attempt from, WatchResponse message) {
    if (over || from != attempt) {
      return;
    }
    reconnect.answered();
    tell(() -> handOver(message));
    if (message.hasProgress()) {
      next =
          next.toBuilder()
              .setStart(WatchStart.newBuilder().setAfter(message.getProgress()))
              .build();
      knowsItsPlace = true;
    }
  }

  private void handOver(WatchResponse message) {
    switch (message.getPartCase()) {
      case SNAPSHOT -> listener.routes(message.getSnapshot().getRoutesList());
      case END_OF_SNAPSHOT -> listener.complete(message.getProgress().getRevision());
      case CHANGES ->
          listener.changes(
              message.getChanges().getChangesList(), message.getProgress().getRevision());
      case LAG -> listener.lag(message.getLag());
      case PART_NOT_SET -> listener.quiet(message.getProgress().getRevision());
    }
  }

  private synchronized void broken(Attempt from, StatusRuntimeException why) {
    if (over || from != attempt) {
      return;
    }
    Status.Code code = why.getStatus().getCode();
    boolean tooLate = code == Status.Code.OUT_OF_RANGE && knowsItsPlace;
    if (tooLate) {
      next = next.toBuilder().clearStart().build();
    }
    Optional<Duration> delay =
        tooLate && !channel.isClosed()
            ? Optional.of(Duration.ZERO)
            : reconnect.after(channel, code);
    if (delay.isEmpty()) {
      over = true;
      listener.ended(why);
      return;
    }
    tell(() -> listener.cut(why, delay.get()));
    Executor later = CompletableFuture.delayedExecutor(delay.get().toNanos(), TimeUnit.NANOSECONDS);
    later.execute(this::attempt);
  }

  /// Calls the listener; if it throws, the watch is over.
  private synchronized void tell(Runnable news) {
    try {
      news.run();
    } catch (Throwable e) {
      if (!over) {
        close();
        listener.ended(
            Status.CANCELLED
                .withDescription("the listener threw %s".formatted(e))
                .withCause(e)
                .asRuntimeException());
      }
    }
  }

  /// Ends it; the listener is not called any more.
  @Override
  public synchronized void close() {
    over = true;
    if (attempt != null) {
      attempt.cancel();
    }
  }

  /// One call.
  private final class Attempt implements ClientResponseObserver<WatchRequest, WatchResponse> {
    private @Nullable ClientCallStreamObserver<WatchRequest> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> started) {
      call = started;
    }

    @Override
    public void onNext(WatchResponse message) {
      message(this, message);
    }

    @Override
    public void onError(Throwable failure) {
      broken(this, new StatusRuntimeException(Status.fromThrowable(failure)));
    }

    @Override
    public void onCompleted() {
      broken(
          this,
          Status.UNAVAILABLE.withDescription("the server ended the watch").asRuntimeException());
    }

    private void cancel() {
      if (call != null) {
        call.cancel("not wanted any more", null);
      }
    }
  }
}
