package guidepost.cli;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
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

  private static final List<Word> NOUNS =
      List.of(
          new Word(
              Route.class,
              terminal -> new Route(),
              new Word(RouteAdd.class, RouteAdd::new),
              new Word(RouteGet.class, RouteGet::new),
              new Word(RouteLookup.class, RouteLookup::new),
              new Word(RouteExplain.class, RouteExplain::new),
              new Word(RouteRevision.class, RouteRevision::new),
              new Word(RouteList.class, RouteList::new),
              new Word(RouteLonger.class, RouteLonger::new),
              new Word(RouteShorter.class, RouteShorter::new),
              new Word(RouteWatching.class, RouteWatching::new),
              new Word(RouteDiff.class, RouteDiff::new),
              new Word(RouteDelete.class, RouteDelete::new),
              new Word(RouteFlush.class, RouteFlush::new),
              new Word(RouteImport.class, RouteImport::new),
              new Word(RouteSync.class, RouteSync::new),
              new Word(RouteExport.class, RouteExport::new)),
          new Word(
              TableCommands.class,
              terminal -> new TableCommands(),
              new Word(TableCommands.Show.class, TableCommands.Show::new),
              new Word(TableCommands.ShowOne.class, TableCommands.ShowOne::new),
              new Word(TableCommands.Create.class, TableCommands.Create::new),
              new Word(TableCommands.Drop.class, TableCommands.Drop::new)),
          new Word(
              SourceCommands.class,
              terminal -> new SourceCommands(),
              new Word(SourceCommands.Show.class, SourceCommands.Show::new),
              new Word(SourceCommands.ShowOne.class, SourceCommands.ShowOne::new),
              new Word(SourceCommands.Put.class, SourceCommands.Put::new),
              new Word(SourceCommands.Delete.class, SourceCommands.Delete::new)),
          new Word(
              Feature.class,
              terminal -> new Feature(),
              new Word(FeatureGet.class, FeatureGet::new),
              new Word(FeatureList.class, FeatureList::new),
              new Word(FeatureDiff.class, FeatureDiff::new),
              new Word(FeatureNear.class, FeatureNear::new),
              new Word(FeatureAlong.class, FeatureAlong::new),
              new Word(FeatureWatching.class, FeatureWatching::new),
              new Word(FeaturePut.class, FeaturePut::new),
              new Word(FeatureDelete.class, FeatureDelete::new),
              new Word(FeatureImport.class, FeatureImport::new),
              new Word(FeatureExport.class, FeatureExport::new)),
          new Word(
              Trip.class,
              terminal -> new Trip(),
              new Word(TripRecord.class, TripRecord::new),
              new Word(TripShow.class, TripShow::new),
              new Word(TripList.class, TripList::new),
              new Word(TripDelete.class, TripDelete::new),
              new Word(TripExport.class, TripExport::new)),
          new Word(
              Note.class,
              terminal -> new Note(),
              new Word(NotePost.class, NotePost::new),
              new Word(NoteConfirm.class, NoteConfirm::new),
              new Word(NoteDeny.class, NoteDeny::new),
              new Word(NoteClose.class, NoteClose::new),
              new Word(NoteList.class, NoteList::new),
              new Word(NoteWatching.class, NoteWatching::new)),
          new Word(Chatting.class, Chatting::new),
          new Word(Status.class, Status::new),
          new Word(ServeCommand.class, ServeCommand::new),
          new Word(Backup.class, Backup::new),
          new Word(RestoreCommand.class, RestoreCommand::new),
          new Word(Verify.class, Verify::new),
          new Word(Compact.class, Compact::new),
          new Word(Dump.class, Dump::new),
          new Word(LoadCommand.class, LoadCommand::new),
          new Word(Demo.class, Demo::new),
          new Word(Completion.class, Completion::new),
          new Word(HelpCommand.class, HelpCommand::new),
          new Word(VersionCommand.class, VersionCommand::new),
          new Word(ManCommand.class, ManCommand::new));

  /// All commands.
  CommandLine all() {
    CommandLine all = new CommandLine(new Guidepost());
    NOUNS.forEach(noun -> all.addSubcommand(noun.withVerbs(terminal)));
    return all;
  }

  /// The nouns, which is what the usage of the program shows.
  private CommandLine nouns() {
    CommandLine nouns = new CommandLine(new Guidepost());
    NOUNS.forEach(noun -> nouns.addSubcommand(new CommandLine(noun.command.apply(terminal))));
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
        named(noun.get().verbs, args, 1)
            .map(verb -> noun.get().withVerb(terminal, verb))
            .orElseGet(() -> noun.get().withVerbs(terminal));
    return new CommandLine(new Guidepost()).addSubcommand(one);
  }

  private static Optional<Word> named(List<Word> words, String[] args, int at) {
    return words.stream().filter(word -> at < args.length && word.isCalled(args[at])).findFirst();
  }

  /// A noun or a verb.
  ///
  /// @param type the class of its command
  /// @param command makes its command
  /// @param verbs what can be done with the noun
  private record Word(Class<?> type, Function<Terminal, Object> command, List<Word> verbs) {

    Word(Class<?> type, Function<Terminal, Object> command, Word... verbs) {
      this(type, command, List.of(verbs));
    }

    boolean isCalled(String name) {
      Command command = Objects.requireNonNull(type.getAnnotation(Command.class));
      return command.name().equals(name) || List.of(command.aliases()).contains(name);
    }

    CommandLine withVerbs(Terminal terminal) {
      CommandLine line = new CommandLine(command.apply(terminal));
      verbs.forEach(verb -> line.addSubcommand(verb.withVerbs(terminal)));
      return line;
    }

    CommandLine withVerb(Terminal terminal, Word verb) {
      return new CommandLine(command.apply(terminal)).addSubcommand(verb.withVerbs(terminal));
    }
  }

  /// The program itself.
  @Command(
      name = "guidepost",
      versionProvider = ProgramVersion.class,
      description = "Which way? Routes for networks; features, trips and notes for travellers.")
  private static final class Guidepost extends Noun {}

  /// Commands about routes.
  @Command(name = "route", description = "Routes: which next hop leads to an address.")
  private static final class Route extends Noun {}

  /// Commands about features.
  @Command(name = "feature", description = "Features: what is at a point or inside a box.")
  private static final class Feature extends Noun {}

  /// Commands about notes.
  @Command(name = "note", description = "Notes: what travellers report at a point, live.")
  private static final class Note extends Noun {}

  /// Commands about trips.
  @Command(name = "trip", description = "Trips: where a traveller went.")
  private static final class Trip extends Noun {}
}
