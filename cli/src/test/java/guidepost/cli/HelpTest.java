package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cli.output.ExitCodes;
import guidepost.server.ServerSettings;
import guidepost.server.Version;
import guidepost.settings.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// What a stranger types first.
final class HelpTest {

  private final Recorder terminal = new Recorder();

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version", "-V", "route --version", "route get -V"})
  void shouldSayTheVersion(String line) {
    assertThat(terminal.run(line.split(" "))).isZero();
    assertThat(terminal.out()).isEqualTo("guidepost " + Version.current() + "\n");
    assertThat(terminal.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "--help", "-h"})
  void shouldListAllNouns(String word) {
    assertThat(terminal.run(word)).isZero();
    assertThat(terminal.out())
        .startsWith("Usage: guidepost ")
        .contains("route ", "note ", "demo ", "version ")
        .doesNotContain("  man ");
    assertThat(terminal.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"route", "route get", "feature in", "route show", "serve", "help"})
  void shouldShowTheSameAsTheOptionOfTheCommand(String command) {
    Recorder option = new Recorder();
    option.run((command + " --help").split(" "));

    assertThat(terminal.run(("help " + command).split(" "))).isZero();
    assertThat(terminal.out()).isEqualTo(option.out()).startsWith("Usage: guidepost ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "route", "feature", "note", "trip", "table", "source", "config", "token"})
  void shouldShowTheUsageOfANounWithoutAVerbAsAnError(String noun) {
    String[] words = noun.isEmpty() ? new String[0] : new String[] {noun};

    assertThat(terminal.run(words)).isEqualTo(ExitCodes.USAGE);
    assertThat(terminal.err())
        .startsWith("Usage: guidepost " + noun)
        .contains("Commands:", "Exit codes:");
    assertThat(terminal.out()).isEmpty();
  }

  /// Described on a page of their own, which a test of the server keeps current.
  private static final Set<String> SETTINGS =
      ServerSettings.TABLE.settings().stream().map(Setting::flag).collect(Collectors.toSet());

  @Test
  void shouldFindEveryCommandAndOptionInTheReference() throws Exception {
    String reference = Files.readString(Path.of("../docs/reference/cli.md"));
    for (CommandLine noun : Main.wholeLine(terminal.terminal()).getSubcommands().values()) {
      requireDescribed(noun, reference);
      noun.getSubcommands().values().forEach(verb -> requireDescribed(verb, reference));
    }
  }

  private static void requireDescribed(CommandLine command, String reference) {
    if (command.getSubcommands().isEmpty()) {
      String name = command.getCommandSpec().qualifiedName().replaceFirst("guidepost ", "");
      assertThat(reference).contains("`" + name);
    }
    command.getCommandSpec().options().stream()
        .map(OptionSpec::longestName)
        .filter(option -> !option.equals("--help") && !SETTINGS.contains(option))
        .map(option -> option.replaceFirst("--[a-z]+-column", "--NAME-column"))
        .forEach(option -> assertThat(reference).contains(option));
  }

  @Test
  void shouldMakeNoOtherCommandToSayTheVersionOrToListTheNouns() {
    Commands commands = new Commands(terminal.terminal());

    assertThat(commands.wanted("version").getSubcommands()).containsOnlyKeys("version");
    assertThat(commands.wanted().getSubcommands().values())
        .allSatisfy(noun -> assertThat(noun.getSubcommands()).isEmpty());
  }
}
