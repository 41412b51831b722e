package guidepost.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The program `guidepost`.
public final class Main {

  private static final String EXIT_CODES = "%nExit codes:%n";

  private Main() {}

  /// Runs a command and ends the process with its exit code.
  public static void main(String[] args) {
    System.exit(run(Terminal.system(), args));
  }

  /// Runs a command.
  ///
  /// @return the exit code
  static int run(Terminal terminal, String... args) {
    int code = commandLine(terminal).execute(pointsAreNoOptions(args));
    try {
      terminal.flush();
    } catch (UncheckedIOException e) {
      return Failures.isClosedPipe(e) ? code : ExitCodes.REJECTED;
    }
    return code;
  }

  /// A southern point and a time ago begin like an option; a space before them, which is read over,
  /// tells them apart.
  private static String[] pointsAreNoOptions(String[] args) {
    return Arrays.stream(args)
        .map(arg -> arg.matches("-\\d[^=]*,.*|-\\d+[smhd]") ? " " + arg : arg)
        .toArray(String[]::new);
  }

  /// The whole command line.
  static CommandLine commandLine(Terminal terminal) {
    CommandLine program =
        new CommandLine(new Guidepost())
            .addSubcommand(route(terminal))
            .addSubcommand(table(terminal))
            .addSubcommand(source(terminal))
            .addSubcommand(feature(terminal))
            .addSubcommand(trip(terminal))
            .addSubcommand(note(terminal))
            .addSubcommand(new Chatting(terminal))
            .addSubcommand(new Status(terminal))
            .addSubcommand(new ServeCommand(terminal))
            .addSubcommand(new Backup(terminal))
            .addSubcommand(new RestoreCommand(terminal))
            .addSubcommand(new Verify(terminal))
            .addSubcommand(new Compact(terminal))
            .addSubcommand(new Dump(terminal))
            .addSubcommand(new LoadCommand(terminal))
            .addSubcommand(new Demo(terminal))
            .addSubcommand(new Completion(terminal));
    describe(program);
    ErrorReport report = new ErrorReport(terminal);
    return program
        .setOut(new PrintWriter(terminal.out()))
        .setErr(terminal.err())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(report)
        .setExecutionExceptionHandler(report);
  }

  private static CommandLine route(Terminal terminal) {
    return new CommandLine(new Route())
        .addSubcommand(new RouteAdd(terminal))
        .addSubcommand(new RouteGet(terminal))
        .addSubcommand(new RouteLookup(terminal))
        .addSubcommand(new RouteExplain(terminal))
        .addSubcommand(new RouteList(terminal))
        .addSubcommand(new RouteLonger(terminal))
        .addSubcommand(new RouteShorter(terminal))
        .addSubcommand(new RouteWatching(terminal))
        .addSubcommand(new RouteDiff(terminal))
        .addSubcommand(new RouteDelete(terminal))
        .addSubcommand(new RouteFlush(terminal))
        .addSubcommand(new RouteImport(terminal))
        .addSubcommand(new RouteSync(terminal))
        .addSubcommand(new RouteExport(terminal));
  }

  private static CommandLine table(Terminal terminal) {
    return new CommandLine(new TableCommands())
        .addSubcommand(new TableCommands.Show(terminal))
        .addSubcommand(new TableCommands.Create(terminal))
        .addSubcommand(new TableCommands.Drop(terminal));
  }

  private static CommandLine source(Terminal terminal) {
    return new CommandLine(new SourceCommands())
        .addSubcommand(new SourceCommands.Show(terminal))
        .addSubcommand(new SourceCommands.Put(terminal))
        .addSubcommand(new SourceCommands.Delete(terminal));
  }

  private static CommandLine feature(Terminal terminal) {
    return new CommandLine(new FeatureNoun())
        .addSubcommand(new FeatureGet(terminal))
        .addSubcommand(new FeatureList(terminal))
        .addSubcommand(new FeatureDiff(terminal))
        .addSubcommand(new FeatureIn(terminal))
        .addSubcommand(new FeatureNear(terminal))
        .addSubcommand(new FeatureAlong(terminal))
        .addSubcommand(new FeatureWatching(terminal))
        .addSubcommand(new FeaturePut(terminal))
        .addSubcommand(new FeatureDelete(terminal))
        .addSubcommand(new FeatureImport(terminal))
        .addSubcommand(new FeatureExport(terminal));
  }

  private static CommandLine trip(Terminal terminal) {
    return new CommandLine(new Trip())
        .addSubcommand(new TripRecord(terminal))
        .addSubcommand(new TripShow(terminal))
        .addSubcommand(new TripList(terminal))
        .addSubcommand(new TripDelete(terminal))
        .addSubcommand(new TripExport(terminal));
  }

  private static CommandLine note(Terminal terminal) {
    return new CommandLine(new NoteNoun())
        .addSubcommand(new NotePost(terminal))
        .addSubcommand(new NoteConfirm(terminal))
        .addSubcommand(new NoteDeny(terminal))
        .addSubcommand(new NoteClose(terminal))
        .addSubcommand(new NoteList(terminal))
        .addSubcommand(new NoteWatching(terminal));
  }

  /// Gives every command `--help` and says what its exit codes mean.
  private static void describe(CommandLine command) {
    command
        .getCommandSpec()
        .mixinStandardHelpOptions(true)
        .usageMessage()
        .exitCodeListHeading(EXIT_CODES)
        .exitCodeList(ExitCodes.meanings());
    command.getSubcommands().values().forEach(Main::describe);
  }

  /// The program itself.
  @Command(
      name = "guidepost",
      versionProvider = ProgramVersion.class,
      description = "Which way? Routes for networks; features, trips and notes for travellers.")
  static final class Guidepost {}

  /// Commands about routes.
  @Command(name = "route", description = "Routes: which next hop leads to an address.")
  static final class Route {}

  /// Commands about features.
  @Command(name = "feature", description = "Features: what is at a point or inside a box.")
  static final class FeatureNoun {}

  /// Commands about notes.
  @Command(name = "note", description = "Notes: what travellers report at a place, live.")
  static final class NoteNoun {}

  /// Commands about trips.
  @Command(name = "trip", description = "Trips: where a traveller went.")
  static final class Trip {}
}
