package guidepost.cli.server;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.guide.notes.NoteRules;
import guidepost.guide.service.GuideLimits;
import guidepost.journal.Retention;
import guidepost.server.Engines;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.OutOfMemory;
import guidepost.server.ServerOptions;
import guidepost.server.ServerStartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `guidepost serve`: runs the server until a signal stops it.
@Command(
    name = "serve",
    description = "Run the server in the foreground.",
    footer = {
      "",
      "SIGTERM or Ctrl-C stops it: it accepts no more calls, finishes those under way, writes what"
          + " is queued and exits with 0. A second one cuts the calls under way. SIGHUP does"
          + " nothing."
    })
public final class ServeCommand implements Callable<Integer> {

  /// The data directory of who names none.
  public static final String DATA = "guidepost-data";

  /// A day: whoever waits longer for calls to end does not want them cut.
  private static final long SHUTDOWN_SECONDS_MAX = 86_400;

  private static final long LIFE_HOURS_MAX = NoteRules.TTL_MAX.toHours();

  /// As [GuideLimits] has it.
  private static final int TRIP_SPEED_MAX = 100_000;

  private final Terminal terminal;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description =
          "Where to listen; repeatable. Default: 127.0.0.1:50051 and [::1]:50051. Tutorial clients"
              + " also call 8980, 8080, 30052 and 10000")
  private List<String> listen = List.of();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = DATA,
      description = "The data directory, made if absent (default: ${DEFAULT-VALUE})")
  private Path data = Path.of(DATA);

  @Option(
      names = "--insecure",
      description = "Allow plaintext on addresses that other machines can reach")
  private boolean insecure;

  @Option(
      names = "--shutdown-timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "How long calls in progress may take to finish when the server stops (default:"
              + " ${DEFAULT-VALUE})")
  private int shutdownSeconds = 10;

  @Option(
      names = "--notes-per-point",
      paramLabel = "N",
      defaultValue = "100",
      description = "Notes kept, and replayed, at one point (default: ${DEFAULT-VALUE})")
  private int notesPerPoint = 100;

  @Option(
      names = "--note-hours",
      paramLabel = "HOURS",
      defaultValue = "24",
      description =
          "How long a note of kind text is kept, unless its author chooses a TTL (default:"
              + " ${DEFAULT-VALUE})")
  private int noteHours = 24;

  @Option(
      names = "--note-kind",
      paramLabel = "NAME=MINUTES",
      description =
          "A kind of notes and its TTL; 0: until it is closed. Repeatable; may change traffic (30),"
              + " hazard (120) and closure (0)")
  private Map<String, Long> noteKinds = Map.of();

  @Option(
      names = "--note-denials",
      paramLabel = "N",
      defaultValue = "3",
      description = "Authors whose denials close a note (default: ${DEFAULT-VALUE})")
  private int noteDenials = 3;

  @Option(
      names = "--note-pace",
      paramLabel = "N",
      defaultValue = "60",
      description =
          "Posts, confirmations, denials and closings per author, in one burst and per minute"
              + " (default: ${DEFAULT-VALUE})")
  private int notePace = 60;

  @Option(
      names = "--trip-speed",
      paramLabel = "METRES_PER_SECOND",
      defaultValue = "300",
      description =
          "The greatest speed of a trip; fixes that would need more are set aside (default:"
              + " ${DEFAULT-VALUE})")
  private double tripSpeed = 300;

  @Option(
      names = "--history-age",
      paramLabel = "HOURS",
      defaultValue = "168",
      description =
          "How far back earlier states can be queried, at most (default: ${DEFAULT-VALUE})")
  private int historyHours = 168;

  @Option(
      names = "--history-revisions",
      paramLabel = "N",
      defaultValue = "10000000",
      description = "How many revisions back, at most (default: ${DEFAULT-VALUE})")
  private long historyRevisions = 10_000_000;

  @Option(
      names = "--history-bytes",
      paramLabel = "BYTES",
      defaultValue = "268435456",
      description =
          "Disk space for the log of each of routes, features, notes and trips, at most (default:"
              + " ${DEFAULT-VALUE})")
  private long historyBytes = 256L << 20;

  public ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    StopSignals signals = StopSignals.listen();
    OutOfMemory.endProcess();
    try (GuidepostServer server = GuidepostServer.start(options())) {
      signals.stopWith(server::stop);
      terminal.line("listening on %s".formatted(server.addresses()));
      terminal.flush();
      server.awaitTermination();
      server
          .closingFailure()
          .ifPresent(
              failure -> {
                throw CommandException.unavailable(
                    "the data could not be closed as it should be: " + failure.getMessage());
              });
      return ExitCodes.OK;
    } catch (ServerStartException e) {
      throw notStarted(e);
    }
  }

  /// Why a server did not start, with the exit code that says so.
  public static CommandException notStarted(ServerStartException e) {
    String text = String.valueOf(e.getMessage());
    return switch (e.reason()) {
      case BUSY -> CommandException.unavailable(text);
      case OPTIONS -> CommandException.usage(text);
      case DATA -> CommandException.rejected(text);
    };
  }

  private ServerOptions options() {
    try {
      return ServerOptions.with(Engines.embedded(data))
          .listeningOn(addresses())
          .withInsecure(insecure)
          .withGrace(
              Duration.ofSeconds(
                  require("shutdown-timeout", shutdownSeconds, 0, SHUTDOWN_SECONDS_MAX)))
          .withHistory(retention())
          .withGuideLimits(
              GuideLimits.DEFAULTS
                  .withNoteRules(noteRules())
                  .withNotes(
                      (int) require("notes-per-point", notesPerPoint, 1, Integer.MAX_VALUE),
                      Duration.ofHours(require("note-hours", noteHours, 1, LIFE_HOURS_MAX)))
                  .withTripSpeed(requireSpeed()));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private Retention retention() {
    return new Retention(
        Duration.ofHours(require("history-age", historyHours, 1, Integer.MAX_VALUE)),
        require("history-revisions", historyRevisions, 1, Long.MAX_VALUE),
        require("history-bytes", historyBytes, 1, Long.MAX_VALUE));
  }

  private NoteRules noteRules() {
    int pace = (int) require("note-pace", notePace, 1, Integer.MAX_VALUE);
    NoteRules rules =
        NoteRules.DEFAULTS
            .withDenials((int) require("note-denials", noteDenials, 1, NoteRules.DENIALS_MAX))
            .withPace(pace, pace);
    for (Map.Entry<String, Long> kind : noteKinds.entrySet()) {
      rules = rules.withKind(requireKind(kind.getKey()), life(kind.getKey(), kind.getValue()));
    }
    return rules;
  }

  private static String requireKind(String name) {
    if (name.equals(NoteRules.TEXT)) {
      throw CommandException.usage(
          "note-kind \"%s\": must be another kind; --note-hours says how long text lives"
              .formatted(name));
    }
    return name;
  }

  private static Duration life(String kind, long minutes) {
    return Duration.ofMinutes(
        require("note-kind " + kind, minutes, 0, NoteRules.TTL_MAX.toMinutes()));
  }

  private double requireSpeed() {
    if (!(tripSpeed >= 1 && tripSpeed <= TRIP_SPEED_MAX)) {
      throw CommandException.usage(
          "trip-speed \"%s\": must be 1..%d metres per second"
              .formatted(tripSpeed, TRIP_SPEED_MAX));
    }
    return tripSpeed;
  }

  private List<ListenAddress> addresses() {
    return listen.isEmpty()
        ? ServerOptions.LOOPBACK
        : listen.stream().map(ListenAddress::parse).toList();
  }

  private static long require(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw CommandException.usage(
          "%s \"%d\": must be %d..%d".formatted(option, value, least, most));
    }
    return value;
  }
}
