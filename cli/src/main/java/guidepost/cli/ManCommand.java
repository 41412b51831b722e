package guidepost.cli;

import guidepost.cli.output.CommandFailures;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `man`: for who packages the program.
@Command(
    name = "man",
    hidden = true,
    description = "Write the manual pages, one for each command, into a directory.")
final class ManCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(paramLabel = "DIR", description = "The directory; made if absent")
  private Path directory = Path.of("");

  ManCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Map<String, String> pages = ManPage.all(Main.wholeLine(terminal));
    try {
      Files.createDirectories(directory);
      for (Map.Entry<String, String> page : pages.entrySet()) {
        Files.writeString(directory.resolve(page.getKey()), page.getValue());
      }
    } catch (IOException e) {
      throw CommandFailures.of(directory.toString(), e);
    }
    terminal.line("wrote %s to %s".formatted(Plural.of(pages.size(), "page"), directory));
    return ExitCodes.OK;
  }
}
