package guidepost.cli;

import guidepost.guide.feeds.Track;
import guidepost.guide.feeds.TrackTimes;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteSummary;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `trip record`.
@Command(
    name = "record",
    description = {
      "Send the points of a trip and show its summary.",
      "Formats: GPX 1.0, 1.1; GeoJSON (LineString); csv with lat,lon[,time]. gzip, xz and zstd are"
          + " unpacked."
    })
final class TripRecord implements Callable<Integer> {

  private static final String NO_TIMES = "unknown: the track has no times";

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "FILE", description = "\"-\": standard input.")
  private String file = "";

  TripRecord(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Track track = TrackFile.read(terminal, client, file);
    Iterator<Point> points =
        track.fixes().stream().map(fix -> FeatureMessages.seedPoint(fix.point())).iterator();
    RouteSummary summary = client.ask(server -> server.guide().recordTrip(points));
    if (client.json()) {
      showJson(track, summary);
    } else {
      showTable(track, summary);
    }
    return track.rejected().isEmpty() ? ExitCodes.OK : ExitCodes.REJECTED;
  }

  private void showJson(Track track, RouteSummary summary) {
    ObjectNode object =
        Json.object()
            .put("read", track.read())
            .put("accepted", summary.getPointCount())
            .put("rejected", track.rejected().size())
            .put("features", summary.getFeatureCount())
            .put("distance_metres", summary.getDistance())
            .put("wgs84_metres", summary.getWgs84Metres())
            .put("filtered_metres", summary.getFilteredMetres());
    TrackTimes.of(track)
        .ifPresent(
            times ->
                object
                    .put("elapsed_seconds", times.elapsed().toSeconds())
                    .put("moving_seconds", times.moving().toSeconds()));
    terminal.line(object.toString());
  }

  private void showTable(Track track, RouteSummary summary) {
    terminal.line(
        "read %d = accepted %d + rejected %d"
            .formatted(track.read(), summary.getPointCount(), track.rejected().size()));
    Table table = new Table(terminal, "WHAT", "VALUE");
    table.row("features passed", Integer.toString(summary.getFeatureCount()));
    table.row("distance", metres(summary.getDistance()));
    table.row("on the ellipsoid", metres(summary.getWgs84Metres()));
    table.row("without jitter", metres(summary.getFilteredMetres()));
    Optional<TrackTimes> times = TrackTimes.of(track);
    table.row("elapsed", times.map(t -> clock(t.elapsed())).orElse(NO_TIMES));
    table.row("moving", times.map(t -> clock(t.moving())).orElse(NO_TIMES));
    table.finish();
  }

  private static String clock(Duration duration) {
    return String.format(
        Locale.ROOT,
        "%d:%02d:%02d",
        duration.toHours(),
        duration.toMinutesPart(),
        duration.toSecondsPart());
  }

  private static String metres(double metres) {
    return String.format(Locale.ROOT, "%,.0f m", metres);
  }
}
