package guidepost.cli.data;

import guidepost.cli.files.ImportSource;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import guidepost.journal.JournalException;
import guidepost.server.BackupException;
import guidepost.server.Engines;
import guidepost.server.Load;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `load`.
@Command(
    name = "load",
    description = {
      "Make a data directory of what \"dump\" wrote; gzip, xz and zstd are unpacked.",
      "All of it or nothing. Needs no server, and none may use the directory."
    })
final class LoadCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Option(names = "--json", description = "Print one JSON object")
  private boolean json;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "The directory to make; absent or empty")
  private Path data = Path.of("");

  @Parameters(paramLabel = "FILE", description = "\"-\": standard input")
  private String file = "";

  LoadCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (ImportSource source = ImportSource.open(terminal, file)) {
      show(
          Load.load(
              new BufferedReader(new InputStreamReader(source.in(), StandardCharsets.UTF_8)),
              Engines.embedded(data)));
      return ExitCodes.OK;
    } catch (BackupException | JournalException e) {
      throw CommandException.rejected("%s: %s; nothing was loaded".formatted(file, e.getMessage()));
    } catch (IOException e) {
      throw CommandException.broken(
          "loading %s into %s: %s; nothing was loaded".formatted(file, data, e));
    }
  }

  private void show(Map<String, Load.Loaded> loaded) {
    if (json) {
      ObjectNode object = Json.object().put("data", data.toString());
      ObjectNode domains = object.putObject("domains");
      loaded.forEach(
          (domain, each) ->
              domains
                  .putObject(domain)
                  .put("revision", each.revision())
                  .put("entries", each.entries()));
      terminal.line(object.toString());
      return;
    }
    String text =
        loaded.entrySet().stream()
            .map(
                each ->
                    "%s at revision %d with %s"
                        .formatted(
                            each.getKey(),
                            each.getValue().revision(),
                            Plural.grouped(each.getValue().entries(), "entry")))
            .collect(Collectors.joining(", "));
    terminal.line("loaded %s: %s".formatted(data, text));
  }
}
