package guidepost.cli.notes;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.Metres;
import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.PointText;
import guidepost.cli.places.TrackFile;
import guidepost.cli.watches.ChangeRange;
import guidepost.cli.watches.WatchLines;
import guidepost.cli.watches.WatchPrinter;
import guidepost.client.MovingWatch;
import guidepost.guide.feeds.Track;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.geo.Wgs84;
import guidepost.guide.v1.GeoCorridor;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.NoteFilter;
import guidepost.guide.v1.SubscribeStart;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `note watch`.
@Command(
    name = "watch",
    description = {
      "Show the live notes in an area, then every change to them.",
      "Ends with Ctrl-C; --follow ends with the track. After a lost connection it resumes."
    })
final class NoteWatching implements Callable<Integer> {

  /// Faster than anything that moves by the ground: more is a mistake.
  private static final double SPEED_KMH_MAX = 100_000;

  private static final int EVENT_PREFIX = "TYPE_".length();

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @ArgGroup(multiplicity = "1")
  private Where where = new Where();

  /// Exactly one of these.
  static final class Where {
    @Option(
        names = "--at",
        paramLabel = "LAT,LON",
        converter = PointText.class,
        description = "At exactly a point")
    private @Nullable Point at;

    @Option(
        names = "--box",
        arity = "2",
        paramLabel = "LAT,LON",
        converter = PointText.class,
        description = "Between two corners")
    private @Nullable List<Point> box;

    @Option(
        names = "--near",
        paramLabel = "LAT,LON",
        converter = PointText.class,
        description = "Near a point")
    private @Nullable Point near;

    @Option(names = "--along", paramLabel = "FILE", description = "Along the track of a file")
    private @Nullable String along;

    @Option(
        names = "--follow",
        paramLabel = "FILE",
        description = "Near a traveller who drives along the track of a file")
    private @Nullable String follow;
  }

  @Option(
      names = "--within",
      paramLabel = "METRES",
      defaultValue = "1000",
      converter = Metres.class,
      description = "How near: 200 or 1.5km (default: ${DEFAULT-VALUE})")
  private double within = 1_000;

  @Option(
      names = "--speed",
      paramLabel = "KMH",
      defaultValue = "50",
      description = "How fast to follow, km/h (default: ${DEFAULT-VALUE})")
  private double speed = 50;

  @Option(names = "--kind", paramLabel = "KIND", description = "Only this kind; repeatable")
  private List<String> kinds = List.of();

  @Option(
      names = "--after",
      paramLabel = "REVISION",
      description = "Begin with the changes after this revision (default: with the live notes)")
  private @Nullable Long after;

  @Option(
      names = "--changes",
      paramLabel = "N",
      description = "End after N changes (default: never)")
  private long changesMax = Long.MAX_VALUE;

  NoteWatching(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    String follow = where.follow;
    if (follow != null) {
      return follow(new Drive(path(follow), metresASecond()));
    }
    return watch(start());
  }

  private double metresASecond() {
    if (!(speed > 0 && speed <= SPEED_KMH_MAX)) {
      throw CommandException.usage(
          String.format(
              Locale.ROOT,
              "speed %s: must be more than 0 and at most %.0f km/h",
              speed,
              SPEED_KMH_MAX));
    }
    return speed / 3.6;
  }

  private SubscribeStart start() {
    SubscribeStart.Builder start = filtered();
    if (where.at != null) {
      start.setAt(PlaceMessages.message(where.at));
    } else if (where.box != null) {
      start.setBox(
          PlaceMessages.message(GeoBox.ofCorners(where.box.getFirst(), where.box.getLast())));
    } else if (where.near != null) {
      start.setCircle(PlaceMessages.circle(where.near, within));
    } else if (where.along != null) {
      GeoCorridor.Builder corridor = GeoCorridor.newBuilder().setWithinMetres(within);
      path(where.along).forEach(point -> corridor.addPath(PlaceMessages.message(point)));
      start.setCorridor(corridor);
    }
    return start.build();
  }

