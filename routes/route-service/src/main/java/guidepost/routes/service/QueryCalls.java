package guidepost.routes.service;

import com.google.common.collect.Iterators;
import guidepost.calls.Caller;
import guidepost.calls.Failures;
import guidepost.calls.Fields;
import guidepost.calls.HistoryCalls;
import guidepost.calls.LoggedChanges;
import guidepost.calls.Moment;
import guidepost.calls.PartsSearch;
import guidepost.calls.PreparedSearch;
import guidepost.calls.Reason;
import guidepost.calls.RejectedException;
import guidepost.calls.Rejection;
import guidepost.calls.RevisionTimes;
import guidepost.calls.Role;
import guidepost.calls.SearchQueue;
import guidepost.calls.Streaming;
import guidepost.journal.JournalException;
import guidepost.routes.table.Family;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.DiffRoutesRequest;
import guidepost.routes.v1.DiffRoutesResponse;
import guidepost.routes.v1.GetPrefixTreeRequest;
import guidepost.routes.v1.GetPrefixTreeResponse;
import guidepost.routes.v1.GetRevisionRequest;
import guidepost.routes.v1.GetRevisionResponse;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetRoutesResponse;
import guidepost.routes.v1.GetStatsRequest;
import guidepost.routes.v1.GetStatsResponse;
import guidepost.routes.v1.ListChangesRequest;
import guidepost.routes.v1.ListChangesResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/// Questions about what the tables hold and held.
///
/// Threads: any.
final class QueryCalls {

  private static final RouteText PREFIX = new RouteText("prefix", "prefix");

  private final PublishedRoutes published;
  private final HistoryCalls<RouteHistory> history;
  private final SearchQueue searches;
  private final long timeline;

  /// @param timeline that revisions belong to
  /// @param searches runs what an event loop has no time for
  QueryCalls(
      PublishedRoutes published,
      HistoryCalls<RouteHistory> history,
      long timeline,
      SearchQueue searches) {
    this.published = published;
    this.timeline = timeline;
    this.history = history;
    this.searches = searches;
  }

  void getRoutes(GetRoutesRequest request, StreamObserver<GetRoutesResponse> observer) {
    try {
      RouteAccess.requireReadable(request.getTable());
      // What is wrong with the question is said at once, whenever it is about.
      PublishedRoutes.State newest = published.state(request.getTable());
      RoutePages now = RoutePages.of(request, newest, RouteTelling.withoutTimes(), timeline);
      Moment asked = Moment.of("as_of", request.getAsOf());
      if (asked.isNewest()) {
        RouteSelection.of(request.getFilter()).requireSources(published.catalog());
      }
      Moment moment =
          request.getPageToken().isEmpty() ? asked : Moment.of(RoutePlace.token(request, timeline));
      if (request.getWithTimes() || !isAbout(newest, moment)) {
        history.answer(observer, past -> page(past, moment, request));
      } else if (RoutePages.isSearch(request)) {
        Streaming.send(now, observer, searches);
      } else {
        Streaming.send(Streaming.iterator(now), observer);
      }
    } catch (InvalidRouteException | RejectedException e) {
      observer.onError(RouteRejections.status(e));
    }
  }

  private static boolean isAbout(PublishedRoutes.State newest, Moment moment) {
    return moment.isNewest() || moment.isAfter(newest.revision());
  }

  private static String table(GetRoutesRequest request) {
    return Catalog.tableName(request.getTable());
  }

  /// Times of revisions are read from the disk, which no event loop may wait for.
  private static <M> Streaming.Search<M> prepared(boolean withTimes, Streaming.Search<M> found) {
    return withTimes ? new PreparedSearch<>(found) : found;
  }

  private Streaming.Search<GetRoutesResponse> page(
      RouteHistory past, Moment moment, GetRoutesRequest request) throws JournalException {
    return prepared(
        request.getWithTimes(),
        RoutePages.of(
            request,
            past.at(table(request), moment),
            telling(past, request.getWithTimes()),
            timeline));
  }

  private static RouteTelling telling(RouteHistory past, boolean withTimes) {
    return withTimes ? past.telling() : RouteTelling.withoutTimes();
  }

  void diffRoutes(DiffRoutesRequest request, StreamObserver<DiffRoutesResponse> observer) {
    try {
      RouteAccess.requireReadable(request.getTable());
      String table = published.catalog().required(request.getTable()).name();
      Prefix within = request.getPrefix().isEmpty() ? null : PREFIX.query(request.getPrefix(), "");
      RouteSelection selection = RouteSelection.of(request.getFilter());
      Moment before = Moment.of("from_state", request.getFromState());
      Moment after = Moment.of("to_state", request.getToState());
      history.answer(
          observer,
          past -> {
            long from = past.revision(before);
            long to = past.revision(after);
            RouteTelling telling = telling(past, request.getWithTimes());
            long bytesMax = PartsSearch.partBytesMax();
            return prepared(
                request.getWithTimes(),
                new PartsSearch<>(
                    past.differences(table, from, to, within, selection, bytesMax),
                    bytesMax,
                    RoutePages.PER_MESSAGE_MAX,
                    differences -> page(from, to, differences, telling)));
          });
    } catch (InvalidRouteException | RejectedException e) {
      observer.onError(RouteRejections.status(e));
    }
  }

