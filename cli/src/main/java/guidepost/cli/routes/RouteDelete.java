package guidepost.cli.routes;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.options.ExpectedRevision;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Terminal;
import guidepost.client.RouteMessages;
import guidepost.common.v1.OperationResult;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.v1.Operation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `route delete`.
@Command(
    name = "delete",
    description = "Delete every route of a prefix, or the one with this next hop and interface.")
final class RouteDelete implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private ExpectedRevision expected = new ExpectedRevision();
  @Mixin private TableOption table = new TableOption();
  @Mixin private WayArguments way = new WayArguments();

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = "The route's source (default: static)")
  private String source = "";

  @Option(
      names = "--path-id",
      paramLabel = "N",
      defaultValue = "0",
      description = "Which of the routes with that next hop (default: ${DEFAULT-VALUE})")
  private long pathId;

  RouteDelete(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Prefix prefix = way.toPrefix();
    OperationResult result = RouteChanging.make(client, table, source, operation(prefix));
    if (result.getEntriesChanged() == 0) {
      throw CommandException.notFound("no such route of %s".formatted(prefix));
    }
    terminal.line(
        client.json()
            ? Json.object()
                .put("prefix", prefix.toString())
                .put("deleted", result.getEntriesChanged())
                .put("revision", result.getRevision())
                .toString()
            : "deleted %d of %s, revision %d"
                .formatted(result.getEntriesChanged(), prefix, result.getRevision()));
    return ExitCodes.OK;
  }

  private Route route(Prefix prefix) {
    try {
      return Route.to(prefix, way.toNextHop()).withPathId(pathId);
    } catch (InvalidRouteException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private Operation operation(Prefix prefix) {
    Operation.Builder delete = Operation.newBuilder();
    expected.ifGiven(delete::setExpectedRevision);
    if (!way.isGiven()) {
      return delete.setDeletePrefix(prefix.toString()).build();
    }
    Route route = route(prefix);
    return delete.setDeleteRoute(RouteMessages.message(route)).build();
  }
}
