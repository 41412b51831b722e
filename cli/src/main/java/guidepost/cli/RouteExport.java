package guidepost.cli;

import guidepost.routes.feeds.RouteFormat;
import guidepost.routes.feeds.RouteWriter;
import guidepost.routes.v1.Match;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `route export`.
@Command(name = "export", description = "Write all routes so that \"route import\" reads them.")
final class RouteExport implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv or jsonl (default: by the ending of FILE, else csv).")
  private String format = "";

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "Where to; none or \"-\": standard output.")
  private String file = "";

  RouteExport(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ExportFile target = new ExportFile(terminal, file);
    RouteFormat chosen = format(target);
    long[] written = {0};
    target.write(out -> export(chosen, out, written));
    if (!file.isEmpty() && !file.equals("-")) {
      terminal.line(
          client.json()
              ? Json.object().put("file", file).put("routes", written[0]).toString()
              : "wrote %d routes to %s".formatted(written[0], file));
    }
    return ExitCodes.OK;
  }

  private RouteFormat format(ExportFile target) {
    if (format.isEmpty()) {
      return target.hasEnding("jsonl") ? RouteFormat.JSON_LINES : RouteFormat.CSV;
    }
    return Formats.requireWritable(format, List.of(RouteFormat.CSV, RouteFormat.JSON_LINES));
  }

  private long export(RouteFormat chosen, Writer out, long[] written) {
    try (RouteWriter writer = RouteWriter.of(chosen, out)) {
      return client.ask(
          server ->
              server
                  .routes()
                  .list(
                      "",
                      Match.MATCH_UNSPECIFIED,
                      route -> {
                        writer.write(RouteMessages.route(route));
                        written[0]++;
                      }));
    }
  }
}
