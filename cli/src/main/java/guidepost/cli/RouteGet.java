package guidepost.cli;

import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `route get`.
@Command(
    name = "get",
    description = "Show the best route with the longest prefix that covers a destination.")
final class RouteGet implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private DestinationArguments destination = new DestinationArguments();

  RouteGet(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Prefix query = destination.toQuery();
    Optional<Route> found =
        client.ask(
            server ->
                server
                    .routes()
                    .get(destination.dest(), destination.mask())
                    .map(RouteMessages::route));
    Route route =
        found.orElseThrow(() -> CommandException.notFound("no route covers %s".formatted(query)));
    RouteOutput output = new RouteOutput(terminal, client.json());
    output.show(route);
    output.finish();
    return ExitCodes.OK;
  }
}
