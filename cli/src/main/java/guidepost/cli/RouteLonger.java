package guidepost.cli;

import guidepost.client.RouteMessages;
import guidepost.routes.table.Prefix;
import guidepost.routes.v1.Match;
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
  @Mixin private AtOption at = new AtOption();

  RouteLonger(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    show(terminal, client, table, destination.toQuery(), Match.MATCH_LONGER, at);
    return ExitCodes.OK;
  }

  /// Shows the routes that match.
  ///
  /// @throws CommandException if there are none
  static void show(
      Terminal terminal,
      ClientOptions client,
      TableOption table,
      Prefix query,
      Match match,
      AtOption at) {
    RouteOutput output = new RouteOutput(terminal, client.json());
    client.ask(
        server ->
            table
                .of(server)
                .list(
                    query.toString(),
                    match,
                    at.moment(),
                    route -> output.show(RouteMessages.route(route))));
    output.finish("no route matches \"%s\"".formatted(query));
  }
}
