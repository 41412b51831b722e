package guidepost.cli.routes;

import guidepost.cli.options.AsOfText;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Terminal;
import guidepost.common.v1.AsOf;
import guidepost.routes.v1.GetRevisionResponse;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `route revision`.
@Command(
    name = "revision",
    description = {
      "Show which revision there was at a time, and when it was written.",
      "WHEN is a revision (57), a time (2026-11-20T09:00Z, 2026-11-20), a time ago (-2h), or now."
    })
final class RouteRevision implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(arity = "0..1", paramLabel = "WHEN", description = "Which one (default: now)")
  private String when = "now";

  RouteRevision(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    AsOf asOf = AsOfText.read("WHEN", when, Instant.now());
    GetRevisionResponse found = client.ask(server -> server.routes().revision(asOf));
    terminal.line(client.json() ? json(found) : text(found));
    terminal.flush();
    return ExitCodes.OK;
  }

  private static String text(GetRevisionResponse found) {
    String written = found.hasTime() ? "written " + time(found) : "before the first write";
    return "revision %d, %s".formatted(found.getRevision(), written);
  }

  private static String json(GetRevisionResponse found) {
    ObjectNode json = Json.object().put("revision", found.getRevision());
    if (found.hasTime()) {
      json.put("time", time(found));
    }
    return json.put("timeline", "%016x".formatted(found.getTimeline())).toString();
  }

  private static String time(GetRevisionResponse found) {
    return Instant.ofEpochSecond(found.getTime().getSeconds(), found.getTime().getNanos())
        .toString();
  }
}
