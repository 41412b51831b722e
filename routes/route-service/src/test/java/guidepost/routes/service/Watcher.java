package guidepost.routes.service;

import guidepost.common.v1.ChangeKind;
import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteChange;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.routes.v1.WatchRequest;
import guidepost.routes.v1.WatchResponse;
import guidepost.testing.Patience;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client that watches, message by message, and keeps a copy of what it is told.
final class Watcher implements ClientResponseObserver<WatchRequest, WatchResponse>, AutoCloseable {

  private final BlockingQueue<Optional<WatchResponse>> arrived = new LinkedBlockingQueue<>();
  private final Map<String, Route> copy;
  private @Nullable ClientCallStreamObserver<WatchRequest> call;
  private volatile @Nullable Throwable failure;
  private long revision;
  private boolean snapshotEnded;

  private Watcher(Map<String, Route> copy) {
    this.copy = copy;
  }

  /// With the changes from now on.
  static WatchStart changesOnly() {
    return WatchStart.newBuilder().setChangesOnly(true).build();
  }

  /// With the changes after a revision.
  static WatchStart after(long revision) {
    return after(revision, 0);
  }

  static WatchStart after(long revision, long timeline) {
    return WatchStart.newBuilder()
        .setAfter(Progress.newBuilder().setRevision(revision).setTimeline(timeline))
        .build();
  }

  /// One that begins with nothing.
  static Watcher open(RoutesGrpc.RoutesStub stub, WatchRequest request) {
    Watcher watcher = new Watcher(new TreeMap<>());
    stub.watch(request, watcher);
    return watcher;
  }

  /// One that goes on where another was cut.
  static Watcher resume(RoutesGrpc.RoutesStub stub, WatchRequest request, Watcher cut) {
    Watcher watcher = new Watcher(cut.copy);
    watcher.revision = cut.revision;
    watcher.snapshotEnded = true;
    stub.watch(request.toBuilder().setStart(after(cut.revision)).build(), watcher);
    return watcher;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<WatchRequest> requestStream) {
    call = requestStream;
    requestStream.disableAutoRequestWithInitial(0);
  }

  private ClientCallStreamObserver<WatchRequest> call() {
    return Objects.requireNonNull(call);
  }

  @Override
  public void onNext(WatchResponse message) {
    arrived.add(Optional.of(message));
  }

  @Override
  public void onError(Throwable thrown) {
    failure = thrown;
    arrived.add(Optional.empty());
  }

  @Override
  public void onCompleted() {
    failure = new AssertionError("a watch ended with OK");
    arrived.add(Optional.empty());
  }

  /// The next message, taken into the copy.
  WatchResponse next() throws InterruptedException {
    call().request(1);
    Optional<WatchResponse> message = arrived.poll(Patience.SECONDS, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message in time");
    }
    if (message.isEmpty()) {
      throw new AssertionError("the watch ended", failure);
    }
    apply(message.get());
    return message.get();
  }

  /// Waits for the end.
  Throwable failure() throws InterruptedException {
    call().request(Integer.MAX_VALUE);
    Optional<WatchResponse> message = Optional.of(WatchResponse.getDefaultInstance());
    while (message.isPresent()) {
      message = arrived.poll(Patience.SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no end in time");
      }
      message.ifPresent(this::apply);
    }
    return Objects.requireNonNull(failure);
  }

  private void apply(WatchResponse message) {
    switch (message.getPartCase()) {
      case SNAPSHOT -> message.getSnapshot().getRoutesList().forEach(this::put);
      case END_OF_SNAPSHOT -> snapshotEnded = true;
      case CHANGES -> message.getChanges().getChangesList().forEach(this::apply);
      case LAG, PART_NOT_SET -> {}
    }
    if (message.getProgress().getRevision() < revision) {
      throw new AssertionError("went back from " + revision + ": " + message);
    }
    revision = message.getProgress().getRevision();
  }

  private void apply(RouteChange change) {
    String key = key(change.getRoute());
    boolean known = copy.containsKey(key);
    switch (change.getKind()) {
      case CHANGE_KIND_ADDED -> require(!known, change);
      case CHANGE_KIND_UPDATED, CHANGE_KIND_REMOVED -> require(known, change);
      case CHANGE_KIND_UNSPECIFIED, UNRECOGNIZED -> require(false, change);
    }
    if (change.getKind() == ChangeKind.CHANGE_KIND_REMOVED) {
      copy.remove(key);
    } else {
      put(change.getRoute());
    }
  }

  private static void require(boolean holds, RouteChange change) {
    if (!holds) {
      throw new AssertionError("does not follow from what was told before: " + change);
    }
  }

  private void put(Route route) {
    copy.put(key(route), route);
  }

  /// What tells a route of a table from the others.
  static String key(Route route) {
    return String.join(
        " ",
        route.getPrefix(),
        route.getSource(),
        route.getNextHop(),
        route.getInterfaceName(),
        route.getKind().toString(),
        Integer.toUnsignedString(route.getPathId()));
  }

  /// What it has been told.
  Map<String, Route> copy() {
    return copy;
  }

  /// Where it would resume.
  long revision() {
    return revision;
  }

  boolean snapshotEnded() {
    return snapshotEnded;
  }

  /// Takes messages until it knows a revision.
  Watcher until(long wanted) throws InterruptedException {
    while (revision < wanted) {
      next();
    }
    return this;
  }

  @Override
  public void close() {
    call().cancel("seen enough", null);
  }
}
