package guidepost.cli.data;

import guidepost.cli.output.CommandException;
import guidepost.journal.JournalEngine;
import guidepost.server.Engines;
import guidepost.server.SharedLog;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Names the log that several servers share.
final class SharedLogOptions {

  @Option(
      names = "--journal",
      paramLabel = "PLACE",
      description = "The log that several servers share: kafka://HOST:PORT,HOST:PORT/PREFIX")
  private @Nullable String place;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description = "A properties file of Kafka's client settings")
  private @Nullable Path config;

  /// Empty if none is named.
  Optional<String> place() {
    return Optional.ofNullable(place);
  }

  private String required() {
    return place()
        .orElseThrow(() -> CommandException.usage("needs --journal kafka://HOST:PORT/PREFIX"));
  }

  /// The log.
  ///
  /// @throws CommandException if none is named, or the place is not of the form
  SharedLog log() {
    String named = required();
    try {
      return SharedLog.at(named, config(), from());
    } catch (IllegalArgumentException e) {
      throw wrong(named, e);
    }
  }

  /// The engine that fills it.
  ///
  /// @throws CommandException as [#log]
  JournalEngine engine() {
    String named = required();
    try {
      return Engines.shared(named, config(), from());
    } catch (IllegalArgumentException e) {
      throw wrong(named, e);
    }
  }

  private static CommandException wrong(String place, IllegalArgumentException e) {
    return CommandException.usage("--journal \"%s\": %s".formatted(place, e.getMessage()));
  }

  private String from() {
    return config == null ? "" : "--kafka-config \"%s\"".formatted(config);
  }

  private Map<String, String> config() {
    Path file = config;
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
}
