package guidepost.cli.routes;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Terminal;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.FlushResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `route flush`.
@Command(
    name = "flush",
    description = {
      "Delete many routes at once: those that all of --table, --source and --prefix match.",
      "At least one must be given; without --table it is in all tables."
    })
final class RouteFlush implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "Only routes in this table (default: all tables)")
  private String table = "";

  @Option(names = "--source", paramLabel = "NAME", description = "Only routes of this source")
  private String source = "";

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      description = "Only this prefix and more specific ones; no host bits may be set")
  private String prefix = "";

  RouteFlush(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (table.isEmpty() && source.isEmpty() && prefix.isEmpty()) {
      throw CommandException.usage("at least one of --table, --source and --prefix must be given");
    }
    String within = within();
    FlushResponse done = client.ask(server -> server.routes().inTable(table).flush(source, within));
    terminal.line(
        client.json()
            ? Json.object()
                .put("deleted", done.getDeleted())
                .put("revision", done.getRevision())
                .toString()
            : "deleted %d, revision %d".formatted(done.getDeleted(), done.getRevision()));
    return ExitCodes.OK;
  }

  private String within() {
    try {
      return prefix.isEmpty() ? "" : RouteText.PREFIX.add(prefix, "").toString();
    } catch (InvalidRouteException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }
}
