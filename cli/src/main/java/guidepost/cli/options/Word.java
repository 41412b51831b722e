package guidepost.cli.options;

import guidepost.cli.output.Terminal;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// A noun or a verb of the command line.
///
/// @param type the class of its command
/// @param command makes its command
/// @param verbs what can be done with the noun
public record Word(Class<?> type, Function<Terminal, Object> command, List<Word> verbs) {

  /// A word with the verbs that follow it.
  public Word(Class<?> type, Function<Terminal, Object> command, Word... verbs) {
    this(type, command, List.of(verbs));
  }

  /// True if this is the word's name or one of its aliases.
  public boolean isCalled(String name) {
    Command command = Objects.requireNonNull(type.getAnnotation(Command.class));
    return command.name().equals(name) || List.of(command.aliases()).contains(name);
  }

  /// The command without its verbs.
  public CommandLine alone(Terminal terminal) {
    return new CommandLine(command.apply(terminal));
  }

  /// The command with all its verbs.
  public CommandLine withVerbs(Terminal terminal) {
    CommandLine line = alone(terminal);
    verbs.forEach(verb -> line.addSubcommand(verb.withVerbs(terminal)));
    return line;
  }

  /// The command with one of its verbs.
  public CommandLine withVerb(Terminal terminal, Word verb) {
    return alone(terminal).addSubcommand(verb.withVerbs(terminal));
  }
}
