package guidepost.routes.feeds;

import guidepost.routes.table.Address;
import guidepost.routes.table.Family;
import guidepost.routes.table.InvalidRouteException;
import java.util.List;

/// What a row gets that does not say it itself.
///
/// A blackhole gets only the metric.
///
/// Threads: any; immutable.
///
/// @param nextHops gateways: at most one for each family
/// @param interfaceName outgoing interface, may be empty
/// @param metric preference, 0 to 4,294,967,295
public record RouteDefaults(List<Address> nextHops, String interfaceName, long metric) {

  /// Nothing by default, and metric 0.
  public static final RouteDefaults NONE = new RouteDefaults(List.of(), "", 0);

  /// @throws InvalidRouteException if two gateways are of one family
  public RouteDefaults {
    nextHops = List.copyOf(nextHops);
    if (nextHops.stream().map(Address::family).distinct().count() < nextHops.size()) {
      throw new InvalidRouteException(
          "nh.repeated", "nh", nextHops.toString(), "must be at most one for each address family");
    }
  }

  /// The default gateway as text: of the same family if there is one, else the other one; empty if
  /// there is none.
  String nextHopText(Family family) {
    return nextHops.stream()
        .filter(address -> address.family() == family)
        .findFirst()
        .or(() -> nextHops.stream().findFirst())
        .map(Address::toString)
        .orElse("");
  }
}
