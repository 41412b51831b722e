package guidepost.cli.data;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.client.AdminClient;
import guidepost.journal.JournalEngine;
import guidepost.journal.JournalException;
import guidepost.server.Engines;
import guidepost.server.LocalData;
import guidepost.server.ServerSettings;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/// Names a data directory, which a server may have open.
public final class DataOptions {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ServerSettings.DATA_DIRECTORY,
      description =
          "The data directory; a server that has it open is reached through the socket in it"
              + " (default: ${DEFAULT-VALUE})")
  private Path data = Path.of(ServerSettings.DATA_DIRECTORY);

  @Option(names = "--json", description = "Print one JSON object per line, errors too")
  private boolean json;

  /// What to do with a data directory that no server has open.
  interface Action<T> {
    T run(LocalData data) throws JournalException;
  }

  /// Whether to print JSON.
  public boolean json() {
    return json;
  }

  Path data() {
    return data;
  }

  /// Asks the server that has the directory open; if none has, opens it, and nothing in it changes.
  ///
  /// @throws CommandException if a call fails, or the directory cannot be opened or read
  <T> T read(Function<AdminClient, T> running, Action<T> stopped) {
    return run(running, LocalData::openForReading, stopped);
  }

  /// Asks the server that has the directory open; if none has, opens it.
  ///
  /// @throws CommandException if a call fails, or the directory cannot be opened, read or written
  <T> T open(Function<AdminClient, T> running, Action<T> stopped) {
    return run(running, LocalData::open, stopped);
  }

  private interface Opening {
    LocalData open(JournalEngine engine) throws JournalException;
  }

  private <T> T run(Function<AdminClient, T> running, Opening opening, Action<T> stopped) {
    try (AdminClient server = find().orElse(null)) {
      return server == null ? runStopped(opening, stopped) : running.apply(server);
    } catch (StatusRuntimeException e) {
      throw CommandFailures.of("data directory " + data, e);
    }
  }

  /// Asks the server that has the directory open.
  ///
  /// @throws CommandException if none has, or a call fails
  public <T> T ask(Function<AdminClient, T> running) {
    try (AdminClient server = find().orElse(null)) {
      if (server == null) {
        throw CommandException.unavailable(
            "data directory %s: no server has it open; start one with \"guidepost serve\" or name another with --data DIR"
                .formatted(data));
      }
      return running.apply(server);
    } catch (StatusRuntimeException e) {
      throw CommandFailures.of("data directory " + data, e);
    }
  }

  private Optional<AdminClient> find() {
    ClientOptions.silence();
    try {
      return AdminClient.find(data);
    } catch (IOException e) {
      throw CommandException.usage(
          "data directory %s: its server cannot be asked by this user: %s"
              .formatted(data, e.getMessage()));
    }
  }

  private <T> T runStopped(Opening opening, Action<T> action) {
    try (LocalData opened = opening.open(Engines.embedded(data))) {
      return action.run(opened);
    } catch (JournalException e) {
      throw switch (e.reason()) {
        case LOCKED, DISK_FULL -> CommandException.unavailable(String.valueOf(e.getMessage()));
        case FOREIGN, NEWER_FORMAT, NO_PERMISSION ->
            CommandException.usage(String.valueOf(e.getMessage()));
        case CORRUPT, TRIMMED, CLOSED, ABANDONED, OUTCOME_UNKNOWN, SUPERSEDED, IO ->
            CommandException.rejected(String.valueOf(e.getMessage()));
      };
    }
  }
}
