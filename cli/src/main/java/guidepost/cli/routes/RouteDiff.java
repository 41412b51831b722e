package guidepost.cli.routes;

import guidepost.cli.options.AsOfText;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.client.RouteMessages;
import guidepost.client.RoutesClient;
import guidepost.common.v1.AsOf;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.DiffRoutesRequest;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteDifference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `route diff`.
@Command(
    name = "diff",
    description = {
      "Show which routes are not the same in two states: + added, - removed, ~ changed.",
      "A state is given by a revision (57), a time (2026-11-20T09:00Z, 2026-11-20), a time ago"
          + " (-2h), or now."
    })
final class RouteDiff implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private TableOption table = new TableOption();

  @Parameters(index = "0", paramLabel = "FROM", description = "Compare from this revision or time")
  private String from = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TO",
      description = "Compare with this one (default: now)")
  private String to = "now";

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      description = "Only this prefix and more specific ones")
  private String prefix = "";

  @Mixin private RouteFilterOptions filter = new RouteFilterOptions();
  @Mixin private BestOption best = new BestOption();
  @Mixin private TimesOption times = new TimesOption();

  private long added;
  private long removed;
  private long changed;

  RouteDiff(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Instant now = Instant.now();
    AsOf first = AsOfText.read("FROM", from.strip(), now);
    AsOf second = AsOfText.read("TO", to.strip(), now);
    DiffRoutesRequest question =
        DiffRoutesRequest.newBuilder()
            .setFromState(first)
            .setToState(second)
            .setPrefix(within())
            .setFilter(best.in(filter.toFilter()))
            .setWithTimes(times.isGiven())
            .build();
    Table rows = new Table(terminal, header());
    RoutesClient.Span span =
        client.ask(server -> table.of(server).diff(question, difference -> show(rows, difference)));
    finish(rows, span);
    return ExitCodes.OK;
  }

  private String within() {
    try {
      return prefix.isEmpty() ? "" : RouteText.PREFIX.query(prefix, "").toString();
    } catch (InvalidRouteException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private void show(Table table, RouteDifference difference) {
    String kind = kind(difference);
    if (client.json()) {
      terminal.line(json(kind, difference));
      return;
    }
    String sign =
        switch (kind) {
          case "added" -> "+";
          case "removed" -> "-";
          default -> "~";
        };
    if (kind.equals("changed")) {
      row(table, "", difference.getBefore());
    }
    row(table, sign, difference.hasAfter() ? difference.getAfter() : difference.getBefore());
  }

  private String kind(RouteDifference difference) {
    if (!difference.hasBefore()) {
      added++;
      return "added";
    }
    if (!difference.hasAfter()) {
      removed++;
      return "removed";
    }
    changed++;
    return "changed";
  }

  private String[] header() {
    List<String> header =
        new ArrayList<>(
            List.of("", "PREFIX", "NEXT HOP", "INTERFACE", "METRIC", "SOURCE", "REVISION"));
    if (times.isGiven()) {
      header.add("WRITTEN");
    }
    header.add("TAGS");
    return header.toArray(String[]::new);
  }

  private void row(Table table, String sign, Route message) {
    guidepost.routes.table.Route route = RouteMessages.route(message);
    List<String> cells =
        new ArrayList<>(
            List.of(
                sign,
                route.prefix().toString(),
                RouteOutput.nextHop(route.nextHop()),
                route.nextHop().interfaceName(),
                Long.toString(route.metric()),
                route.source(),
                Long.toString(route.revision())));
    if (times.isGiven()) {
      cells.add(TimesOption.of(message));
    }
    cells.add(String.join(" ", route.tags()));
    table.row(cells.toArray(String[]::new));
  }

  private static String json(String kind, RouteDifference difference) {
    StringBuilder line = new StringBuilder("{\"change\":\"").append(kind).append('"');
    if (difference.hasBefore()) {
      line.append(",\"before\":").append(json(difference.getBefore()));
    }
    if (difference.hasAfter()) {
      line.append(",\"after\":").append(json(difference.getAfter()));
    }
    return line.append('}').toString();
  }

  private static String json(Route message) {
    ObjectNode route = RouteJson.put(Json.object(), RouteMessages.route(message));
    if (message.hasUpdateTime()) {
      route.put("update_time", TimesOption.of(message));
    }
    return route.toString();
  }

  private void finish(Table table, RoutesClient.Span span) {
    if (client.json()) {
      terminal.flush();
      return;
    }
    if (added + removed + changed > 0) {
      table.finish();
    }
    terminal.line(
        "from revision %d to %d: added %d, removed %d, changed %d"
            .formatted(span.from(), span.to(), added, removed, changed));
    terminal.flush();
  }
}
