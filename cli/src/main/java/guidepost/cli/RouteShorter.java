package guidepost.cli;

import guidepost.routes.v1.Match;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `route shorter`.
@Command(
    name = "shorter",
    description = "Show the routes of every prefix that covers an address or prefix.")
final class RouteShorter implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private TableOption table = new TableOption();
  @Mixin private DestinationArguments destination = new DestinationArguments();
  @Mixin private AtOption at = new AtOption();

  RouteShorter(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    RouteLonger.show(terminal, client, table, destination.toQuery(), Match.MATCH_SHORTER, at);
    return ExitCodes.OK;
  }
}
