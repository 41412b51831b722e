package guidepost.cli.trips;

import guidepost.cli.files.LeftOutReport;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.TrackFile;
import guidepost.client.TripRecording;
import guidepost.guide.feeds.Track;
import guidepost.guide.feeds.TrackTimes;
import guidepost.guide.geo.Haversine;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripStart;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `trip record`.
@Command(
    name = "record",
    description = {
      "Send the points of a trip and show its summary.",
      "A track whose points all have times is kept, in order of time; see \"trip show\". Any other"
          + " is only measured, and the reason is printed.",
      "Formats: GPX; GeoJSON (LineString, with times in coordTimes); csv with lat, lon and perhaps"
          + " time, ele and speed. gzip, xz and zstd are unpacked.",
      "A point that is bad, or more than a day ahead of this machine's clock, is rejected, and the"
          + " others are taken."
    })
final class TripRecordCommand implements Callable<Integer> {

  /// Points in a batch: a few hundred kilobytes at most, and some milliseconds of the server's
  /// time.
  private static final int BATCH = 1_000;

  /// Points that a kept trip may have.
  private static final int KEPT_MAX = 1_000_000;

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "FILE", description = "\"-\": standard input")
  private String file = "";

  @Option(
      names = "--id",
      paramLabel = "ID",
      description =
          "The trip's id. The same file again with the same id changes nothing (default: a new"
              + " one)")
  private String id = "";

  @Option(names = "--traveller", paramLabel = "NAME", description = "Whose trip it is")
  private String traveller = "";

  @Option(names = "--name", paramLabel = "NAME", description = "What the trip is called")
  private String name = "";

  @Option(names = "--strict", description = "Send nothing if a point or a value is bad")
  private boolean strict;

  TripRecordCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Track track = inOrder(TrackFile.readRecorded(terminal, client, file, strict));
    Optional<String> whyNot = whyNotKept(track);
    Summary summary = whyNot.isEmpty() ? keep(track) : measure(track, whyNot.get());
    if (client.json()) {
      showJson(track, summary);
    } else {
      showTable(track, summary);
    }
    return track.rejected().isEmpty() ? ExitCodes.OK : ExitCodes.REJECTED;
  }

  /// What is shown, wherever it was measured.
  ///
  /// @param trip the id of the trip that was kept; empty if none was
  /// @param whyNotKept empty if one was
  private record Summary(
      String trip,
      Optional<String> whyNotKept,
      long points,
      long features,
      int metres,
      double wgs84,
      double filtered,
      Optional<Duration> moving) {}

  /// Files have their newest segment first, or points out of order. So segments are put in order of
  /// their beginning, and points in order within theirs.
  private static Track inOrder(Track track) {
    boolean timed = track.fixes().stream().allMatch(fix -> fix.time().isPresent());
    return timed ? track.withFixes(inOrder(track.fixes())) : track;
  }

  private static List<Track.Fix> inOrder(List<Track.Fix> fixes) {
    List<List<Track.Fix>> segments = new ArrayList<>();
    for (Track.Fix fix : fixes) {
      if (segments.isEmpty() || fix.beginsSegment()) {
        segments.add(new ArrayList<>());
      }
      segments.getLast().add(fix.beginningSegment(false));
    }
    Comparator<Track.Fix> byTime = Comparator.comparing(fix -> fix.time().orElseThrow());
    segments.forEach(segment -> segment.sort(byTime));
    segments.sort(Comparator.comparing(List::getFirst, byTime));
    segments.forEach(segment -> segment.set(0, segment.getFirst().beginningSegment(true)));
    return segments.stream().flatMap(List::stream).toList();
  }

  /// Why the points cannot be kept; empty if each has a time, and segments follow each other.
  private static Optional<String> whyNotKept(Track track) {
    if (track.fixes().isEmpty()) {
      return Optional.of("has no points");
    }
    if (track.fixes().size() > KEPT_MAX) {
      return Optional.of("must have at most %d points".formatted(KEPT_MAX));
    }
    if (track.untimed().isPresent()) {
      return Optional.of(
          "each point must have a time: %s has none".formatted(track.untimed().get()));
    }
    Instant before = Instant.MIN;
    for (Track.Fix fix : track.fixes()) {
      Instant time = fix.time().orElseThrow();
      if (time.isBefore(before)) {
        return Optional.of(
            "a segment must begin after the one before has ended: one at %s does not"
                .formatted(time));
      }
      before = time;
    }
    return Optional.empty();
  }

  private Summary measure(Track track, String whyNotKept) {
    requireNoTripOptions(whyNotKept);
    List<RouteSummary> parts =
        client.ask(
            server ->
                segments(track.fixes()).stream()
                    .map(segment -> server.guide().recordTrip(points(segment)))
                    .toList());
    return new Summary(
        "",
        Optional.of(whyNotKept),
        parts.stream().mapToLong(RouteSummary::getPointCount).sum(),
        parts.stream().mapToLong(RouteSummary::getFeatureCount).sum(),
        haversine(track.fixes()),
        parts.stream().mapToDouble(RouteSummary::getWgs84Metres).sum(),
        parts.stream().mapToDouble(RouteSummary::getFilteredMetres).sum(),
        TrackTimes.of(track).map(TrackTimes::moving));
  }

  private static Iterator<Point> points(List<Track.Fix> segment) {
    return segment.stream().map(fix -> PlaceMessages.seedPoint(fix.point())).iterator();
  }

  /// At least one.
  private static List<List<Track.Fix>> segments(List<Track.Fix> fixes) {
    List<List<Track.Fix>> segments = new ArrayList<>();
    int from = 0;
    for (int i = 1; i < fixes.size(); i++) {
      if (fixes.get(i).beginsSegment()) {
        segments.add(fixes.subList(from, i));
        from = i;
      }
    }
    segments.add(fixes.subList(from, fixes.size()));
    return segments;
  }

  private void requireNoTripOptions(String whyNotKept) {
    if (!id.isEmpty() || !name.isEmpty() || !traveller.isEmpty()) {
      throw CommandException.usage("%s: cannot be kept as a trip: %s".formatted(file, whyNotKept));
    }
  }

  private Summary keep(Track track) {
    TripStart start =
        TripStart.newBuilder()
            .setTripId(id.isEmpty() ? UUID.randomUUID().toString() : id)
            .setTraveller(traveller)
            .setName(name)
            .build();
    Trip trip = client.ask(server -> send(server.trips().record(start), track.fixes()));
    return new Summary(
        trip.getId(),
        Optional.empty(),
        trip.getSummary().getFixes(),
        trip.getSummary().getFeatureIdsCount(),
        trip.getSummary().getSetAsideFixes() == 0 ? haversine(track.fixes()) : haversine(trip),
        trip.getSummary().getDistanceMetres(),
        trip.getSummary().getFilteredMetres(),
        TrackTimes.of(track).map(_ -> TripShapes.moving(trip.getSummary())));
  }

  private static Trip send(TripRecording recording, List<Track.Fix> fixes) {
    try (recording) {
      for (int from = 0; from < fixes.size(); from += BATCH) {
        recording.add(
            fixes.subList(from, Math.min(from + BATCH, fixes.size())).stream()
                .map(fix -> TripShapes.fix(fix, fix.time().orElseThrow()))
                .toList());
      }
      return recording.finish();
    }
  }

  /// Without the fixes that were set aside.
  private int haversine(Trip trip) {
    List<Track.Fix> taken = new ArrayList<>();
    client.ask(
        server -> {
          server.trips().fixes(trip.getId(), fix -> TripShapes.taken(fix).ifPresent(taken::add));
          return ExitCodes.OK;
        });
    return haversine(taken);
  }

  /// As the seed contract measures it.
  private static int haversine(List<Track.Fix> fixes) {
    double metres = 0;
    for (int i = 1; i < fixes.size(); i++) {
      boolean follows = !fixes.get(i).beginsSegment();
      metres += follows ? Haversine.metres(fixes.get(i - 1).point(), fixes.get(i).point()) : 0;
    }
    return (int) metres;
  }

  private void showJson(Track track, Summary summary) {
    ObjectNode object =
        Json.object()
            .put("read", track.read())
            .put("accepted", summary.points())
            .put("rejected", track.rejected().size());
    if (!summary.trip().isEmpty()) {
      object.put("trip", summary.trip());
    }
    object.put("kept", summary.whyNotKept().isEmpty());
    summary.whyNotKept().ifPresent(why -> object.put("not_kept", why));
    object
        .put("features", summary.features())
        .put("distance_metres", summary.metres())
        .put("wgs84_metres", summary.wgs84())
        .put("filtered_metres", summary.filtered());
    TrackTimes.of(track)
        .ifPresent(times -> object.put("elapsed_seconds", times.elapsed().toSeconds()));
    summary.moving().ifPresent(time -> object.put("moving_seconds", time.toSeconds()));
    LeftOutReport.put(object, track.leftOut().counts());
    terminal.line(object.toString());
  }

  private void showTable(Track track, Summary summary) {
    terminal.line(
        "read %d = accepted %d + rejected %d"
            .formatted(track.read(), summary.points(), track.rejected().size()));
    Table table = new Table(terminal, "WHAT", "VALUE");
    if (!summary.trip().isEmpty()) {
      table.row("trip", summary.trip());
    }
    summary.whyNotKept().ifPresent(why -> table.row("not kept", why));
    table.row("features passed", Long.toString(summary.features()));
    table.row("distance", TripShapes.metres(summary.metres()));
    table.row("on the ellipsoid", TripShapes.metres(summary.wgs84()));
    table.row("without noise", TripShapes.metres(summary.filtered()));
    Optional<TrackTimes> times = TrackTimes.of(track);
    String unknown = whyNotTimed(track);
    table.row("elapsed", times.map(t -> TripShapes.clock(t.elapsed())).orElse(unknown));
    table.row("moving", summary.moving().map(TripShapes::clock).orElse(unknown));
    if (!track.leftOut().counts().isEmpty()) {
      table.row("left out", LeftOutReport.text(track.leftOut().counts()));
    }
    table.finish();
  }

  /// Why it is not known how long a track took: fewer than two of its points have a time.
  private static String whyNotTimed(Track track) {
    boolean timed = track.fixes().stream().anyMatch(fix -> fix.time().isPresent());
    return timed ? "unknown: only one point has a time" : "unknown: the track has no times";
  }
}
