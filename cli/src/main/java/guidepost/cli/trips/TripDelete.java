package guidepost.cli.trips;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `trip delete`.
@Command(name = "delete", description = "Delete a trip with its fixes.")
final class TripDelete implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "ID", description = "The trip")
  private String id = "";

  TripDelete(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    long revision = client.ask(server -> server.trips().delete(id));
    terminal.line(
        client.json()
            ? Json.object().put("trip", id).put("deleted", 1).put("revision", revision).toString()
            : "deleted %s, revision %d".formatted(Printable.of(id), revision));
    return ExitCodes.OK;
  }
}
