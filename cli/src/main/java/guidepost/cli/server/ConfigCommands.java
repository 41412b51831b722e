package guidepost.cli.server;

import guidepost.cli.data.DataOptions;
import guidepost.cli.options.Noun;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.client.AdminClient;
import guidepost.server.ServerSettings;
import guidepost.server.v1.ReloadSettingsResponse;
import guidepost.settings.Setting;
import guidepost.settings.Settings;
import guidepost.settings.SettingsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/// Commands about the server's settings.
@Command(name = "config", description = "The server's settings: check, show and reload them.")
final class ConfigCommands extends Noun {

  /// `config check`.
  @Command(
      name = "check",
      description =
          "Check a file of settings, with what the environment says, and the certificates, grants"
              + " and tokens that they name; name everything that is wrong.")
  static final class Check implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
        paramLabel = "FILE",
        arity = "0..1",
        description = "The file; default: what GUIDEPOST_CONFIG names")
    private @Nullable Path file;

    Check(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      Settings.Sources sources =
          Settings.Sources.of(Optional.ofNullable(file), System.getenv(), Map.of());
      try {
        Settings settings = Settings.read(ServerSettings.TABLE, sources);
        List<String> warnings = ServerSettings.check(settings);
        settings.warnings().forEach(terminal::complain);
        warnings.forEach(terminal::complain);
        terminal.line("ok");
        return ExitCodes.OK;
      } catch (SettingsException e) {
        throw SettingFlags.rejected(terminal, e);
      }
    }
  }

  /// `config show`.
  @Command(
      name = "show",
      description = {
        "Show every setting, its value, and where the value comes from.",
        "Takes the same options as \"serve\", and shows what that would take. Secrets are ***."
      },
      modelTransformer = SettingFlags.class)
  static final class Show implements Callable<Integer> {
    private final Terminal terminal;
    @Spec private @Nullable CommandSpec command;

    @Option(names = "--json", description = "Print one JSON object per line, errors too")
    private boolean json;

    Show(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try {
        Settings settings = SettingFlags.read(Objects.requireNonNull(command));
        ServerSettings.options(settings);
        settings.warnings().forEach(terminal::complain);
        show(settings);
        return ExitCodes.OK;
      } catch (SettingsException e) {
        throw SettingFlags.rejected(terminal, e);
      }
    }

    private void show(Settings settings) {
      if (json) {
        for (Setting<?> setting : settings.table().settings()) {
          terminal.line(
              Json.object()
                  .put("name", setting.name())
                  .put("value", settings.text(setting))
                  .put("origin", settings.origin(setting).toString())
                  .toString());
        }
        return;
      }
      Table table = new Table(terminal, "SETTING", "VALUE", "FROM");
      for (Setting<?> setting : settings.table().settings()) {
        table.row(setting.name(), settings.text(setting), settings.origin(setting).toString());
      }
      table.finish();
    }
  }

  /// `config reference`.
  @Command(name = "reference", description = "Print the reference of all settings, as Markdown.")
  static final class Reference implements Callable<Integer> {
    private final Terminal terminal;

    Reference(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      ServerSettings.TABLE.reference().lines().forEach(terminal::line);
      return ExitCodes.OK;
    }
  }

  /// `config reload`.
  @Command(
      name = "reload",
      description = {
        "Make the running server read its settings again.",
        "What may change while it runs is in force at once; a broken file changes nothing. The same"
            + " as SIGHUP, but says what became of it."
      })
  static final class Reload implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private DataOptions data = new DataOptions();

    Reload(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      ReloadSettingsResponse done = data.ask(AdminClient::reloadSettings);
      if (data.json()) {
        ObjectNode object = Json.object();
        done.getAppliedList().forEach(object.putArray("applied")::add);
        done.getNeedRestartList().forEach(object.putArray("need_restart")::add);
        terminal.line(object.toString());
      } else {
        terminal.line(
            done.getAppliedCount() == 0
                ? "no setting changed; certificates, grants and tokens were read again"
                : "changed: " + String.join(", ", done.getAppliedList()));
        if (done.getNeedRestartCount() > 0) {
          terminal.line("needs a restart: " + String.join(", ", done.getNeedRestartList()));
        }
      }
      return ExitCodes.OK;
    }
  }
}
