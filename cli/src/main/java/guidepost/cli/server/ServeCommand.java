package guidepost.cli.server;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.server.GuidepostServer;
import guidepost.server.OutOfMemory;
import guidepost.server.RunningSettings;
import guidepost.server.ServerStartException;
import guidepost.settings.SettingsException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `guidepost serve`: runs the server until a signal stops it.
@Command(
    name = "serve",
    description = {
      "Run the server in the foreground.",
      "Every option is a setting: it can also be given in a file or in the environment. See"
          + " \"guidepost config reference\"."
    },
    modelTransformer = SettingFlags.class,
    footer = {
      "",
      "SIGTERM or Ctrl-C stops it: it accepts no more calls, finishes those under way, writes what"
          + " is queued and exits with 0. A second one cuts the calls under way. SIGHUP reads the"
          + " settings again, and changes those that may change while it runs."
    })
public final class ServeCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Spec private @Nullable CommandSpec command;

  ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    ServerSignals signals = ServerSignals.listen();
    OutOfMemory.endProcess();
    RunningSettings settings = settings();
    try (GuidepostServer server = GuidepostServer.start(settings)) {
      signals.stopWith(server::stop);
      signals.reloadWith(() -> reload(settings));
      terminal.line("listening on %s".formatted(server.addresses()));
      terminal.flush();
      server.awaitTermination();
      server
          .closingFailure()
          .ifPresent(
              failure -> {
                throw CommandException.unavailable(
                    "the data could not be closed as it should be: " + failure.getMessage());
              });
      return ExitCodes.OK;
    } catch (ServerStartException e) {
      throw notStarted(e);
    } catch (SettingsException e) {
      throw SettingFlags.rejected(terminal, e);
    }
  }

  private RunningSettings settings() {
    CommandSpec spec = Objects.requireNonNull(command);
    try {
      return new RunningSettings(() -> SettingFlags.read(spec));
    } catch (SettingsException e) {
      throw SettingFlags.rejected(terminal, e);
    }
  }

  /// A reload that fails is logged, and the old settings stay.
  private static void reload(RunningSettings settings) {
    try {
      settings.reload();
    } catch (SettingsException e) {
      // Logged where it was found.
    }
  }

  /// Why a server did not start, with the exit code that says so.
  public static CommandException notStarted(ServerStartException e) {
    String text = String.valueOf(e.getMessage());
    return switch (e.reason()) {
      case BUSY -> CommandException.unavailable(text);
      case OPTIONS -> CommandException.usage(text);
      case DATA -> CommandException.rejected(text);
    };
  }
}
