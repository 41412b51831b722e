package guidepost.cli.routes;

import guidepost.cli.options.AsOfOption;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.MatchKind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `route longer`.
@Command(
    name = "longer",
    description = "Show the routes of a prefix and of every more specific one.")
final class RouteLonger implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private TableOption table = new TableOption();
  @Mixin private DestinationArguments destination = new DestinationArguments();
  @Mixin private AsOfOption asOf = new AsOfOption();
  @Mixin private RouteFilterOptions filter = new RouteFilterOptions();
  @Mixin private BestOption best = new BestOption();
  @Mixin private TimesOption times = new TimesOption();

  RouteLonger(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    GetRoutesRequest question =
        GetRoutesRequest.newBuilder()
            .setPrefix(destination.toQuery().toString())
            .setMatchKind(MatchKind.MATCH_KIND_LONGER)
            .setAsOf(asOf.asOf())
            .setWithTimes(times.isGiven())
            .setFilter(best.in(filter.toFilter()))
            .build();
    show(terminal, client, table, question, times);
    return ExitCodes.OK;
  }

  /// Shows the routes that match.
  ///
  /// @throws CommandException if there are none
  static void show(
      Terminal terminal,
      ClientOptions client,
      TableOption table,
      GetRoutesRequest question,
      TimesOption times) {
    RouteOutput output = new RouteOutput(terminal, client.json(), times);
    client.ask(server -> table.of(server).list(question, output::show));
    output.finish("no route matches \"%s\"".formatted(question.getPrefix()));
  }
}
