package guidepost.routes.service;

import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.Route;
import org.jspecify.annotations.Nullable;

/// Reads the next hops of routes, and remembers the last: in a bulk load nearly every route has the
/// one of the route before.
///
/// Threads: one.
final class NextHopReader {

  private String gateway = "";
  private String interfaceName = "";
  private @Nullable NextHop last;

  /// The next hop of a message.
  ///
  /// @throws InvalidRouteException if a field breaks a rule
  NextHop read(Route message) {
    return switch (message.getKind()) {
      case ROUTE_KIND_UNSPECIFIED, ROUTE_KIND_UNICAST ->
          unicast(message.getNextHop(), message.getInterfaceName());
      case ROUTE_KIND_BLACKHOLE -> blackhole(message);
      case UNRECOGNIZED ->
          throw new InvalidRouteException(
              "kind.unknown", "kind", Integer.toString(message.getKindValue()), "is not known");
    };
  }

  private NextHop unicast(String newGateway, String newInterfaceName) {
    NextHop same = last;
    if (same != null && newGateway.equals(gateway) && newInterfaceName.equals(interfaceName)) {
      return same;
    }
    NextHop read = RouteText.nextHop(newGateway, newInterfaceName);
    gateway = newGateway;
    interfaceName = newInterfaceName;
    last = read;
    return read;
  }

  private static NextHop blackhole(Route message) {
    String given = message.getNextHop() + message.getInterfaceName();
    if (!given.isEmpty()) {
      throw new InvalidRouteException(
          "kind.blackhole",
          message.getNextHop().isEmpty() ? "interface_name" : "next_hop",
          given,
          "must be empty for a blackhole");
    }
    return new NextHop.Blackhole();
  }
}
