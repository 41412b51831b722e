package guidepost.routes.service;

import guidepost.calls.Failures;
import guidepost.calls.RejectedException;
import guidepost.calls.Rejection;
import guidepost.routes.service.RouteOutcome.Problem;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/// Why calls about routes are not done. The reason of each is its rule in capitals.
///
/// Threads: any.
final class RouteRejections {

  private RouteRejections() {}

  /// Of a field that breaks a rule.
  static Rejection of(InvalidRouteException e) {
    return of("", e);
  }

  /// @param path where the field stands; empty, or with a dot at its end
  static Rejection of(String path, InvalidRouteException e) {
    return new Rejection(
        Status.Code.INVALID_ARGUMENT,
        RouteReason.of(e.rule()),
        path + e.field(),
        e.value(),
        e.getMessage());
  }

  /// Of an operation that is the whole of its call.
  static Rejection of(RouteOutcome.Rejected rejected) {
    return new Rejection(
        code(rejected.problem()),
        RouteReason.of(rejected.rule()),
        rejected.field(),
        rejected.value(),
        rejected.text());
  }

  private static Status.Code code(Problem problem) {
    return switch (problem) {
      case INVALID -> Status.Code.INVALID_ARGUMENT;
      case UNKNOWN -> Status.Code.NOT_FOUND;
      case LIMIT -> Status.Code.RESOURCE_EXHAUSTED;
      case ABORTED -> Status.Code.ABORTED;
      case DENIED -> Status.Code.PERMISSION_DENIED;
      case CONFLICT, PRECONDITION -> Status.Code.FAILED_PRECONDITION;
    };
  }

  /// The status of a question that breaks a rule, or is about what does not exist.
  static StatusRuntimeException status(RuntimeException rejection) {
    return rejection instanceof InvalidRouteException e
        ? Failures.rejected(of(e))
        : Failures.status(rejection);
  }

  /// There is no table of that name.
  ///
  /// @param field that names it
  static RejectedException unknownTable(String field, String name) {
    return missing("table.unknown", field, name, Catalog.unknownTable(name));
  }

  /// There is no source of that name.
  static RejectedException unknownSource(String field, String name) {
    return missing("source.unknown", field, name, Catalog.unknownSource(name));
  }

  /// No route covers a destination.
  static RejectedException uncovered(Prefix destination) {
    return missing(
        "destination.uncovered",
        "destination",
        destination.toString(),
        "no route covers \"%s\"".formatted(destination));
  }

  /// The table that is watched was dropped.
  static StatusRuntimeException dropped(String table) {
    return Failures.status(
        missing("table.dropped", "table", table, "table \"%s\": was dropped".formatted(table)));
  }

  private static RejectedException missing(String rule, String field, String value, String text) {
    return new Rejection(
            Status.Code.NOT_FOUND,
            RouteReason.of(rule),
            field,
            InvalidRouteException.shortened(value),
            text)
        .asException();
  }
}
