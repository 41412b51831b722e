package guidepost.routes.service;

import guidepost.calls.HistoryCalls;
import guidepost.calls.PartsSearch;
import guidepost.calls.RejectedException;
import guidepost.calls.Streaming;
import guidepost.routes.table.Family;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.DiffRoutesRequest;
import guidepost.routes.v1.DiffRoutesResponse;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetRoutesResponse;
import guidepost.routes.v1.GetStatsRequest;
import guidepost.routes.v1.GetStatsResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;

/// Questions about what the tables hold and held.
///
/// Threads: any.
final class QueryCalls {

  private static final RouteText PREFIX = new RouteText("prefix", "prefix");

  private final PublishedRoutes published;
  private final HistoryCalls<RouteHistory> history;
  private final Executor searches;

  /// @param searches runs what an event loop has no time for
  QueryCalls(PublishedRoutes published, HistoryCalls<RouteHistory> history, Executor searches) {
    this.published = published;
    this.history = history;
    this.searches = searches;
  }

  void getRoutes(GetRoutesRequest request, StreamObserver<GetRoutesResponse> observer) {
    try {
      // What is wrong with the question is said at once, whenever it is about.
      PublishedRoutes.State newest = published.state(request.getTable());
      RoutePages now = RoutePages.of(request, newest);
      if (Moments.isNow(request.getAt())) {
        published.catalog().requireSources("sources", request.getSourcesList());
      }
      Moments.check("at", request.getAt());
      if (!isAbout(newest, request)) {
        history.answer(observer, past -> page(past, request));
      } else if (RoutePages.isSearch(request)) {
        Streaming.send(now, observer, searches);
      } else {
        Streaming.send(Streaming.iterator(now), observer);
      }
    } catch (InvalidRouteException | RejectedException e) {
      observer.onError(RouteRejections.status(e));
    }
  }

  private static boolean isAbout(PublishedRoutes.State newest, GetRoutesRequest request) {
    return request.getPageToken().isEmpty()
        ? Moments.isNow(request.getAt())
        : PageToken.of(request).revision() == newest.revision();
  }

  private static String table(GetRoutesRequest request) {
    return Catalog.tableName(request.getTable());
  }

  private static RoutePages page(RouteHistory past, GetRoutesRequest request)
      throws guidepost.journal.JournalException {
    long revision =
        request.getPageToken().isEmpty()
            ? Moments.revision(past, "at", request.getAt())
            : PageToken.of(request).revision();
    return RoutePages.of(
        request, new PublishedRoutes.State(past.at(table(request), revision), revision));
  }

  void diffRoutes(DiffRoutesRequest request, StreamObserver<DiffRoutesResponse> observer) {
    try {
      String table = published.catalog().required(request.getTable()).name();
      Prefix within = request.getPrefix().isEmpty() ? null : PREFIX.query(request.getPrefix(), "");
      Moments.check("from", request.getFrom());
      Moments.check("to", request.getTo());
      history.answer(
          observer,
          past -> {
            long from = Moments.revision(past, "from", request.getFrom());
            long to = Moments.revision(past, "to", request.getTo());
            long bytesMax = PartsSearch.partBytesMax();
            return new PartsSearch<>(
                past.differences(table, from, to, within, bytesMax),
                bytesMax,
                RoutePages.PER_MESSAGE_MAX,
                differences -> page(from, to, differences));
          });
    } catch (InvalidRouteException | RejectedException e) {
      observer.onError(RouteRejections.status(e));
    }
  }

  private static DiffRoutesResponse page(
      long from, long to, List<RouteHistory.Difference> differences) {
    DiffRoutesResponse.Builder page =
        DiffRoutesResponse.newBuilder().setFromRevision(from).setToRevision(to);
    differences.forEach(difference -> page.addDifferences(V1Messages.message(difference)));
    return page.build();
  }

  /// @param watches tells how many watches are open
  void getStats(
      GetStatsRequest request, StreamObserver<GetStatsResponse> observer, IntSupplier watches) {
    try {
      PublishedRoutes.State state = published.state(request.getTable());
      Catalog catalog = published.catalog();
      observer.onNext(
          stats(state.routes())
              .setRevision(state.revision())
              .setTables(catalog.tableCount())
              .setSources(catalog.sourceCount())
              .setWatches(watches.getAsInt())
              .build());
      observer.onCompleted();
    } catch (RejectedException e) {
      observer.onError(RouteRejections.status(e));
    }
  }

  private static GetStatsResponse.Builder stats(RouteSnapshot snapshot) {
    return GetStatsResponse.newBuilder()
        .setIpv4Routes(snapshot.routeCount(Family.IPV4))
        .setIpv6Routes(snapshot.routeCount(Family.IPV6))
        .setIpv4Prefixes(snapshot.prefixCount(Family.IPV4))
        .setIpv6Prefixes(snapshot.prefixCount(Family.IPV6));
  }
}
