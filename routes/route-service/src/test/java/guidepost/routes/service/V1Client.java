package guidepost.routes.service;

import guidepost.common.v1.OperationResult;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.PutSourceRequest;
import guidepost.routes.v1.Replacement;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.Source;
import guidepost.routes.v1.SyncScope;
import guidepost.testing.Patience;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What tests of the v1 contract ask, in few words.
final class V1Client {

  private final InProcessRoutes server;

  V1Client(InProcessRoutes server) {
    this.server = server;
  }

  static Route via(String prefix, String nextHop) {
    return Route.newBuilder().setPrefix(prefix).setNextHop(nextHop).build();
  }

  static Route via(String prefix, String nextHop, int metric) {
    return via(prefix, nextHop).toBuilder().setMetric(metric).build();
  }

  static Operation add(Route route) {
    return Operation.newBuilder().setAdd(route).build();
  }

  static Operation delete(Route route) {
    return Operation.newBuilder().setDeleteRoute(route).build();
  }

  static Operation deletePrefix(String prefix) {
    return Operation.newBuilder().setDeletePrefix(prefix).build();
  }

  static Operation replace(String prefix, Route... routes) {
    return Operation.newBuilder()
        .setReplace(Replacement.newBuilder().setPrefix(prefix).addAllRoutes(List.of(routes)))
        .build();
  }

  static Operation beginSync() {
    return Operation.newBuilder().setBeginSync(SyncScope.getDefaultInstance()).build();
  }

  static Operation endSync() {
    return Operation.newBuilder().setEndSync(SyncScope.getDefaultInstance()).build();
  }

  /// @param despiteRefusals sweep though operations were rejected
  static Operation endSync(boolean despiteRefusals) {
    return Operation.newBuilder()
        .setEndSync(SyncScope.newBuilder().setSweepDespiteRejections(despiteRefusals))
        .build();
  }

  static ModifyRequest request(Operation... operations) {
    return ModifyRequest.newBuilder().addAllOperations(List.of(operations)).build();
  }

  static ModifyRequest ofSource(String source, Operation... operations) {
    return request(operations).toBuilder().setSource(source).build();
  }

  List<OperationResult> modify(Operation... operations) throws Exception {
    return modify(request(operations));
  }

  List<OperationResult> modify(ModifyRequest... requests) throws Exception {
    Replies<ModifyResponse> replies = new Replies<>();
    StreamObserver<ModifyRequest> call = server.routesAsync().modify(replies);
    List.of(requests).forEach(call::onNext);
    call.onCompleted();
    return replies.await().stream().flatMap(reply -> reply.getResultsList().stream()).toList();
  }

  OperationResult modifyOne(Operation operation) throws Exception {
    return modify(operation).getFirst();
  }

  void putSource(String name, int distance) {
    putSource(Source.newBuilder().setName(name).setDistance(distance).build());
  }

  void putSource(Source source) {
    var _ = server.routes().putSource(PutSourceRequest.newBuilder().setSource(source).build());
  }

  Source source(String name) {
    return server
        .routes()
        .listSources(guidepost.routes.v1.ListSourcesRequest.getDefaultInstance())
        .getSourcesList()
        .stream()
        .filter(each -> each.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  List<Route> routes(GetRoutesRequest request) {
    List<Route> found = new ArrayList<>();
    server.routes().getRoutes(request).forEachRemaining(page -> found.addAll(page.getRoutesList()));
    return found;
  }

  List<Route> routes() {
    return routes(GetRoutesRequest.getDefaultInstance());
  }

  Map<String, Route> byKey(String table) {
    Map<String, Route> routes = new TreeMap<>();
    routes(GetRoutesRequest.newBuilder().setTable(table).build())
        .forEach(route -> routes.put(Watcher.key(route), route));
    return routes;
  }

  /// A Modify call that stays open.
  Modifying modifying() {
    Modifying modifying = new Modifying();
    modifying.call = server.routesAsync().modify(modifying);
    return modifying;
  }

  /// A Modify call that stays open.
  static final class Modifying implements StreamObserver<ModifyResponse> {
    private final BlockingQueue<OperationResult> results = new LinkedBlockingQueue<>();
    private @Nullable StreamObserver<ModifyRequest> call;

    private StreamObserver<ModifyRequest> call() {
      return Objects.requireNonNull(call);
    }

    @Override
    public void onNext(ModifyResponse response) {
      results.addAll(response.getResultsList());
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}

    List<OperationResult> send(ModifyRequest request) throws InterruptedException {
      call().onNext(request);
      return results(request.getOperationsCount());
    }

    /// The next so many results.
    List<OperationResult> results(int count) throws InterruptedException {
      List<OperationResult> answers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        OperationResult next = results.poll(Patience.SECONDS, TimeUnit.SECONDS);
        if (next == null) {
          throw new AssertionError("no result in time");
        }
        answers.add(next);
      }
      return answers;
    }

    /// Does not wait for results.
    void ask(ModifyRequest request) {
      call().onNext(request);
    }

    void end() {
      call().onCompleted();
    }
  }
}
