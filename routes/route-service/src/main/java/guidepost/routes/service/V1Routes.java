package guidepost.routes.service;

import com.google.common.collect.Iterators;
import guidepost.calls.Failures;
import guidepost.calls.ModifyHandler;
import guidepost.calls.OpenCalls;
import guidepost.calls.Streaming;
import guidepost.journal.DomainWriter;
import guidepost.routes.table.Family;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteTable;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.DiffRoutesRequest;
import guidepost.routes.v1.DiffRoutesResponse;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetRoutesResponse;
import guidepost.routes.v1.GetStatsRequest;
import guidepost.routes.v1.GetStatsResponse;
import guidepost.routes.v1.RoutesGrpc;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// The calls of `guidepost.routes.v1.Routes`.
final class V1Routes implements RoutesGrpc.AsyncService {

  private static final int PER_MESSAGE_MAX = 512;
  private static final RouteText PREFIX = new RouteText("prefix", "prefix");

  private final RouteTable table;
  private final DomainWriter<List<RouteOperation>, List<RouteOutcome>> writer;
  private final OpenCalls openCalls;
  private final HistoryCalls historyCalls;

  V1Routes(
      RouteTable table,
      DomainWriter<List<RouteOperation>, List<RouteOutcome>> writer,
      OpenCalls openCalls,
      HistoryCalls historyCalls) {
    this.table = table;
    this.writer = writer;
    this.openCalls = openCalls;
    this.historyCalls = historyCalls;
  }

  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder(RoutesGrpc.getServiceDescriptor())
        .addMethod(
            RoutesGrpc.getModifyMethod(),
            new ModifyHandler<>(writer, openCalls, new RouteModifyMessages()))
        .addMethod(
            RoutesGrpc.getGetRoutesMethod(), ServerCalls.asyncServerStreamingCall(this::getRoutes))
        .addMethod(
            RoutesGrpc.getDiffRoutesMethod(),
            ServerCalls.asyncServerStreamingCall(this::diffRoutes))
        .addMethod(RoutesGrpc.getGetStatsMethod(), ServerCalls.asyncUnaryCall(this::getStats))
        .build();
  }

  @Override
  public void getRoutes(GetRoutesRequest request, StreamObserver<GetRoutesResponse> observer) {
    try {
      requireTable(request.getTable());
      if (HistoryCalls.isNow(request.getAt())) {
        Streaming.send(pages(table.snapshot(), request), observer);
      } else {
        matches(table.snapshot(), request); // what is wrong with it is said at once
        historyCalls.answer(
            observer, history -> pages(HistoryCalls.state(history, request.getAt()), request));
      }
    } catch (InvalidRouteException | NoSuchElementException e) {
      observer.onError(Failures.status(e));
    }
  }

  @Override
  public void diffRoutes(DiffRoutesRequest request, StreamObserver<DiffRoutesResponse> observer) {
    try {
      requireTable(request.getTable());
      Prefix within = request.getPrefix().isEmpty() ? null : PREFIX.query(request.getPrefix(), "");
      historyCalls.answer(
          observer,
          history -> {
            long from = HistoryCalls.revision(history, "from", request.getFrom());
            long to = HistoryCalls.revision(history, "to", request.getTo());
            return Iterators.transform(
                pages(history.differences(from, to, within)),
                differences -> page(from, to, differences));
          });
    } catch (InvalidRouteException | NoSuchElementException e) {
      observer.onError(Failures.status(e));
    }
  }

  private static Iterator<GetRoutesResponse> pages(
      RouteSnapshot snapshot, GetRoutesRequest request) {
    return Iterators.transform(
        pages(matches(snapshot, request)), routes -> page(snapshot.revision(), routes));
  }

  private static void requireTable(String name) {
    if (!V1Messages.isDefault(name)) {
      throw new NoSuchElementException(RouteRecord.unknownTable(name));
    }
  }

  private static Iterator<Route> matches(RouteSnapshot snapshot, GetRoutesRequest request) {
    if (request.getPrefix().isEmpty()) {
      return all(snapshot, request);
    }
    Prefix prefix = PREFIX.query(request.getPrefix(), "");
    return switch (request.getMatch()) {
      case MATCH_UNSPECIFIED, MATCH_EXACT -> snapshot.exact(prefix).iterator();
      case MATCH_LONGEST -> snapshot.longestAll(prefix).iterator();
      case MATCH_LONGER -> snapshot.longer(prefix);
      case MATCH_SHORTER -> snapshot.shorter(prefix).iterator();
      case UNRECOGNIZED -> throw unknownMatch(request);
    };
  }

  private static Iterator<Route> all(RouteSnapshot snapshot, GetRoutesRequest request) {
    return switch (request.getMatch()) {
      case MATCH_UNSPECIFIED, MATCH_LONGER -> snapshot.all();
      case MATCH_EXACT, MATCH_LONGEST, MATCH_SHORTER ->
          throw new InvalidRouteException(
              "prefix.missing", "prefix", "", "must be given for " + request.getMatch());
      case UNRECOGNIZED -> throw unknownMatch(request);
    };
  }

  private static InvalidRouteException unknownMatch(GetRoutesRequest request) {
    return new InvalidRouteException(
        "match.unknown", "match", Integer.toString(request.getMatchValue()), "is not known");
  }

  @Override
  public void getStats(GetStatsRequest request, StreamObserver<GetStatsResponse> observer) {
    try {
      requireTable(request.getTable());
      observer.onNext(stats(table.snapshot()));
      observer.onCompleted();
    } catch (NoSuchElementException e) {
      observer.onError(Failures.status(e));
    }
  }

  private static GetStatsResponse stats(RouteSnapshot snapshot) {
    return GetStatsResponse.newBuilder()
        .setRevision(snapshot.revision())
        .setIpv4Routes(snapshot.routeCount(Family.IPV4))
        .setIpv6Routes(snapshot.routeCount(Family.IPV6))
        .setIpv4Prefixes(snapshot.prefixCount(Family.IPV4))
        .setIpv6Prefixes(snapshot.prefixCount(Family.IPV6))
        .build();
  }

  /// Parts of a bounded size; an empty one if there is nothing, so that there is always an answer.
  private static <T> Iterator<List<T>> pages(Iterator<T> all) {
    return all.hasNext()
        ? Iterators.partition(all, PER_MESSAGE_MAX)
        : Iterators.singletonIterator(List.of());
  }

  private static GetRoutesResponse page(long revision, List<Route> routes) {
    GetRoutesResponse.Builder page = GetRoutesResponse.newBuilder().setRevision(revision);
    routes.forEach(route -> page.addRoutes(V1Messages.message(route)));
    return page.build();
  }

  private static DiffRoutesResponse page(
      long from, long to, List<RouteHistory.Difference> differences) {
    DiffRoutesResponse.Builder page =
        DiffRoutesResponse.newBuilder().setFromRevision(from).setToRevision(to);
    differences.forEach(difference -> page.addDifferences(V1Messages.message(difference)));
    return page.build();
  }
}
