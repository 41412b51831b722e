package guidepost.routes.service;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import guidepost.calls.Streaming;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetRoutesResponse;
import guidepost.routes.v1.MatchKind;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// The responses to one GetRoutes: hits in order, filtered, counted, cut into messages and pages.
///
/// Threads: one at a time.
final class RoutePages implements Streaming.Search<GetRoutesResponse> {

  /// Routes in a response.
  static final int PER_MESSAGE_MAX = 512;

  /// Routes in a page: some 6 MB.
  static final int PAGE_SIZE_MAX = 65_536;

  /// Routes looked at before others get their turn.
  private static final int LOOKED_AT_MAX = 4_096;

  private static final RouteText PREFIX = new RouteText("prefix", "prefix");
  private static final RouteText START = new RouteText("start_prefix", "prefix");

  private final GetRoutesRequest request;
  private final Iterator<Route> hits;
  private final RouteSelection selection;
  private final RouteTelling telling;
  private final long timeline;
  private final long revision;
  private final long wanted;

  private GetRoutesResponse.Builder filling;
  // That of the route looked at last: the first of another one is the best there.
  private @Nullable Prefix seen;
  private @Nullable Route last;
  private long found;
  private boolean over;

  private RoutePages(
      GetRoutesRequest request,
      Iterator<Route> hits,
      RouteSelection selection,
      RouteTelling telling,
      long timeline,
      long revision) {
    this.request = request;
    this.hits = hits;
    this.selection = selection;
    this.telling = telling;
    this.timeline = timeline;
    this.revision = revision;
    this.wanted =
        request.getPageSize() == 0 || request.getCountOnly()
            ? Long.MAX_VALUE
            : Math.min(Integer.toUnsignedLong(request.getPageSize()), PAGE_SIZE_MAX);
    this.filling = GetRoutesResponse.newBuilder().setRevision(revision);
  }

  /// The responses to a question about a state.
  ///
  /// @param telling makes messages of routes
  /// @param timeline that the state's revision belongs to
  /// @throws InvalidRouteException if a field breaks a rule
  /// @throws guidepost.calls.RejectedException OUT_OF_RANGE if the page is of another timeline
  static RoutePages of(
      GetRoutesRequest request, PublishedRoutes.State state, RouteTelling telling, long timeline) {
    RouteSelection selection = RouteSelection.of(request.getFilter());
    if (request.getPageToken().isEmpty()) {
      Iterator<Route> hits = first(state.routes(), request, selection);
      return new RoutePages(request, hits, selection, telling, timeline, state.revision());
    }
    RoutePlace place = RoutePlace.of(RoutePlace.token(request, timeline));
    Iterator<Route> hits = after(place, state.routes(), request, selection);
    RoutePages pages =
        new RoutePages(request, hits, selection, telling, timeline, state.revision());
    pages.seen = place.prefix();
    return pages;
  }

  /// True if making the responses may take long beside sending them.
  static boolean isSearch(GetRoutesRequest request) {
    return request.getCountOnly() || request.hasFilter();
  }

  private static Iterator<Route> first(
      RouteSnapshot snapshot, GetRoutesRequest request, RouteSelection selection) {
    Iterator<Route> all = matches(snapshot, request, selection);
    if (request.getStartPrefix().isEmpty()) {
      return all;
    }
    Prefix start = START.query(request.getStartPrefix(), "");
    if (!isInOrder(request)) {
      throw new InvalidRouteException(
          "start_prefix.match",
          "start_prefix",
          request.getStartPrefix(),
          "must be empty for " + request.getMatchKind() + ", which has few hits");
    }
    if (request.getPrefix().isEmpty()) {
      return snapshot.from(start);
    }
    Prefix within = PREFIX.query(request.getPrefix(), "");
    return start.compareTo(within) <= 0 ? all : new Within(within, snapshot.from(start));
  }

  /// True if a question has a range of the order of routes for its hits.
  private static boolean isInOrder(GetRoutesRequest request) {
    return request.getMatchKind() == MatchKind.MATCH_KIND_LONGER
        || (request.getPrefix().isEmpty()
            && request.getMatchKind() == MatchKind.MATCH_KIND_UNSPECIFIED);
  }

  /// The hits after the last one of a page: found again by its prefix, and among the routes of that
  /// by its place in the order of installation.
  private static Iterator<Route> after(
      RoutePlace place,
      RouteSnapshot snapshot,
      GetRoutesRequest request,
      RouteSelection selection) {
    PeekingIterator<Route> hits =
        Iterators.peekingIterator(from(place.prefix(), snapshot, request, selection));
    while (hits.hasNext() && hits.peek().prefix().compareTo(place.prefix()) <= 0) {
      Route next = hits.next();
      if (next.prefix().equals(place.prefix()) && next.installed() == place.installed()) {
        break;
      }
    }
    return hits;
  }

