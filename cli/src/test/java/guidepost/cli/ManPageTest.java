package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// The manual pages.
final class ManPageTest {

  @TempDir private Path directory;
  private final Recorder terminal = new Recorder();

  private List<Path> written() throws IOException {
    assertThat(terminal.run("man", directory.toString())).isZero();
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @Test
  void shouldHaveAPageForEveryCommandWithEveryOptionOfIt() {
    CommandLine all = Main.wholeLine(terminal.terminal());
    Map<String, String> pages = ManPage.all(all);
    requirePage(all, pages);
    assertThat(pages).containsKeys("guidepost.1", "guidepost-route-add.1", "guidepost-serve.1");
    assertThat(pages).doesNotContainKeys("guidepost-man.1", "guidepost-feature-in.1");
  }

  private static void requirePage(CommandLine command, Map<String, String> pages) {
    if (command.getCommandSpec().usageMessage().hidden()) {
      return;
    }
    String name = command.getCommandSpec().qualifiedName("-");
    String page = pages.getOrDefault(name + ".1", "");
    assertThat(page).as(name).startsWith(".TH ").contains(".SH \"SEE ALSO\"");
    for (OptionSpec option : command.getCommandSpec().options()) {
      assertThat(page).as(name).contains(option.longestName().replace("-", "\\-"));
    }
    command.getSubcommands().values().forEach(verb -> requirePage(verb, pages));
  }

  @Test
  void shouldWriteTextThatTroffTakesLiterally() {
    String page =
        ManPage.all(Main.wholeLine(terminal.terminal())).getOrDefault("guidepost-note-post.1", "");

    assertThat(page)
        .contains(".TH \"GUIDEPOST\\-NOTE\\-POST\" \"1\"", ".B \\-\\-via LAT,LON\n")
        .doesNotContain("%n", "%%", "${");
    assertThat(page.lines()).noneMatch(String::isBlank).noneMatch(line -> line.startsWith("'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"groff -man -ww -Tutf8 -z", "mandoc -Tlint -Wwarning", "man -l"})
  void shouldBeReadWithoutAComplaint(String reader) throws Exception {
    assumeTrue(isInstalled(reader), "SKIPPED: needs " + reader);
    for (Path page : written()) {
      List<String> command = new ArrayList<>(List.of(reader.split(" ")));
      command.add(page.toString());
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("MANPAGER", "cat");
      builder.environment().put("LC_ALL", "C.UTF-8");
      Process process = builder.start();
      process.getOutputStream().close();
      String out = text(process.getInputStream());
      assertThat(text(process.getErrorStream())).as(page.toString()).isEmpty();
      assertThat(process.waitFor()).isZero();
      if (reader.startsWith("man ")) {
        assertThat(out).contains("NAME", "SYNOPSIS", "EXIT STATUS");
      }
    }
  }

  private static boolean isInstalled(String reader) throws Exception {
    String program = reader.substring(0, reader.indexOf(' '));
    return new ProcessBuilder("sh", "-c", "command -v " + program)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
