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
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
      description = "The directory to make; absent or empty")
  private @Nullable Path data;

  @Option(
      names = "--journal",
      paramLabel = "PLACE",
      description =
          "Instead of a directory, a log that several servers are to share, and nothing was written"
              + " to: kafka://HOST:PORT,HOST:PORT/PREFIX")
  private @Nullable String journal;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description = "A properties file of Kafka's client settings")
  private @Nullable Path kafkaConfig;

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
              engine()));
      return ExitCodes.OK;
    } catch (BackupException | JournalException e) {
      throw CommandException.rejected("%s: %s; nothing was loaded".formatted(file, e.getMessage()));
    } catch (IOException e) {
      throw CommandException.broken(
          "loading %s into %s: %s; nothing was loaded".formatted(file, target(), e));
    }
  }

  private JournalEngine engine() {
    Path directory = data;
    String place = journal;
    if ((directory == null) == (place == null)) {
      throw CommandException.usage("load: needs --data DIR or --journal PLACE, and not both");
    }
    try {
      return place == null
          ? Engines.embedded(Objects.requireNonNull(directory))
          : Engines.shared(place, kafkaConfig());
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--journal \"%s\": %s".formatted(place, e.getMessage()));
    }
  }

  private Map<String, String> kafkaConfig() {
    Path file = kafkaConfig;
    Properties read = new Properties();
    if (file != null) {
      try (Reader reader = Files.newBufferedReader(file)) {
        read.load(reader);
      } catch (IOException e) {
        throw CommandException.usage("--kafka-config %s: %s".formatted(file, e));
      }
    }
    return read.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, read::getProperty));
  }

  /// What was filled, for people.
  private String target() {
    return journal == null ? String.valueOf(data) : journal;
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