  private static Iterator<Route> from(
      Prefix first, RouteSnapshot snapshot, GetRoutesRequest request, RouteSelection selection) {
    if (request.getPrefix().isEmpty()) {
      return snapshot.from(first);
    }
    if (request.getMatchKind() != MatchKind.MATCH_KIND_LONGER) {
      return matches(snapshot, request, selection); // few
    }
    Prefix within = PREFIX.query(request.getPrefix(), "");
    return new Within(within, snapshot.from(first));
  }

  /// Routes as long as a prefix covers them.
  private static final class Within extends AbstractIterator<Route> {
    private final Prefix prefix;
    private final Iterator<Route> routes;

    Within(Prefix prefix, Iterator<Route> routes) {
      this.prefix = prefix;
      this.routes = routes;
    }

    @Override
    protected @Nullable Route computeNext() {
      if (routes.hasNext()) {
        Route next = routes.next();
        if (prefix.covers(next.prefix())) {
          return next;
        }
      }
      return endOfData();
    }
  }

  private static Iterator<Route> matches(
      RouteSnapshot snapshot, GetRoutesRequest request, RouteSelection selection) {
    if (request.getPrefix().isEmpty()) {
      return all(snapshot, request);
    }
    Prefix prefix = PREFIX.query(request.getPrefix(), "");
    return switch (request.getMatchKind()) {
      case MATCH_KIND_UNSPECIFIED, MATCH_KIND_EXACT -> snapshot.exact(prefix).iterator();
      case MATCH_KIND_LONGEST -> selection.longest(snapshot, prefix).iterator();
      case MATCH_KIND_LONGER -> snapshot.longer(prefix);
      case MATCH_KIND_SHORTER -> snapshot.shorter(prefix).iterator();
      case UNRECOGNIZED -> throw unknownMatch(request);
    };
  }

  private static Iterator<Route> all(RouteSnapshot snapshot, GetRoutesRequest request) {
    return switch (request.getMatchKind()) {
      case MATCH_KIND_UNSPECIFIED, MATCH_KIND_LONGER -> snapshot.all();
      case MATCH_KIND_EXACT, MATCH_KIND_LONGEST, MATCH_KIND_SHORTER ->
          throw new InvalidRouteException(
              "prefix.missing", "prefix", "", "must be given for " + request.getMatchKind());
      case UNRECOGNIZED -> throw unknownMatch(request);
    };
  }

  private static InvalidRouteException unknownMatch(GetRoutesRequest request) {
    return new InvalidRouteException(
        "match_kind.unknown",
        "match_kind",
        Integer.toString(request.getMatchKindValue()),
        "must be a known MatchKind");
  }

  /// A page ends where another hit is found that it has no room for, so that none is empty.
  @Override
  public @Nullable GetRoutesResponse look() {
    for (int lookedAt = 0; hits.hasNext(); lookedAt++) {
      if (lookedAt == LOOKED_AT_MAX) {
        return null;
      }
      Route next = hits.next();
      if (isWanted(next)) {
        if (found == wanted) {
          return lastOfPage(/* isLastPage= */ false);
        }
        GetRoutesResponse full = filling.getRoutesCount() < PER_MESSAGE_MAX ? null : full();
        take(next);
        if (full != null) {
          return full;
        }
      }
    }
    return lastOfPage(/* isLastPage= */ true);
  }

  private boolean isWanted(Route route) {
    return (!selection.isBestOnly() || isBest(route)) && selection.fits(route);
  }

  private boolean isBest(Route route) {
    boolean isFirst = !route.prefix().equals(seen);
    seen = route.prefix();
    return isFirst;
  }

  private void take(Route route) {
    found++;
    last = route;
    if (!request.getCountOnly()) {
      filling.addRoutes(telling.message(route));
    }
  }

  private GetRoutesResponse full() {
    GetRoutesResponse full = filling.build();
    filling = GetRoutesResponse.newBuilder().setRevision(revision);
    return full;
  }

  private GetRoutesResponse lastOfPage(boolean isLastPage) {
    over = true;
    if (request.getCountOnly()) {
      filling.setCount(found);
    } else if (last != null && !isLastPage) {
      filling.setNextPageToken(RoutePlace.after(last).token(request, timeline, revision));
    }
    return filling.build();
  }

  @Override
  public boolean isOver() {
    return over;
  }
}
