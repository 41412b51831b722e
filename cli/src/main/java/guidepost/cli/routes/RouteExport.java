package guidepost.cli.routes;

import guidepost.cli.files.ExportFile;
import guidepost.cli.files.Formats;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import guidepost.client.RouteMessages;
import guidepost.routes.feeds.RouteFormat;
import guidepost.routes.feeds.RouteTextWriter;
import guidepost.routes.v1.MatchKind;
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
  @Mixin private TableOption table = new TableOption();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv or jsonl (default: by the ending of FILE, else csv)")
  private String format = "";

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The file to write; none or \"-\": standard output")
  private String file = "";

  RouteExport(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ExportFile target = new ExportFile(terminal, file);
    RouteFormat chosen = format(target);
    long[] written = {0};
    target.write(
        out -> {
          export(chosen, out, written);
          return written;
        });
    if (!file.isEmpty() && !file.equals("-")) {
      terminal.line(
          client.json()
              ? Json.object().put("file", file).put("routes", written[0]).toString()
              : "wrote %s to %s".formatted(Plural.of(written[0], "route"), file));
    }
    return ExitCodes.OK;
  }

  private RouteFormat format(ExportFile target) {
    if (format.isEmpty()) {
      return target.hasEnding("jsonl") ? RouteFormat.JSON_LINES : RouteFormat.CSV;
    }
    return Formats.requireWritable(format, List.of(RouteFormat.CSV, RouteFormat.JSON_LINES));
  }

  /// Ends the text only when all of it is there: a server that does not answer leaves no header
  /// behind, and what breaks off does not look complete.
  private void export(RouteFormat chosen, Writer out, long[] written) {
    RouteTextWriter writer = RouteTextWriter.of(chosen, out);
    try {
      client.ask(
          server ->
              table
                  .of(server)
                  .list(
                      "",
                      MatchKind.MATCH_KIND_UNSPECIFIED,
                      route -> {
                        writer.write(RouteMessages.route(route));
                        written[0]++;
                      }));
    } catch (CommandException e) {
      if (written[0] > 0) {
        writer.flush();
      }
      throw e;
    }
    writer.close();
  }
}
