package guidepost.cli.data;

import guidepost.cli.files.ImportSource;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import guidepost.journal.JournalEngine;
import guidepost.journal.JournalException;
import guidepost.server.BackupException;
import guidepost.server.Engines;
import guidepost.server.Load;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `load`.
@Command(
    name = "load",
    description = {
      "Make a data directory, or a log that nothing was written to, of what \"dump\" wrote (gzip,"
          + " xz and zstd are unpacked) or of a data directory.",
      "All of it or nothing. Needs no server, and none may use the directory."
    })
final class LoadCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Option(names = "--json", description = "Print one JSON object")
  private boolean json;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The directory to make; absent or empty")
  private @Nullable Path data;

  @Mixin private SharedLogOptions log = new SharedLogOptions();

  @Parameters(
      paramLabel = "FILE",
      description = "What \"dump\" wrote; \"-\": standard input; or a data directory")
  private String file = "";

  LoadCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    JournalEngine engine = engine();
    try {
      show(isDirectory() ? loadDirectory(engine) : loadFile(engine));
      return ExitCodes.OK;
    } catch (BackupException | JournalException e) {
      throw CommandException.rejected("%s: %s; nothing was loaded".formatted(file, e.getMessage()));
    } catch (IOException e) {
      throw CommandException.broken(
          "loading %s into %s: %s; nothing was loaded".formatted(file, target(), e));
    }
  }

  private boolean isDirectory() {
    return !file.isEmpty() && Files.isDirectory(Path.of(file));
  }

  private Map<String, Load.Loaded> loadFile(JournalEngine engine) throws IOException {
    try (ImportSource source = ImportSource.open(terminal, file)) {
      return Load.load(
          new BufferedReader(new InputStreamReader(source.in(), StandardCharsets.UTF_8)), engine);
    }
  }

  private Map<String, Load.Loaded> loadDirectory(JournalEngine engine) throws IOException {
    try (DirectoryDump dump = DirectoryDump.of(Path.of(file));
        BufferedReader lines = dump.lines()) {
      return Load.load(lines, engine);
    }
  }

  private JournalEngine engine() {
    Path directory = data;
    if ((directory == null) == log.place().isEmpty()) {
      throw CommandException.usage("load: needs --data DIR or --journal PLACE, and not both");
    }
    return directory == null ? log.engine() : Engines.embedded(directory);
  }

  /// What was filled, for people.
  private String target() {
    return log.place().orElseGet(() -> String.valueOf(data));
  }

  private void show(Map<String, Load.Loaded> loaded) {
    if (json) {
      ObjectNode object = Json.object().put("data", target());
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
    terminal.line("loaded %s: %s".formatted(target(), text));
  }
}
