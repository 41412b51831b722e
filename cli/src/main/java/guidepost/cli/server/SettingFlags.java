package guidepost.cli.server;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.Terminal;
import guidepost.server.ServerSettings;
import guidepost.settings.Setting;
import guidepost.settings.SettingTable;
import guidepost.settings.Settings;
import guidepost.settings.SettingsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Gives a command a flag for each setting of the server, and one for the file.
///
/// Picocli makes one of these itself, so it has no state: what was given is read from the command.
final class SettingFlags implements IModelTransformer {

  private static final String CONFIG = "--config";
  private static final SettingTable TABLE = ServerSettings.TABLE;

  @Override
  public CommandSpec transform(CommandSpec command) {
    command.addOption(
        OptionSpec.builder(CONFIG)
            .paramLabel("FILE")
            .type(Path.class)
            .description(
                "The file of settings, in YAML; default: what "
                    + Settings.FILE_VARIABLE
                    + " names, or none")
            .build());
    TABLE.settings().forEach(setting -> command.addOption(flag(setting)));
    return command;
  }

  private static OptionSpec flag(Setting<?> setting) {
    OptionSpec.Builder flag =
        OptionSpec.builder(setting.flag())
            .paramLabel(setting.type().label())
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description(description(setting));
    return setting.type().label().equals("true|false")
        ? flag.arity("0..1").fallbackValue("true").build()
        : flag.arity("1").build();
  }

  private static String description(Setting<?> setting) {
    String repeatable = setting.type().isRepeatable() ? " Repeatable." : "";
    String preset =
        setting.presetText().isEmpty() ? "" : " (default: %s)".formatted(setting.presetText());
    // Picocli reads a percent sign as the start of a format.
    return (setting.sentence() + repeatable + preset).replace("%", "%%").replace("`", "");
  }

  /// What the command was given, the environment and the file that either names.
  static Settings read(CommandSpec command) throws SettingsException {
    Map<String, List<String>> flags = new LinkedHashMap<>();
    for (Setting<?> setting : TABLE.settings()) {
      List<String> given =
          command.commandLine().getParseResult().matchedOptionValue(setting.flag(), List.of());
      if (!given.isEmpty()) {
        flags.put(setting.flag(), given);
      }
    }
    Path file = command.commandLine().getParseResult().matchedOptionValue(CONFIG, null);
    return Settings.read(
        TABLE, Settings.Sources.of(Optional.ofNullable(file), System.getenv(), flags));
  }

  /// Prints every problem on a line of its own but the last, which ends the command.
  static CommandException rejected(Terminal terminal, SettingsException e) {
    List<String> problems = e.problems();
    problems.subList(0, problems.size() - 1).stream()
        .map(problem -> "guidepost: " + problem)
        .forEach(terminal::complain);
    return CommandException.usage(problems.getLast());
  }
}