  void listChanges(ListChangesRequest request, StreamObserver<ListChangesResponse> observer) {
    try {
      RouteAccess.requireReadable(request.getTable());
      String table = published.catalog().required(request.getTable()).name();
      Prefix within = request.getPrefix().isEmpty() ? null : PREFIX.query(request.getPrefix(), "");
      RouteSelection selection = RouteSelection.of(request.getFilter());
      if (selection.isBestOnly()) {
        throw Rejection.of(
                Reason.VALUE_OUT_OF_RANGE,
                "filter.best_only",
                true,
                "must not be set: a step has one route")
            .asException();
      }
      int limit = LoggedChanges.limit(request.getLimit());
      Moment before = Moment.of("from_state", request.getFromState());
      Moment after = Moment.of("to_state", request.getToState());
      history.answer(
          observer,
          past -> {
            long from = before.isNewest() ? past.oldest() : past.revision(before);
            long to = past.revision(after);
            var steps = past.changes(table, from, to, limit, within, selection);
            return new PartsSearch<>(
                steps,
                PartsSearch.partBytesMax(),
                RoutePages.PER_MESSAGE_MAX,
                changes ->
                    ListChangesResponse.newBuilder()
                        .addAllChanges(changes)
                        .setFromRevision(from)
                        .setToRevision(to)
                        .setNextRevision(steps.nextRevision())
                        .build());
          });
    } catch (InvalidRouteException | RejectedException e) {
      observer.onError(RouteRejections.status(e));
    }
  }

  void getPrefixTree(GetPrefixTreeRequest request, StreamObserver<GetPrefixTreeResponse> observer) {
    try {
      RouteAccess.requireReadable(request.getTable());
      PublishedRoutes.State newest = published.state(request.getTable());
      if (request.getPrefix().isEmpty()) {
        throw Rejection.missing("prefix", "what to divide").asException();
      }
      Prefix prefix = PREFIX.query(request.getPrefix(), "");
      RouteSelection selection = RouteSelection.of(request.getFilter());
      int depth =
          request.getDepth() == 0
              ? 1
              : (int)
                  Fields.range(
                      "depth",
                      Integer.toUnsignedLong(request.getDepth()),
                      1,
                      PrefixParts.DEPTH_MAX);
      Moment moment = Moment.of("as_of", request.getAsOf());
      if (isAbout(newest, moment)) {
        Streaming.send(new PrefixParts(prefix, depth, newest, selection), observer, searches);
      } else {
        String table = Catalog.tableName(request.getTable());
        history.answer(
            observer, past -> new PrefixParts(prefix, depth, past.at(table, moment), selection));
      }
    } catch (InvalidRouteException | RejectedException e) {
      observer.onError(RouteRejections.status(e));
    }
  }

  void getRevision(GetRevisionRequest request, StreamObserver<GetRevisionResponse> observer) {
    Failures.answering(
        observer,
        () -> {
          Moment moment = Moment.of("as_of", request.getAsOf());
          history.answer(
              observer, past -> Streaming.of(Iterators.singletonIterator(revision(past, moment))));
        });
  }

  private static GetRevisionResponse revision(RouteHistory past, Moment moment)
      throws JournalException {
    long revision = past.revision(moment);
    GetRevisionResponse.Builder response =
        GetRevisionResponse.newBuilder().setRevision(revision).setTimeline(past.timeline());
    past.timeOf(revision).ifPresent(time -> response.setTime(RevisionTimes.timestamp(time)));
    return response.build();
  }

  private static DiffRoutesResponse page(
      long from, long to, List<RouteHistory.Difference> differences, RouteTelling telling) {
    DiffRoutesResponse.Builder page =
        DiffRoutesResponse.newBuilder().setFromRevision(from).setToRevision(to);
    differences.forEach(difference -> page.addDifferences(V1Messages.message(difference, telling)));
    return page.build();
  }

  /// Counts what its caller may see.
  ///
  /// @param watches tells how many watches are open
  void getStats(
      GetStatsRequest request, StreamObserver<GetStatsResponse> observer, IntSupplier watches) {
    try {
      RouteAccess.requireReadable(request.getTable());
      PublishedRoutes.State state = published.state(request.getTable());
      Catalog catalog = published.catalog();
      Caller caller = Caller.current();
      observer.onNext(
          stats(state.routes())
              .setRevision(state.revision())
              .setTables(count(catalog.tables(), table -> caller.mayReadTable(table.name())))
              .setSources(count(catalog.sources(), source -> caller.mayReadSource(source.name())))
              .setWatches(caller.may(Role.ADMIN) ? watches.getAsInt() : 0)
              .build());
      observer.onCompleted();
    } catch (RejectedException e) {
      observer.onError(RouteRejections.status(e));
    }
  }

  private static <T> int count(Iterable<T> all, Predicate<T> seen) {
    int count = 0;
    for (T each : all) {
      count += seen.test(each) ? 1 : 0;
    }
    return count;
  }

  private static GetStatsResponse.Builder stats(RouteSnapshot snapshot) {
    return GetStatsResponse.newBuilder()
        .setIpv4Routes(snapshot.routeCount(Family.IPV4))
        .setIpv6Routes(snapshot.routeCount(Family.IPV6))
        .setIpv4Prefixes(snapshot.prefixCount(Family.IPV4))
        .setIpv6Prefixes(snapshot.prefixCount(Family.IPV6));
  }
}
