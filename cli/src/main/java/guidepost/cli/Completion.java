package guidepost.cli;

import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `completion`.
@Command(
    name = "completion",
    description = {
      "Print a completion script for a shell.",
      "bash, zsh: source <(guidepost completion)",
      "fish: guidepost completion fish | source"
    })
final class Completion implements Callable<Integer> {

  /// What can be completed in.
  enum Shell {
    BASH,
    ZSH,
    FISH
  }

  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "SHELL",
      defaultValue = "bash",
      description = "bash, zsh or fish (default: bash)")
  private Shell shell = Shell.BASH;

  Completion(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    CommandLine program = Main.wholeLine(terminal);
    terminal.line(
        shell == Shell.FISH
            ? FishCompletion.of(program)
            : AutoComplete.bash("guidepost", program)); // zsh reads it too
    return ExitCodes.OK;
  }
}
