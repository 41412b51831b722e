package guidepost.routes.service;

import guidepost.routes.table.Address;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import guidepost.seed.routetable.Destination;

/// Routes to and from the messages of the seed contract.
final class RouterMessages {

  /// The answer for a destination that no route covers.
  static final guidepost.seed.routetable.Route NOT_FOUND =
      guidepost.seed.routetable.Route.newBuilder().setNh(Address.IPV4_ANY.toString()).build();

  private RouterMessages() {}

  /// The route that a row of AddRoutes describes.
  ///
  /// @throws InvalidRouteException if a field breaks a rule
  static Route route(guidepost.seed.routetable.Route row) {
    Prefix prefix = RouteText.DEST.add(row.getDest(), row.getMask());
    NextHop nextHop = RouteText.anyNextHop(row.getNh(), row.getInterface());
    if (row.getMetric() < 0) {
      throw new InvalidRouteException(
          "metric.range",
          "metric",
          Integer.toString(row.getMetric()),
          "must be 0..%d".formatted(Integer.MAX_VALUE));
    }
    return Route.to(prefix, nextHop).withMetric(row.getMetric());
  }

  /// The prefix that GetRoute is asked about.
  ///
  /// @throws InvalidRouteException if a field breaks a rule
  static Prefix prefix(Destination destination) {
    return RouteText.NETWORK.query(destination.getNetwork(), destination.getMask());
  }

  /// @param extended true to fill in the fields from 10 on
  static guidepost.seed.routetable.Route message(Route route, boolean extended) {
    guidepost.seed.routetable.Route.Builder message =
        guidepost.seed.routetable.Route.newBuilder()
            .setDest(route.prefix().address().toString())
            .setMask(route.prefix().maskText())
            .setMetric((int) Math.min(route.metric(), Integer.MAX_VALUE))
            .setInterface(route.nextHop().interfaceName());
    if (route.nextHop() instanceof NextHop.Gateway gateway) {
      message.setNh(gateway.address().toString());
    }
    if (extended) {
      message
          .setSource(route.source())
          .setDistance(route.distance())
          .setRevision(route.revision())
          .setBlackhole(route.nextHop() instanceof NextHop.Blackhole);
    }
    return message.build();
  }
}
