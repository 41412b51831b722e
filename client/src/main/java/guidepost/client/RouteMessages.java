package guidepost.client;

import guidepost.routes.table.Address;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.RouteKind;

/// Routes as messages and back.
///
/// Threads: any.
public final class RouteMessages {

  private RouteMessages() {}

  /// The message that adds or deletes a route.
  public static guidepost.routes.v1.Route message(Route route) {
    NextHop hop = route.nextHop();
    guidepost.routes.v1.Route.Builder message =
        guidepost.routes.v1.Route.newBuilder()
            .setPrefix(route.prefix().toString())
            .setInterfaceName(hop.interfaceName())
            .setMetric((int) route.metric())
            .setSource(route.source().equals(Route.STATIC) ? "" : route.source())
            .addAllTags(route.tags())
            .setPathId((int) route.pathId());
    if (hop instanceof NextHop.Gateway gateway) {
      message.setNextHop(gateway.address().toString());
    }
    if (hop instanceof NextHop.Blackhole) {
      message.setKind(RouteKind.ROUTE_KIND_BLACKHOLE);
    }
    return message.build();
  }

  /// A route out of an answer.
  public static Route route(guidepost.routes.v1.Route message) {
    boolean blackhole = message.getKind() == RouteKind.ROUTE_KIND_BLACKHOLE;
    return new Route(
        Prefix.parse(message.getPrefix()),
        message.getSource(),
        nextHop(blackhole, message.getNextHop(), message.getInterfaceName()),
        message.getDistance(),
        Integer.toUnsignedLong(message.getMetric()),
        message.getInstalled(),
        message.getRevision(),
        message.getTagsList(),
        Integer.toUnsignedLong(message.getPathId()));
  }

  /// A route out of an extended answer of the seed contract.
  public static Route route(guidepost.seed.routetable.Route message) {
    return new Route(
        RouteText.DEST.add(message.getDest(), message.getMask()),
        message.getSource(),
        nextHop(message.getBlackhole(), message.getNh(), message.getInterface()),
        message.getDistance(),
        Integer.toUnsignedLong(message.getMetric()),
        0,
        message.getRevision());
  }

  private static NextHop nextHop(boolean blackhole, String address, String interfaceName) {
    if (blackhole) {
      return new NextHop.Blackhole();
    }
    return address.isEmpty()
        ? new NextHop.Connected(interfaceName)
        : new NextHop.Gateway(Address.parse(address), interfaceName);
  }
}
