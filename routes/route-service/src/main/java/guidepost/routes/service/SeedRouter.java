package guidepost.routes.service;

import com.google.common.collect.Iterators;
import com.google.protobuf.Empty;
import guidepost.calls.Failures;
import guidepost.calls.OpenCalls;
import guidepost.calls.RpcRoles;
import guidepost.calls.Streaming;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.RouteSnapshot;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.Result;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/// The seed contract's three calls.
final class SeedRouter extends RouterGrpc.RouterImplBase {

  /// Who may call what.
  static final RpcRoles ROLES =
      RpcRoles.none()
          .reader(RouterGrpc.getGetRouteMethod(), RouterGrpc.getListRoutesMethod())
          .writer(RouterGrpc.getAddRoutesMethod());

  private final PublishedRoutes published;
  private final Supplier<RouteWriter> writers;
  private final OpenCalls openCalls;

  /// @param writers opens one for each call that writes
  SeedRouter(PublishedRoutes published, Supplier<RouteWriter> writers, OpenCalls openCalls) {
    this.published = published;
    this.writers = writers;
    this.openCalls = openCalls;
  }

  @Override
  public void getRoute(Destination destination, StreamObserver<Route> observer) {
    Failures.answering(
        observer,
        () -> {
          RouteAccess.requireReadable(Catalog.DEFAULT_TABLE);
          observer.onNext(found(destination, CallOptions.current()));
          observer.onCompleted();
        });
  }

  /// An unreadable destination is answered like one that nothing covers: the contract has no error
  /// for it. What is wrong with it is said beside the answer.
  private Route found(Destination destination, CallOptions options) {
    try {
      return table()
          .longest(RouterMessages.prefix(destination))
          .map(route -> RouterMessages.message(route, options.extended()))
          .orElse(RouterMessages.NOT_FOUND);
    } catch (InvalidRouteException e) {
      String text = e.getMessage();
      options.error(text);
      return options.extended()
          ? RouterMessages.NOT_FOUND.toBuilder().setError(text).build()
          : RouterMessages.NOT_FOUND;
    }
  }

  private RouteSnapshot table() {
    return published.state(Catalog.DEFAULT_TABLE).routes();
  }

  @Override
  public void listRoutes(Empty request, StreamObserver<Route> observer) {
    boolean extended = CallOptions.current().extended();
    Failures.answering(
        observer,
        () -> {
          RouteAccess.requireReadable(Catalog.DEFAULT_TABLE);
          Streaming.send(
              Iterators.transform(table().all(), route -> RouterMessages.message(route, extended)),
              observer);
        });
  }

  @Override
  public StreamObserver<Route> addRoutes(StreamObserver<Result> observer) {
    return AddRoutesCall.begin(
        writers.get(),
        openCalls,
        (ServerCallStreamObserver<Result>) observer,
        published.revision(),
        CallOptions.current().extended());
  }
}
