package guidepost.routes.service;

import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.RouteDifference;
import guidepost.routes.v1.RouteKind;

/// Routes and operations to and from the messages of `guidepost.routes.v1`.
final class V1Messages {

  private V1Messages() {}

  /// What an operation asks for; unreadable ones included.
  static RouteOperation operation(String table, Operation operation) {
    if (!isDefault(table)) {
      return new RouteOperation.UnknownTable(table);
    }
    try {
      return switch (operation.getActionCase()) {
        case ADD -> new RouteOperation.Put(route(operation.getAdd()));
        case DELETE -> new RouteOperation.Delete(route(operation.getDelete()));
        case DELETE_PREFIX ->
            new RouteOperation.DeletePrefix(prefix("delete_prefix", operation.getDeletePrefix()));
        case ACTION_NOT_SET ->
            throw new InvalidRouteException(
                "action.missing", "action", "", "must be add, delete or delete_prefix");
      };
    } catch (InvalidRouteException e) {
      return new RouteOperation.Unreadable(e);
    }
  }

  /// True for the name of the default table, which may be left out.
  static boolean isDefault(String table) {
    return table.isEmpty() || table.equals(RouteRecord.TABLE);
  }

  private static Prefix prefix(String field, String text) {
    if (text.indexOf('/') < 0) {
      throw new InvalidRouteException("prefix.length", field, text, "must be address/length");
    }
    return new RouteText(field, field).add(text, "");
  }

  private static Route route(guidepost.routes.v1.Route message) {
    if (!message.getSource().isEmpty() && !message.getSource().equals(Route.STATIC)) {
      throw new InvalidRouteException(
          "source.unknown",
          "source",
          message.getSource(),
          "does not exist; there is only \"%s\"".formatted(Route.STATIC));
    }
    return Route.to(prefix("prefix", message.getPrefix()), nextHop(message))
        .withMetric(Integer.toUnsignedLong(message.getMetric()));
  }

  private static NextHop nextHop(guidepost.routes.v1.Route message) {
    return switch (message.getKind()) {
      case ROUTE_KIND_UNSPECIFIED, ROUTE_KIND_UNICAST ->
          RouteText.nextHop(message.getNextHop(), message.getInterface());
      case ROUTE_KIND_BLACKHOLE -> blackhole(message);
      case UNRECOGNIZED ->
          throw new InvalidRouteException(
              "kind.unknown", "kind", Integer.toString(message.getKindValue()), "is not known");
    };
  }

  private static NextHop blackhole(guidepost.routes.v1.Route message) {
    String given = message.getNextHop() + message.getInterface();
    if (!given.isEmpty()) {
      throw new InvalidRouteException(
          "kind.blackhole",
          message.getNextHop().isEmpty() ? "interface" : "next_hop",
          given,
          "must be empty for a blackhole");
    }
    return new NextHop.Blackhole();
  }

  static guidepost.routes.v1.Route message(Route route) {
    guidepost.routes.v1.Route.Builder message =
        guidepost.routes.v1.Route.newBuilder()
            .setPrefix(route.prefix().toString())
            .setInterface(route.nextHop().interfaceName())
            .setMetric((int) route.metric())
            .setSource(route.source())
            .setKind(RouteKind.ROUTE_KIND_UNICAST)
            .setDistance(route.distance())
            .setRevision(route.revision());
    switch (route.nextHop()) {
      case NextHop.Gateway gateway -> message.setNextHop(gateway.address().toString());
      case NextHop.Connected connected -> {}
      case NextHop.Blackhole blackhole -> message.setKind(RouteKind.ROUTE_KIND_BLACKHOLE);
    }
    return message.build();
  }

  static RouteDifference message(RouteHistory.Difference difference) {
    RouteDifference.Builder message = RouteDifference.newBuilder();
    if (difference.before() != null) {
      message.setBefore(message(difference.before()));
    }
    if (difference.after() != null) {
      message.setAfter(message(difference.after()));
    }
    return message.build();
  }

  /// @param id the caller's id of the operation
  static OperationResult result(long id, RouteOutcome outcome) {
    OperationResult.Builder result = OperationResult.newBuilder().setId(id);
    switch (outcome) {
      case RouteOutcome.Done done ->
          result
              .setCode(ResultCode.RESULT_CODE_OK)
              .setChanged(done.changed())
              .setRevision(done.revision());
      case RouteOutcome.Refused refused ->
          result
              .setCode(ResultCode.RESULT_CODE_INVALID)
              .setRule(refused.rule())
              .setText(refused.text());
      case RouteOutcome.Unknown unknown ->
          result
              .setCode(ResultCode.RESULT_CODE_UNKNOWN)
              .setRule("table.unknown")
              .setText(unknown.text());
    }
    return result.build();
  }
}
