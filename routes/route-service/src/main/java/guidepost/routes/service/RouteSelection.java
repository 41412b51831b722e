package guidepost.routes.service;

import guidepost.calls.Caller;
import guidepost.routes.table.Address;
import guidepost.routes.table.Family;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.v1.RouteFilter;
import guidepost.routes.v1.RouteKind;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// The routes that a question is about, beyond their prefix: what its filter says.
///
/// Threads: any; immutable.
final class RouteSelection {

  /// Enough to name all of a router's protocols several times over.
  static final int SOURCES_MAX = 64;

  private static final RouteSelection ALL =
      new RouteSelection(RouteFilter.getDefaultInstance(), route -> true);

  private final RouteFilter filter;
  private final Predicate<Route> fits;

  private RouteSelection(RouteFilter filter, Predicate<Route> fits) {
    this.filter = filter;
    this.fits = fits;
  }

  /// What a filter says.
  ///
  /// @throws InvalidRouteException if a field breaks a rule
  static RouteSelection of(RouteFilter filter) {
    return filter.equals(RouteFilter.getDefaultInstance())
        ? ALL
        : new RouteSelection(filter, predicate(filter));
  }

  private static Predicate<Route> predicate(RouteFilter filter) {
    return sources(filter)
        .and(nextHop(filter.getNextHop()))
        .and(outgoing(filter.getInterfaceName()))
        .and(kinds(filter))
        .and(family(filter))
        .and(distance(filter))
        .and(metric(filter))
        .and(tags(filter));
  }

  /// True if it is about every route.
  boolean isAll() {
    return this == ALL;
  }

  /// True if only the best route of each prefix can be meant.
  boolean isBestOnly() {
    return filter.getBestOnly();
  }

  /// True if a route fits, whether it is the best of its prefix or not.
  boolean fits(Route route) {
    return fits.test(route);
  }

  /// Rejects a filter that names a source that does not exist, if the caller of this thread's call
  /// may see what sources there are by that name; to others it is one without routes.
  ///
  /// @throws guidepost.calls.RejectedException NOT_FOUND
  void requireSources(Catalog catalog) {
    for (int i = 0; i < filter.getSourcesCount(); i++) {
      String name = filter.getSources(i);
      if (catalog.source(name) == null && Caller.current().mayReadSource(name)) {
        throw RouteRejections.unknownSource("filter.sources[%d]".formatted(i), name);
      }
    }
  }

  /// Those of the routes of one prefix that are meant, best first as they come.
  List<Route> of(List<Route> ofPrefix) {
    if (isAll()) {
      return ofPrefix;
    }
    return ofPrefix.stream().limit(isBestOnly() ? 1 : Long.MAX_VALUE).filter(fits).toList();
  }

  /// The routes that are meant of the longest prefix that covers a destination and has one, best
  /// first; empty if none has.
  ///
  /// Cost: with a filter, it grows with the prefixes that cover the destination.
  List<Route> longest(RouteSnapshot table, Prefix destination) {
    if (isAll()) {
      return table.longestAll(destination);
    }
    List<Route> covering = table.shorter(destination);
    int end = covering.size();
    while (end > 0) {
      int begin = end - 1;
      while (begin > 0 && samePrefix(covering.get(begin - 1), covering.get(end - 1))) {
        begin--;
      }
      List<Route> meant = of(covering.subList(begin, end));
      if (!meant.isEmpty()) {
        return meant;
      }
      end = begin;
    }
    return List.of();
  }

  private static boolean samePrefix(Route one, Route other) {
    return one.prefix().equals(other.prefix());
  }

  private static Predicate<Route> sources(RouteFilter filter) {
    requireAtMost("filter.sources", filter.getSourcesCount(), SOURCES_MAX);
    if (filter.getSourcesCount() == 0) {
      return route -> true;
    }
    Set<String> wanted = new HashSet<>(filter.getSourcesList());
    return route -> wanted.contains(route.source());
  }

  private static void requireAtMost(String field, int count, int max) {
    if (count > max) {
      throw new InvalidRouteException(
          field.substring(field.indexOf('.') + 1) + ".max",
          field,
          Integer.toString(count),
          "must be at most " + max);
    }
  }

