package guidepost.cli.routes;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.options.ExpectedRevision;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Terminal;
import guidepost.client.RouteMessages;
import guidepost.common.v1.OperationResult;
import guidepost.routes.table.Address;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.v1.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `route add`.
@Command(
    name = "add",
    description = {
      "Add a route, or update the one with the same prefix, next hop, interface and path id.",
      "The words of \"ip route add\" do too: default via 192.0.2.1 dev eth0 metric 5."
    })
final class RouteAdd implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private ExpectedRevision expected = new ExpectedRevision();
  @Mixin private TableOption table = new TableOption();
  @Mixin private WayArguments way = new WayArguments();

  @Option(
      names = "--metric",
      paramLabel = "N",
      defaultValue = "0",
      description = "Preference; lower wins (default: ${DEFAULT-VALUE})")
  private long metric;

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = "The route's source (default: static)")
  private String source = "";

  @Option(
      names = "--tag",
      paramLabel = "WORD",
      description = "A tag to find it by; may be repeated")
  private List<String> tags = new ArrayList<>();

  @Option(
      names = "--path-id",
      paramLabel = "N",
      defaultValue = "0",
      description = "Path ID: tells otherwise equal routes apart (default: ${DEFAULT-VALUE})")
  private long pathId;

  RouteAdd(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Route route = route();
    Operation.Builder add = Operation.newBuilder().setAdd(RouteMessages.message(route));
    expected.ifGiven(add::setExpectedRevision);
    OperationResult result = RouteChanging.make(client, table, source, add.build());
    if (client.json()) {
      terminal.line(
          Json.object()
              .put("prefix", route.prefix().toString())
              .put("changed", result.getEntriesChanged())
              .put("revision", result.getRevision())
              .toString());
    } else {
      terminal.line(
          "%s %s %s metric %d, revision %d"
              .formatted(
                  result.getEntriesChanged() == 0 ? "unchanged" : "added",
                  route.prefix(),
                  route.nextHop(),
                  route.metric(),
                  result.getRevision()));
    }
    return ExitCodes.OK;
  }

  /// The same metric if it is one.
  ///
  /// @throws InvalidRouteException if it is out of range
  static long requireMetric(long metric) {
    return Route.to(Prefix.host(Address.IPV4_ANY), new NextHop.Blackhole())
        .withMetric(metric)
        .metric();
  }

  private Route route() {
    try {
      return Route.to(way.toPrefix(), way.toNextHop())
          .withMetric(way.metric().orElse(metric))
          .withTags(tags)
          .withPathId(pathId);
    } catch (InvalidRouteException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }
}
