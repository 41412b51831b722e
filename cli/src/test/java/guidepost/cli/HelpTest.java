package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.server.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  @ValueSource(strings = {"", "route", "feature", "note", "trip", "table", "source"})
  void shouldShowTheUsageOfANounWithoutAVerbAsAnError(String noun) {
    String[] words = noun.isEmpty() ? new String[0] : new String[] {noun};

    assertThat(terminal.run(words)).isEqualTo(ExitCodes.USAGE);
    assertThat(terminal.err())
        .startsWith("Usage: guidepost " + noun)
        .contains("Commands:", "Exit codes:");
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void shouldMakeNoOtherCommandToSayTheVersionOrToListTheNouns() {
    Commands commands = new Commands(terminal.terminal());

    assertThat(commands.wanted("version").getSubcommands()).containsOnlyKeys("version");
    assertThat(commands.wanted().getSubcommands().values())
        .allSatisfy(noun -> assertThat(noun.getSubcommands()).isEmpty());
  }
}
