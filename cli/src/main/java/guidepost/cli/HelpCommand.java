package guidepost.cli;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `help`.
@Command(name = "help", description = "Show all commands, or how one is used.")
final class HelpCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(
      arity = "0..2",
      paramLabel = "NOUN VERB",
      description = "The command (default: all of them)")
  private List<String> words = new ArrayList<>();

  HelpCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    CommandLine named = Main.commandLine(terminal, words.toArray(String[]::new));
    for (String word : words) {
      named = verb(named, word);
    }
    named.usage(new PrintWriter(terminal.out()));
    terminal.flush();
    return ExitCodes.OK;
  }

  private static CommandLine verb(CommandLine noun, String word) {
    CommandLine verb = noun.getSubcommands().get(word);
    if (verb == null) {
      throw CommandException.usage(
          "command \"%s\": must be one that \"%s\" lists"
              .formatted(
                  word,
                  noun.getCommandSpec()
                      .qualifiedName()
                      .replaceFirst("guidepost", "guidepost help")));
    }
    return verb;
  }
}