  private SubscribeStart.Builder filtered() {
    SubscribeStart.Builder start =
        SubscribeStart.newBuilder().setFilter(NoteFilter.newBuilder().addAllKinds(kinds));
    range().start().ifPresent(start::setWatch);
    return start;
  }

  private ChangeRange range() {
    return ChangeRange.of(after, changesMax);
  }

  private List<Point> path(String file) {
    List<Point> points =
        TrackFile.read(terminal, client, file).fixes().stream().map(Track.Fix::point).toList();
    if (points.isEmpty()) {
      throw CommandException.usage("%s: has no points".formatted(file));
    }
    return points;
  }

  private int watch(SubscribeStart start) {
    WatchPrinter<Note, NoteEvent> printer = printer(new Lines(client.json()));
    return printer.follow(server -> server.notes().watch(start, printer));
  }

  private WatchPrinter<Note, NoteEvent> printer(Lines lines) {
    return new WatchPrinter<>(terminal, client, "notes", range(), lines);
  }

  private int follow(Drive drive) {
    SubscribeStart start = filtered().setMoving(PlaceMessages.circle(drive.at(0), within)).build();
    Lines lines = new Lines(client.json());
    lines.traveller = drive.at(0);
    WatchPrinter<Note, NoteEvent> printer = printer(lines);
    return printer.follow(
        server -> new Driving(drive, lines, printer, server.notes().watchMoving(start, printer)));
  }

  /// Moves a watch along a drive, once a second, until the second after the drive is over.
  private static final class Driving implements AutoCloseable {
    private final Drive drive;
    private final Lines lines;
    private final WatchPrinter<Note, NoteEvent> printer;
    private final MovingWatch watch;
    private final long begun = System.nanoTime();
    private final ScheduledExecutorService wheel =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("note-watch-drive").factory());
    private boolean arrived;

    Driving(Drive drive, Lines lines, WatchPrinter<Note, NoteEvent> printer, MovingWatch watch) {
      this.drive = drive;
      this.lines = lines;
      this.printer = printer;
      this.watch = watch;
      var _ = wheel.scheduleAtFixedRate(this::step, 1, 1, TimeUnit.SECONDS);
    }

    private void step() {
      if (arrived) {
        printer.enough();
        return;
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      Point now = drive.at(seconds);
      lines.traveller = now;
      arrived = drive.isOver(seconds);
      watch.position(PlaceMessages.message(now));
    }

    @Override
    public void close() {
      wheel.shutdownNow();
      watch.close();
    }
  }

  /// How notes are shown.
  private static final class Lines implements WatchLines<Note, NoteEvent> {
    private final boolean json;
    private volatile @Nullable Point traveller;

    Lines(boolean json) {
      this.json = json;
    }

    @Override
    public String entry(Note note) {
      return line("holds", note);
    }

    @Override
    public String change(NoteEvent event) {
      return line(
          event.getType().name().substring(EVENT_PREFIX).toLowerCase(Locale.ROOT), event.getNote());
    }

    private String line(String what, Note note) {
      return json ? json(what, note) : text(what, note);
    }

    private String json(String what, Note note) {
      var object = Json.object().put("event", what);
      object.set("note", NoteShapes.json(note));
      metres(note).ifPresent(metres -> object.put("metres", Math.round(metres)));
      return object.toString();
    }

    private String text(String what, Note note) {
      String line =
          String.format(
              Locale.ROOT,
              "%-9s %d %s %s %s%s",
              what,
              note.getId(),
              note.getKind(),
              PointText.text(PlaceMessages.point(note.getPoint())),
              metres(note).map(metres -> "%d m ".formatted(Math.round(metres))).orElse(""),
              note.getText());
      return Printable.of(line.stripTrailing());
    }

    private Optional<Double> metres(Note note) {
      return Optional.ofNullable(traveller)
          .map(from -> Wgs84.metres(from, PlaceMessages.point(note.getPoint())));
    }
  }
}
