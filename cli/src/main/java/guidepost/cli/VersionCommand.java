package guidepost.cli;

import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `version`.
@Command(name = "version", description = "Show the version of this program.")
final class VersionCommand implements Callable<Integer> {

  private final Terminal terminal;

  VersionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.line(ProgramVersion.text());
    return ExitCodes.OK;
  }
}
