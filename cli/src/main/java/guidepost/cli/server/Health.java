package guidepost.cli.server;

import guidepost.cli.data.DataOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Terminal;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `health`: for those that watch over a process, who have no token.
@Command(
    name = "health",
    description =
        "Ask the server that has a data directory open whether it serves, by the socket in it: exit"
            + " code 0 if so, 3 if not. Needs no token.")
final class Health implements Callable<Integer> {

  /// Docker and Podman end a check that takes longer than theirs.
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Terminal terminal;
  @Mixin private DataOptions data = new DataOptions();

  Health(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    boolean serves = data.ask(server -> server.serves(PATIENCE));
    if (data.json()) {
      terminal.line(Json.object().put("serves", serves).toString());
    } else if (serves) {
      terminal.line("the server serves");
    }
    if (!serves) {
      throw CommandException.unavailable(
          "the server does not serve: a part of it cannot write, has stopped or is behind; its log"
              + " says why");
    }
    return ExitCodes.OK;
  }
}