  private static Predicate<Route> nextHop(String text) {
    if (text.isEmpty()) {
      return route -> true;
    }
    Address address = address(text);
    return route ->
        route.nextHop() instanceof NextHop.Gateway gateway && gateway.address().equals(address);
  }

  private static Address address(String text) {
    try {
      return Address.parse(text);
    } catch (InvalidRouteException e) {
      throw new InvalidRouteException(
          "next_hop.address", "filter.next_hop", text, "must be an IPv4 or IPv6 address");
    }
  }

  private static Predicate<Route> outgoing(String name) {
    return name.isEmpty() ? route -> true : route -> route.nextHop().interfaceName().equals(name);
  }

  private static Predicate<Route> tags(RouteFilter filter) {
    requireAtMost("filter.tags", filter.getTagsCount(), Route.TAGS_MAX);
    if (filter.getTagsCount() == 0) {
      return route -> true;
    }
    List<String> wanted = List.copyOf(filter.getTagsList());
    return route -> route.tags().containsAll(wanted);
  }

  private static Predicate<Route> kinds(RouteFilter filter) {
    if (filter.getKindsCount() == 0) {
      return route -> true;
    }
    Set<RouteKind> wanted = EnumSet.noneOf(RouteKind.class);
    for (int i = 0; i < filter.getKindsCount(); i++) {
      RouteKind kind = filter.getKinds(i);
      if (kind == RouteKind.UNRECOGNIZED || kind == RouteKind.ROUTE_KIND_UNSPECIFIED) {
        throw new InvalidRouteException(
            "kind.unknown",
            "filter.kinds[%d]".formatted(i),
            Integer.toString(filter.getKindsValue(i)),
            "must be a known RouteKind");
      }
      wanted.add(kind);
    }
    return route -> wanted.contains(V1Messages.kind(route.nextHop()));
  }

  private static Predicate<Route> family(RouteFilter filter) {
    return switch (filter.getFamily()) {
      case ADDRESS_FAMILY_UNSPECIFIED -> route -> true;
      case ADDRESS_FAMILY_IPV4 -> route -> route.prefix().family() == Family.IPV4;
      case ADDRESS_FAMILY_IPV6 -> route -> route.prefix().family() == Family.IPV6;
      case UNRECOGNIZED ->
          throw new InvalidRouteException(
              "family.unknown",
              "filter.family",
              Integer.toString(filter.getFamilyValue()),
              "must be a known AddressFamily");
    };
  }

  private static Predicate<Route> distance(RouteFilter filter) {
    if (!filter.hasDistanceMin() && !filter.hasDistanceMax()) {
      return route -> true;
    }
    long min = Integer.toUnsignedLong(filter.getDistanceMin());
    long max =
        filter.hasDistanceMax()
            ? Integer.toUnsignedLong(filter.getDistanceMax())
            : Route.DISTANCE_MAX;
    requireDistance("filter.distance_min", min);
    requireDistance("filter.distance_max", max);
    requireRange("distance", min, max);
    return route -> route.distance() >= min && route.distance() <= max;
  }

  private static Predicate<Route> metric(RouteFilter filter) {
    if (!filter.hasMetricMin() && !filter.hasMetricMax()) {
      return route -> true;
    }
    long min = Integer.toUnsignedLong(filter.getMetricMin());
    long max =
        filter.hasMetricMax() ? Integer.toUnsignedLong(filter.getMetricMax()) : Route.METRIC_MAX;
    requireRange("metric", min, max);
    return route -> route.metric() >= min && route.metric() <= max;
  }

  private static void requireDistance(String field, long distance) {
    if (distance > Route.DISTANCE_MAX) {
      throw new InvalidRouteException(
          "distance.range", field, Long.toString(distance), "must be 0.." + Route.DISTANCE_MAX);
    }
  }

  private static void requireRange(String field, long min, long max) {
    if (min > max) {
      throw new InvalidRouteException(
          field + ".range",
          "filter." + field + "_min",
          Long.toString(min),
          "must be at most %s_max, %d".formatted(field, max));
    }
  }
}
