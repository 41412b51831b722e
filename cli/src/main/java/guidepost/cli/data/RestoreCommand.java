package guidepost.cli.data;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Terminal;
import guidepost.journal.JournalException;
import guidepost.server.BackupException;
import guidepost.server.Engines;
import guidepost.server.Restore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `restore`.
@Command(
    name = "restore",
    description = "Make a data directory of a backup. Needs no server, and none may use it.")
final class RestoreCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Option(names = "--json", description = "Print one JSON object")
  private boolean json;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "The directory to make; absent or empty")
  private Path data = Path.of("");

  @Parameters(paramLabel = "FILE", description = "The file that \"backup\" wrote")
  private Path file = Path.of("");

  RestoreCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (!Files.isRegularFile(file)) {
      throw CommandException.usage(
          "file \"%s\": %s".formatted(file, Files.exists(file) ? "is no file" : "does not exist"));
    }
    try {
      show(Restore.restore(file, Engines.embedded(data)));
      return ExitCodes.OK;
    } catch (BackupException | JournalException e) {
      throw CommandException.rejected(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw CommandException.broken("restoring %s into %s: %s".formatted(file, data, e));
    }
  }

  private void show(Map<String, Long> revisions) {
    if (json) {
      ObjectNode object = Json.object().put("data", data.toString());
      ObjectNode byDomain = object.putObject("revisions");
      revisions.forEach(byDomain::put);
      terminal.line(object.toString());
      return;
    }
    String text =
        revisions.entrySet().stream()
            .map(each -> "%s at revision %d".formatted(each.getKey(), each.getValue()))
            .collect(Collectors.joining(", "));
    terminal.line("restored %s: %s".formatted(data, text));
  }
}
