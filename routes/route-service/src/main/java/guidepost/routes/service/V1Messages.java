package guidepost.routes.service;

import guidepost.calls.RevisionTimes;
import guidepost.common.v1.ChangeKind;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.LoggedRouteChange;
import guidepost.routes.v1.RouteDifference;
import guidepost.routes.v1.RouteKind;
import java.time.Instant;
import java.util.Objects;

/// Routes and operations to and from the messages of `guidepost.routes.v1`.
final class V1Messages {

  private V1Messages() {}

  /// A prefix that must have a length and no host bits.
  ///
  /// @param field for the message
  /// @throws InvalidRouteException if it is none
  static Prefix prefix(String field, String text) {
    if (text.isEmpty()) {
      throw new InvalidRouteException("prefix.missing", field, text, "must be set: address/length");
    }
    if (text.indexOf('/') < 0) {
      throw new InvalidRouteException("prefix.length", field, text, "must be address/length");
    }
    return new RouteText(field, field).add(text, "");
  }

  /// The prefix that is deleted from: an address or address/length, with no host bits set, since a
  /// mistyped length would delete what nobody meant.
  ///
  /// @throws InvalidRouteException if it is none
  static Prefix target(String text) {
    try {
      return new RouteText("prefix", "prefix").add(text, "");
    } catch (InvalidRouteException e) {
      throw e.inWords(OperationReader.WORDS);
    }
  }

  /// The route that a message describes, at no distance yet.
  ///
  /// @param source whose it is
  /// @param nextHops reads its next hop
  /// @throws InvalidRouteException if a field breaks a rule
  static Route route(guidepost.routes.v1.Route message, String source, NextHopReader nextHops) {
    return new Route(
        prefix("prefix", message.getPrefix()),
        source,
        nextHops.read(message),
        0,
        Integer.toUnsignedLong(message.getMetric()),
        0,
        0,
        message.getTagsList(),
        Integer.toUnsignedLong(message.getPathId()));
  }

  static guidepost.routes.v1.Route message(Route route) {
    guidepost.routes.v1.Route.Builder message =
        guidepost.routes.v1.Route.newBuilder()
            .setPrefix(route.prefix().toString())
            .setMetric((int) route.metric())
            .setSource(route.source())
            .setDistance(route.distance())
            .setRevision(route.revision())
            .addAllTags(route.tags())
            .setInstalled(route.installed())
            .setPathId((int) route.pathId());
    setForwarding(message, route.nextHop());
    return message.build();
  }

  /// No more than forwarding needs.
  static guidepost.routes.v1.Route forwarding(Route route) {
    guidepost.routes.v1.Route.Builder message =
        guidepost.routes.v1.Route.newBuilder().setPrefix(route.prefix().toString());
    setForwarding(message, route.nextHop());
    return message.build();
  }

  static RouteDifference message(RouteHistory.Difference difference, RouteTelling telling) {
    RouteDifference.Builder message = RouteDifference.newBuilder();
    if (difference.before() != null) {
      message.setBefore(telling.message(difference.before()));
    }
    if (difference.after() != null) {
      message.setAfter(telling.message(difference.after()));
    }
    return message.build();
  }

  static LoggedRouteChange message(long revision, Instant time, RouteHistory.Difference step) {
    LoggedRouteChange.Builder message =
        LoggedRouteChange.newBuilder().setRevision(revision).setTime(RevisionTimes.timestamp(time));
    if (step.before() != null) {
      message.setBefore(message(step.before()));
    }
    if (step.after() != null) {
      message.setAfter(message(step.after()));
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
              .setEntriesChanged(done.changed())
              .setRevision(done.revision());
      case RouteOutcome.Rejected rejected ->
          result
              .setCode(code(rejected.problem()))
              .setReason(RouteReason.of(rejected.rule()))
              .setField(rejected.field())
              .setValue(rejected.value())
              .setText(rejected.text())
              .setUnswept(rejected.unswept());
    }
    return result.build();
  }

  private static ResultCode code(RouteOutcome.Problem problem) {
    return switch (problem) {
      case INVALID, PRECONDITION, LIMIT -> ResultCode.RESULT_CODE_INVALID;
      case UNKNOWN -> ResultCode.RESULT_CODE_UNKNOWN;
      case CONFLICT -> ResultCode.RESULT_CODE_CONFLICT;
      case ABORTED -> ResultCode.RESULT_CODE_ABORTED;
      case DENIED -> ResultCode.RESULT_CODE_DENIED;
    };
  }

  /// Says what happens to packets: next hop, interface and kind.
  static void setForwarding(guidepost.routes.v1.Route.Builder message, NextHop nextHop) {
    message.setInterfaceName(nextHop.interfaceName()).setKind(kind(nextHop));
    if (nextHop instanceof NextHop.Gateway gateway) {
      message.setNextHop(gateway.address().toString());
    }
  }

  static RouteKind kind(NextHop nextHop) {
    return switch (nextHop) {
      case NextHop.Gateway _, NextHop.Connected _ -> RouteKind.ROUTE_KIND_UNICAST;
      case NextHop.Blackhole _ -> RouteKind.ROUTE_KIND_BLACKHOLE;
    };
  }

  /// A change as a watch of some routes sees it: what comes to fit was added, and what no longer
  /// fits was removed.
  static guidepost.routes.v1.RouteChange message(RouteChange change, RouteSelection selection) {
    boolean was = change.before() != null && selection.fits(change.before());
    boolean isNow = change.after() != null && selection.fits(change.after());
    Route route = Objects.requireNonNull(isNow ? change.after() : change.before());
    return guidepost.routes.v1.RouteChange.newBuilder()
        .setKind(kind(was, isNow))
        .setRoute(message(route.withRevision(change.revision())))
        .build();
  }

  private static ChangeKind kind(boolean was, boolean isNow) {
    if (!isNow) {
      return ChangeKind.CHANGE_KIND_REMOVED;
    }
    return was ? ChangeKind.CHANGE_KIND_UPDATED : ChangeKind.CHANGE_KIND_ADDED;
  }
}
