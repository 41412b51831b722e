package guidepost.routes.service;

import guidepost.routes.table.Family;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Replacement;
import guidepost.routes.v1.SyncScope;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Reads the operations of one message.
///
/// Threads: one.
final class OperationReader {

  /// What the seed's fields are called here.
  static final Map<String, String> WORDS =
      Map.of("dest", "prefix", "nh", "next_hop", "interface", "interface_name");

  private final ModifyRequest request;
  private final String table;
  private final String defaultSource;
  private final NextHopReader nextHops = new NextHopReader();
  // Place of the route of a replacement that is being read; -1 if it is none.
  private int reading = -1;

  OperationReader(ModifyRequest request) {
    this.request = request;
    this.table = Catalog.tableName(request.getTable());
    this.defaultSource = request.getSource().isEmpty() ? Route.STATIC : request.getSource();
  }

  /// What a message asks for.
  RouteGroup group() {
    RouteGroup group = RouteGroup.of(table, defaultSource);
    if (request.getAtomic()) {
      group.atomic();
    }
    if (request.getDryRun()) {
      group.dryRun();
    }
    if (request.hasExpectedRevision()) {
      group.expecting(request.getExpectedRevision());
    }
    group.onTimeline(request.getExpectedTimeline());
    for (Operation operation : request.getOperationsList()) {
      group.add(read(operation), source(operation));
    }
    return group;
  }

  /// The source that an operation is about.
  private String source(Operation operation) {
    return switch (operation.getActionCase()) {
      case ADD -> orDefault(operation.getAdd().getSource());
      case DELETE_ROUTE -> orDefault(operation.getDeleteRoute().getSource());
      case REPLACE -> orDefault(operation.getReplace().getSource());
      case BEGIN_SYNC -> orDefault(operation.getBeginSync().getSource());
      case END_SYNC -> orDefault(operation.getEndSync().getSource());
      case DELETE_PREFIX, ACTION_NOT_SET -> defaultSource;
    };
  }

  private String orDefault(String source) {
    return source.isEmpty() ? defaultSource : source;
  }

  /// What an operation asks for; unreadable ones included.
  private RouteOperation read(Operation operation) {
    reading = -1;
    try {
      return operation(operation);
    } catch (InvalidRouteException e) {
      return new RouteOperation.Unreadable(e.inWords(WORDS), path(operation, e), scope(operation));
    }
  }

  private String path(Operation operation, InvalidRouteException e) {
    return switch (operation.getActionCase()) {
      case ADD -> "add.";
      case DELETE_ROUTE -> "delete_route.";
      case REPLACE -> reading < 0 ? "replace." : "replace.routes[%d].".formatted(reading);
      case BEGIN_SYNC -> e.field().equals("begin_sync") ? "" : "begin_sync.";
      case END_SYNC -> e.field().equals("end_sync") ? "" : "end_sync.";
      case DELETE_PREFIX, ACTION_NOT_SET -> "";
    };
  }

  /// Of an operation that cannot be read: nothing says which family it is about.
  private Optional<RouteOperation.Scope> scope(Operation operation) {
    return operation.hasBeginSync() || operation.hasEndSync()
        ? Optional.empty()
        : Optional.of(RouteOperation.Scope.of(table, source(operation)));
  }

  private RouteOperation operation(Operation operation) {
    String source = source(operation);
    OptionalLong expected =
        operation.hasExpectedRevision()
            ? OptionalLong.of(operation.getExpectedRevision())
            : OptionalLong.empty();
    return switch (operation.getActionCase()) {
      case ADD ->
          new RouteOperation.Put(
              table, V1Messages.route(operation.getAdd(), source, nextHops), expected);
      case DELETE_ROUTE ->
          new RouteOperation.Delete(
              table, V1Messages.route(operation.getDeleteRoute(), source, nextHops), expected);
      case DELETE_PREFIX ->
          new RouteOperation.Replace(
              table,
              V1Messages.prefix("delete_prefix", operation.getDeletePrefix()),
              source,
              List.of(),
              expected);
      case REPLACE -> replace(operation.getReplace(), source, expected);
      case BEGIN_SYNC -> {
        requireSyncAllowed("begin_sync", expected);
        requireNoSweep(operation.getBeginSync());
        yield new RouteOperation.BeginSync(table, source, families(operation.getBeginSync()));
      }
      case END_SYNC -> {
        requireSyncAllowed("end_sync", expected);
        SyncScope end = operation.getEndSync();
        yield new RouteOperation.EndSync(
            table, source, families(end), end.getSweepDespiteRejections());
      }
      case ACTION_NOT_SET ->
          throw new InvalidRouteException(
              "action.missing",
              "action",
              "",
              "must be add, delete_route, delete_prefix, replace, begin_sync or end_sync");
    };
  }

  private static Set<Family> families(SyncScope scope) {
    return switch (scope.getFamily()) {
      case ADDRESS_FAMILY_UNSPECIFIED -> EnumSet.allOf(Family.class);
      case ADDRESS_FAMILY_IPV4 -> EnumSet.of(Family.IPV4);
      case ADDRESS_FAMILY_IPV6 -> EnumSet.of(Family.IPV6);
      case UNRECOGNIZED ->
          throw new InvalidRouteException(
              "family.unknown",
              "family",
              Integer.toString(scope.getFamilyValue()),
              "must be a known AddressFamily");
    };
  }

  private static void requireNoSweep(SyncScope begin) {
    if (begin.getSweepDespiteRejections()) {
      throw new InvalidRouteException(
          "sync.sweep", "sweep_despite_rejections", "true", "must be set in end_sync only");
    }
  }

  private RouteOperation replace(Replacement replace, String source, OptionalLong expected) {
    Prefix prefix = V1Messages.prefix("prefix", replace.getPrefix());
    List<Route> routes = new ArrayList<>(replace.getRoutesCount());
    for (reading = 0; reading < replace.getRoutesCount(); reading++) {
      Route route = of(prefix, source, replace.getRoutes(reading));
      RouteGroup.requireOf(prefix, source, List.of(route));
      routes.add(route);
    }
    reading = -1;
    RouteGroup.requireOf(prefix, source, routes);
    return new RouteOperation.Replace(table, prefix, source, routes, expected);
  }

  private Route of(Prefix prefix, String source, guidepost.routes.v1.Route message) {
    guidepost.routes.v1.Route whole =
        message.getPrefix().isEmpty()
            ? message.toBuilder().setPrefix(prefix.toString()).build()
            : message;
    String named = message.getSource().isEmpty() ? source : message.getSource();
    return V1Messages.route(whole, named, nextHops);
  }

  private void requireSyncAllowed(String field, OptionalLong expected) {
    if (request.getAtomic() || expected.isPresent()) {
      throw new InvalidRouteException(
          "sync.condition",
          field,
          defaultSource,
          "must not be in an atomic message, nor have an expected_revision");
    }
  }
}
