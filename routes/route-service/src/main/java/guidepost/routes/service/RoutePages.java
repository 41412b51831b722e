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
import guidepost.routes.v1.Match;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
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

  private final GetRoutesRequest request;
  private final Iterator<Route> hits;
  private final Predicate<Route> filter;
  private final long revision;
  private final long wanted;

  private GetRoutesResponse.Builder filling;
  private @Nullable Route last;
  private long found;
  private boolean over;

  private RoutePages(
      GetRoutesRequest request, Iterator<Route> hits, Predicate<Route> filter, long revision) {
    this.request = request;
    this.hits = hits;
    this.filter = filter;
    this.revision = revision;
    this.wanted =
        request.getPageSize() == 0 || request.getCountOnly()
            ? Long.MAX_VALUE
            : request.getPageSize();
    this.filling = GetRoutesResponse.newBuilder().setRevision(revision);
  }

  /// The responses to a question about a state.
  ///
  /// @throws InvalidRouteException if a field breaks a rule
  static RoutePages of(GetRoutesRequest request, PublishedRoutes.State state) {
    checkPageSize(request);
    Predicate<Route> filter = RouteFilter.of(request);
    Iterator<Route> hits =
        request.getPageToken().isEmpty()
            ? matches(state.routes(), request, filter)
            : after(PageToken.of(request), state.routes(), request, filter);
    return new RoutePages(request, hits, filter, state.revision());
  }

  private static void checkPageSize(GetRoutesRequest request) {
    if (Integer.compareUnsigned(request.getPageSize(), PAGE_SIZE_MAX) > 0) {
      throw new InvalidRouteException(
          "page_size.range",
          "page_size",
          Integer.toUnsignedString(request.getPageSize()),
          "must be 0.." + PAGE_SIZE_MAX);
    }
  }

  /// True if making the responses may take long beside sending them.
  static boolean isSearch(GetRoutesRequest request) {
    return request.getCountOnly() || RouteFilter.isSet(request);
  }

  /// The hits after the last one of a page: found again by its prefix, and among the routes of that
  /// by its place in the order of installation.
  private static Iterator<Route> after(
      PageToken token, RouteSnapshot snapshot, GetRoutesRequest request, Predicate<Route> filter) {
    PeekingIterator<Route> hits =
        Iterators.peekingIterator(from(token.prefix(), snapshot, request, filter));
    while (hits.hasNext() && hits.peek().prefix().compareTo(token.prefix()) <= 0) {
      Route next = hits.next();
      if (next.prefix().equals(token.prefix()) && next.installed() == token.installed()) {
        break;
      }
    }
    return hits;
  }

  private static Iterator<Route> from(
      Prefix first, RouteSnapshot snapshot, GetRoutesRequest request, Predicate<Route> filter) {
    if (request.getPrefix().isEmpty()) {
      return snapshot.from(first);
    }
    if (request.getMatch() != Match.MATCH_LONGER) {
      return matches(snapshot, request, filter); // few
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
      RouteSnapshot snapshot, GetRoutesRequest request, Predicate<Route> filter) {
    if (request.getPrefix().isEmpty()) {
      return all(snapshot, request);
    }
    Prefix prefix = PREFIX.query(request.getPrefix(), "");
    return switch (request.getMatch()) {
      case MATCH_UNSPECIFIED, MATCH_EXACT -> snapshot.exact(prefix).iterator();
      case MATCH_LONGEST ->
          RouteFilter.isSet(request)
              ? longest(snapshot.shorter(prefix), filter).iterator()
              : snapshot.longestAll(prefix).iterator();
      case MATCH_LONGER -> snapshot.longer(prefix);
      case MATCH_SHORTER -> snapshot.shorter(prefix).iterator();
      case UNRECOGNIZED -> throw unknownMatch(request);
    };
  }

  /// Of routes by growing length of their prefix: those of the longest that has a wanted one.
  private static List<Route> longest(List<Route> covering, Predicate<Route> filter) {
    List<Route> wanted = covering.stream().filter(filter).toList();
    return wanted.stream()
        .filter(route -> route.prefix().equals(wanted.getLast().prefix()))
        .toList();
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
  public @Nullable GetRoutesResponse look() {
    int lookedAt = 0;
    while (hits.hasNext() && found < wanted && filling.getRoutesCount() < PER_MESSAGE_MAX) {
      if (lookedAt == LOOKED_AT_MAX) {
        return null;
      }
      lookedAt++;
      take(hits.next());
    }
    return found < wanted && hits.hasNext() ? full() : lastOfPage();
  }

  private void take(Route route) {
    if (filter.test(route)) {
      found++;
      last = route;
      if (!request.getCountOnly()) {
        filling.addRoutes(V1Messages.message(route));
      }
    }
  }

  private GetRoutesResponse full() {
    GetRoutesResponse full = filling.build();
    filling = GetRoutesResponse.newBuilder().setRevision(revision);
    return full;
  }

  private GetRoutesResponse lastOfPage() {
    over = true;
    if (request.getCountOnly()) {
      filling.setCount(found);
    } else if (last != null && hits.hasNext()) {
      filling.setNextPageToken(PageToken.after(last, request, revision).text());
    }
    return filling.build();
  }

  @Override
  public boolean isOver() {
    return over;
  }
}
