package guidepost.cli.routes;

import guidepost.cli.options.AsOfOption;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.client.RouteMessages;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.v1.Candidate;
import guidepost.routes.v1.ExplainRequest;
import guidepost.routes.v1.ExplainResponse;
import guidepost.routes.v1.Verdict;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `route explain`.
@Command(
    name = "explain",
    description = "Show all routes of the prefix that a destination finds, and what decided.")
final class RouteExplain implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private TableOption table = new TableOption();
  @Mixin private DestinationArguments destination = new DestinationArguments();
  @Mixin private AsOfOption asOf = new AsOfOption();
  @Mixin private RouteFilterOptions filter = new RouteFilterOptions();

  RouteExplain(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Prefix query = destination.toQuery();
    ExplainResponse why =
        client
            .ask(server -> table.of(server).explain(question(query)))
            .orElseThrow(() -> CommandException.notFound(nothing(query)));
    if (client.json()) {
      terminal.line(json(why));
    } else {
      show(query, why);
    }
    terminal.flush();
    return ExitCodes.OK;
  }

  private ExplainRequest question(Prefix query) {
    return ExplainRequest.newBuilder()
        .setDestination(query.toString())
        .setAsOf(asOf.asOf())
        .setFilter(filter.toFilter())
        .build();
  }

  private String nothing(Prefix query) {
    return filter.areGiven()
        ? "no route that fits covers %s".formatted(query)
        : "no route covers %s".formatted(query);
  }

  private void show(Prefix query, ExplainResponse why) {
    terminal.line("%s is covered best by %s".formatted(query, why.getPrefix()));
    Table rows =
        new Table(
            terminal, "VERDICT", "NEXT HOP", "INTERFACE", "SOURCE", "DISTANCE", "METRIC", "WHY");
    for (Candidate candidate : why.getCandidatesList()) {
      Route route = RouteMessages.route(candidate.getRoute());
      rows.row(
          word(candidate.getVerdict()),
          RouteOutput.nextHop(route.nextHop()),
          route.nextHop().interfaceName(),
          route.source(),
          Integer.toString(route.distance()),
          Long.toString(route.metric()),
          candidate.getText());
    }
    rows.finish();
    if (why.getShorterPrefixesCount() > 0) {
      terminal.line("without it: %s".formatted(String.join(", ", why.getShorterPrefixesList())));
    }
  }

  private static String word(Verdict verdict) {
    return verdict.name().substring("VERDICT_".length()).toLowerCase(Locale.ROOT);
  }

  private static String json(ExplainResponse why) {
    ObjectNode json = Json.object().put("prefix", why.getPrefix());
    ArrayNode candidates = json.putArray("candidates");
    for (Candidate candidate : why.getCandidatesList()) {
      RouteJson.put(
          candidates
              .addObject()
              .put("verdict", word(candidate.getVerdict()))
              .put("why", candidate.getText()),
          RouteMessages.route(candidate.getRoute()));
    }
    ArrayNode shorter = json.putArray("shorter_prefixes");
    why.getShorterPrefixesList().forEach(shorter::add);
    return json.put("revision", why.getRevision()).toString();
  }
}
