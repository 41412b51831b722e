package guidepost.cli;

import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/// `completion`.
@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh: source <(guidepost completion)")
final class Completion implements Callable<Integer> {

  private final Terminal terminal;

  Completion(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.line(AutoComplete.bash("guidepost", Main.wholeLine(terminal)));
    return ExitCodes.OK;
  }
}
