package guidepost.routes.service;

import guidepost.routes.table.Address;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Route;
import guidepost.routes.v1.GetRoutesRequest;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/// The routes that a question is about, beyond their prefix.
///
/// Threads: any.
final class RouteFilter {

  /// Enough to name all of a router's protocols several times over.
  static final int SOURCES_MAX = 64;

  private RouteFilter() {}

  /// True for every route if nothing is asked for.
  ///
  /// @throws InvalidRouteException if a field breaks a rule
  static Predicate<Route> of(GetRoutesRequest request) {
    return ofSources(request.getSourcesList())
        .and(nextHop(request.getNextHop()))
        .and(outgoing(request.getInterface()))
        .and(metric(request))
        .and(tag(request.getTag()));
  }

  /// True if a question asks for some routes only.
  static boolean isSet(GetRoutesRequest request) {
    return request.getSourcesCount() > 0
        || !request.getNextHop().isEmpty()
        || !request.getInterface().isEmpty()
        || !request.getTag().isEmpty()
        || request.hasMetricMin()
        || request.hasMetricMax();
  }

  /// Routes of these sources, or of any if there are none.
  ///
  /// @throws InvalidRouteException if there are too many
  static Predicate<Route> ofSources(Collection<String> names) {
    if (names.size() > SOURCES_MAX) {
      throw new InvalidRouteException(
          "sources.max",
          "sources",
          Integer.toString(names.size()),
          "must be at most " + SOURCES_MAX);
    }
    if (names.isEmpty()) {
      return route -> true;
    }
    Set<String> wanted = new HashSet<>(names);
    return route -> wanted.contains(route.source());
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
          "next_hop.address", "next_hop", text, "must be an IPv4 or IPv6 address");
    }
  }

  private static Predicate<Route> outgoing(String name) {
    return name.isEmpty() ? route -> true : route -> route.nextHop().interfaceName().equals(name);
  }

  private static Predicate<Route> tag(String tag) {
    return tag.isEmpty() ? route -> true : route -> route.tags().contains(tag);
  }

  private static Predicate<Route> metric(GetRoutesRequest request) {
    long min = Integer.toUnsignedLong(request.getMetricMin());
    long max =
        request.hasMetricMax() ? Integer.toUnsignedLong(request.getMetricMax()) : Route.METRIC_MAX;
    if (min > max) {
      throw new InvalidRouteException(
          "metric.range", "metric_min", Long.toString(min), "must be at most metric_max, " + max);
    }
    return route -> route.metric() >= min && route.metric() <= max;
  }
}
