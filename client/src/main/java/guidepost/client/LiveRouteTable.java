package guidepost.client;

import guidepost.common.v1.ChangeKind;
import guidepost.routes.table.Address;
import guidepost.routes.table.Lookups;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteTable;
import guidepost.routes.v1.RouteChange;
import guidepost.routes.v1.WatchRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A copy of a server's table that follows it, for pipelines that look up every packet or flow:
/// they ask it in process, and nobody over the network.
///
/// ```
///   server ──snapshot, changes──▶ [Watch] ──▶ copy ──▶ longest, snapshot
/// ```
///
/// It shows whole revisions only, in order. While the server cannot be reached it goes on answering
/// with what it knows; after a cut it takes up the changes where it was, or takes a new snapshot,
/// which replaces the old one at once when it is complete. [#isCurrent] tells whether it is
/// following.
///
/// Memory: that of a [RouteTable] with those routes; twice that while a new snapshot comes.
///
/// Threads: any; look-ups never wait.
///
/// ```java
/// try (LiveRouteTable table = client.routes().live()) {
///   table.ready().toCompletableFuture().join();
///   table.longest(Address.parse("192.0.2.1"));
/// }
/// ```
public final class LiveRouteTable implements AutoCloseable {

  private final Following following = new Following();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final Watch<guidepost.routes.v1.Route, RouteChange> watch;

  private volatile RouteTable shown = new RouteTable();
  private volatile boolean current;
  private volatile @Nullable StatusRuntimeException end;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();

  private LiveRouteTable(ClientChannel channel, WatchRequest request) {
    this.watch = RouteWatchCalls.open(channel, request, following);
  }

  static LiveRouteTable follow(ClientChannel channel, String table) {
    return new LiveRouteTable(channel, WatchRequest.newBuilder().setTable(table).build());
  }

  /// Completes with the first snapshot; fails if the server can never give one, for example because
  /// there is no such table, or if this is closed before.
  public CompletionStage<Void> ready() {
    return ready.minimalCompletionStage();
  }

  /// The best route with the longest prefix that covers an address.
  public Optional<Route> longest(Address destination) {
    return shown.longest(destination);
  }

  /// The best route for each of many IPv4 addresses, all of one revision: see
  /// [RouteTable#longestIpv4].
  public Lookups longestIpv4(int[] addresses, int count) {
    return shown.longestIpv4(addresses, count);
  }

  /// The best route for each of many IPv6 addresses, all of one revision: see
  /// [RouteTable#longestIpv6].
  public Lookups longestIpv6(long[] highLow, int count) {
    return shown.longestIpv6(highLow, count);
  }

  /// All that is known now, as of one revision.
  public RouteSnapshot snapshot() {
    return shown.snapshot();
  }

  /// The server's revision that this shows; 0 before the first snapshot.
  public long revision() {
    return shown.snapshot().revision();
  }

  /// True while the server's changes come in; false while it cannot be reached.
  public boolean isCurrent() {
    return current;
  }

  /// Why it does not follow any more: the table was dropped, for example, or this or the client was
  /// closed. Empty while it does.
  public Optional<StatusRuntimeException> end() {
    return Optional.ofNullable(end);
  }

  /// Waits until a revision is visible, so that callers can read their own writes.
  ///
  /// @throws TimeoutException if that takes longer
  /// @throws StatusRuntimeException if it does not follow any more, at once if it is closed
  ///   meanwhile
  public void await(long revision, Duration patience)
      throws InterruptedException, TimeoutException {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (revision() < revision) {
        if (end != null) {
          throw end;
        }
        if (left <= 0) {
          throw new TimeoutException(
              "revision %d: not shown within %s; at %d".formatted(revision, patience, revision()));
        }
        left = moved.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private void ended(StatusRuntimeException why) {
    current = false;
    end = why;
    ready.completeExceptionally(why);
    signal();
  }

  private void signal() {
    lock.lock();
    try {
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Stops following; what is known stays. A caller that waits for more learns that it was closed.
  @Override
  public void close() {
    watch.close(); // nothing is told any more once this returns
    if (end == null) {
      ended(Status.CANCELLED.withDescription("the copy was closed").asRuntimeException());
    }
  }

  /// Keeps the copy. Called by one thread at a time.
  private final class Following implements Watch.Listener<guidepost.routes.v1.Route, RouteChange> {
    private RouteTable filling = new RouteTable();

    /// The newest revision of which `filling` holds a change, maybe not all; 0 for none.
    private long begun;

    @Override
    public void begin(Watch.Beginning why) {
      filling = new RouteTable();
      begun = 0;
    }

    @Override
    public void snapshot(List<guidepost.routes.v1.Route> routes) {
      routes.forEach(route -> filling.put(RouteMessages.route(route)));
    }

    @Override
    public void complete(long revision) {
      show(revision);
      ready.complete(null);
    }

    @Override
    public void changes(List<RouteChange> changes, long revision) {
      boolean published = false;
      for (RouteChange change : changes) {
        if (!published && change.getRoute().getRevision() > revision) {
          show(revision);
          published = true;
        }
        apply(change);
      }
      if (!published) {
        show(revision);
      }
    }

    private void apply(RouteChange change) {
      Route route = RouteMessages.route(change.getRoute());
      begun = Math.max(begun, route.revision());
      if (change.getKind() == ChangeKind.CHANGE_KIND_REMOVED) {
        filling.remove(route);
      } else {
        filling.put(route);
      }
    }

    @Override
    public void quiet(long revision) {
      show(revision);
    }

    /// Shows what is known, unless a part of a later revision is in it: the rest comes next.
    private void show(long revision) {
      current = true;
      if (begun <= revision) {
        filling.publish(revision);
        shown = filling;
        signal();
      }
    }

    @Override
    public void cut(StatusRuntimeException why, Duration retryAfter) {
      current = false;
    }

    @Override
    public void ended(StatusRuntimeException why) {
      LiveRouteTable.this.ended(why);
    }
  }
}
