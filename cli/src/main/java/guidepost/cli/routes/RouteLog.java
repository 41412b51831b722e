package guidepost.cli.routes;

import guidepost.cli.options.AsOfText;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.client.RouteMessages;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.ListChangesRequest;
import guidepost.routes.v1.LoggedRouteChange;
import guidepost.routes.v1.Route;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `route log`.
@Command(
    name = "log",
    description = {
      "Show what was written, the newest first: + added, - removed, ~ changed to.",
      "A state is given by a revision (57), a time (2026-11-20T09:00Z, 2026-11-20), or a time ago"
          + " (-2h)."
    })
final class RouteLog implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private TableOption table = new TableOption();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PREFIX",
      description = "Only this prefix and more specific ones")
  private String prefix = "";

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      description = "Only what was written after this revision or time")
  private String since = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "End after so many changes, 1..65536 (default: ${DEFAULT-VALUE})")
  private int limit;

  @Mixin private RouteFilterOptions filter = new RouteFilterOptions();

  RouteLog(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw CommandException.usage("--limit \"%d\": must be 1..65536".formatted(limit));
    }
    ListChangesRequest.Builder question =
        ListChangesRequest.newBuilder()
            .setPrefix(within())
            .setFilter(filter.toFilter())
            .setLimit(limit);
    if (!since.isEmpty()) {
      question.setFromState(AsOfText.read("--since", since.strip(), Instant.now()));
    }
    Table rows =
        new Table(
            terminal,
            "REVISION",
            "WRITTEN",
            "",
            "PREFIX",
            "NEXT HOP",
            "INTERFACE",
            "METRIC",
            "SOURCE");
    long[] shown = {0};
    client.ask(
        server ->
            table
                .of(server)
                .changes(
                    question.build(),
                    change -> {
                      shown[0]++;
                      show(rows, change);
                    }));
    if (!client.json() && shown[0] > 0) {
      rows.finish();
    }
    terminal.flush();
    return ExitCodes.OK;
  }

  private String within() {
    try {
      return prefix.isEmpty() ? "" : RouteText.PREFIX.query(prefix, "").toString();
    } catch (InvalidRouteException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private static String written(LoggedRouteChange change) {
    return Instant.ofEpochSecond(change.getTime().getSeconds(), change.getTime().getNanos())
        .toString();
  }

  private void show(Table rows, LoggedRouteChange change) {
    if (client.json()) {
      ObjectNode line =
          Json.object().put("revision", change.getRevision()).put("time", written(change));
      if (change.hasBefore()) {
        line.set("before", RouteJson.put(Json.object(), RouteMessages.route(change.getBefore())));
      }
      if (change.hasAfter()) {
        line.set("after", RouteJson.put(Json.object(), RouteMessages.route(change.getAfter())));
      }
      terminal.line(line.toString());
      return;
    }
    Route message = change.hasAfter() ? change.getAfter() : change.getBefore();
    guidepost.routes.table.Route route = RouteMessages.route(message);
    rows.row(
        Long.toUnsignedString(change.getRevision()),
        written(change),
        !change.hasBefore() ? "+" : change.hasAfter() ? "~" : "-",
        route.prefix().toString(),
        RouteOutput.nextHop(route.nextHop()),
        route.nextHop().interfaceName(),
        Long.toString(route.metric()),
        route.source());
  }
}
