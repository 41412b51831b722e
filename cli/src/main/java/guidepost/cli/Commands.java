package guidepost.cli;

import guidepost.cli.certs.CertCommands;
import guidepost.cli.data.DataCommands;
import guidepost.cli.features.FeatureCommands;
import guidepost.cli.notes.NoteCommands;
import guidepost.cli.options.Noun;
import guidepost.cli.options.Word;
import guidepost.cli.output.Terminal;
import guidepost.cli.profiles.ProfileCommands;
import guidepost.cli.routes.RouteCommands;
import guidepost.cli.server.ServerCommands;
import guidepost.cli.trips.TripCommands;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Which commands there are: nouns, some with verbs.
///
/// Of some sixty commands a call wants one, and to read the options of all takes longer than most
/// calls do; so a call that names one is given that one alone. Every other call, one with a
/// mistyped name among them, is given all that it may have meant.
///
/// @param terminal what every command reads and prints to
record Commands(Terminal terminal) {

  /// What concerns the program itself.
  private static final List<Word> PROGRAM =
      List.of(
          new Word(Demo.class, Demo::new),
          new Word(Completion.class, Completion::new),
          new Word(HelpCommand.class, HelpCommand::new),
          new Word(VersionCommand.class, VersionCommand::new),
          new Word(ManCommand.class, ManCommand::new));

  private static final List<Word> NOUNS =
      Stream.of(
              RouteCommands.words(),
              FeatureCommands.words(),
              TripCommands.words(),
              NoteCommands.words(),
              ServerCommands.words(),
              DataCommands.words(),
              ProfileCommands.words(),
              CertCommands.words(),
              PROGRAM)
          .flatMap(List::stream)
          .toList();

  /// All commands.
  CommandLine all() {
    CommandLine all = new CommandLine(new Guidepost());
    NOUNS.forEach(noun -> all.addSubcommand(noun.withVerbs(terminal)));
    return all;
  }

  /// The nouns, which is what the usage of the program shows.
  private CommandLine nouns() {
    CommandLine nouns = new CommandLine(new Guidepost());
    NOUNS.forEach(noun -> nouns.addSubcommand(noun.alone(terminal)));
    return nouns;
  }

  /// The command that a call names, or all that it may have meant.
  CommandLine wanted(String... args) {
    if (args.length == 0 || args[0].equals("--help") || args[0].equals("-h")) {
      return nouns();
    }
    Optional<Word> noun = named(NOUNS, args, 0);
    if (noun.isEmpty()) {
      return all();
    }
    CommandLine one =
        named(noun.get().verbs(), args, 1)
            .map(verb -> noun.get().withVerb(terminal, verb))
            .orElseGet(() -> noun.get().withVerbs(terminal));
    return new CommandLine(new Guidepost()).addSubcommand(one);
  }

  private static Optional<Word> named(List<Word> words, String[] args, int at) {
    return words.stream().filter(word -> at < args.length && word.isCalled(args[at])).findFirst();
  }

  /// The program itself.
  @Command(
      name = "guidepost",
      versionProvider = ProgramVersion.class,
      description = "Which way? Routes for networks; features, trips and notes for travellers.")
  private static final class Guidepost extends Noun {}
}
