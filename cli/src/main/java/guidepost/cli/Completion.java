package guidepost.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `completion`.
@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh: source <(guidepost completion)")
final class Completion implements Callable<Integer> {

  private final Terminal terminal;
  @Spec private CommandSpec spec = CommandSpec.create();

  Completion(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.line(AutoComplete.bash("guidepost", spec.root().commandLine()));
    return ExitCodes.OK;
  }
}
