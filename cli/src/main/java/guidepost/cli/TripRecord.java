package guidepost.cli;

import guidepost.guide.feeds.FeatureRow;
import guidepost.guide.feeds.InvalidFeedException;
import guidepost.guide.feeds.Track;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteSummary;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `trip record`.
@Command(
    name = "record",
    description = {
      "Send the points of a trip and show its summary.",
      "Formats: GPX 1.0 and 1.1; csv with lat,lon[,time]. gzip, xz and zstd are unpacked."
    })
final class TripRecord implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "FILE", description = "\"-\": standard input.")
  private String file = "";

  TripRecord(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Track track = track();
    track.rejected().stream().limit(ImportTally.REJECTS_SHOWN).forEach(this::showReject);
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

  private Track track() {
    try (ImportSource source = ImportSource.open(terminal, file)) {
      return Track.read(source.in());
    } catch (InvalidFeedException e) {
      throw CommandException.usage("%s: %s".formatted(file, e.getMessage()));
    } catch (IOException e) {
      throw CommandException.broken("%s: %s".formatted(file, Failures.reason(e)));
    }
  }

  private void showReject(FeatureRow.Rejected reject) {
    terminal
        .err()
        .println(
            client.json()
                ? Json.object()
                    .put("line", reject.number())
                    .put("reason", reject.reason())
                    .toString()
                : "line %d: %s".formatted(reject.number(), reject.reason()));
  }

  private void showJson(Track track, RouteSummary summary) {
    terminal.line(
        Json.object()
            .put("read", track.read())
            .put("accepted", summary.getPointCount())
            .put("rejected", track.rejected().size())
            .put("features", summary.getFeatureCount())
            .put("distance_metres", summary.getDistance())
            .put("wgs84_metres", summary.getWgs84Metres())
            .put("filtered_metres", summary.getFilteredMetres())
            .put("elapsed_seconds", summary.getElapsedTime())
            .put("moving_seconds", summary.getMovingSeconds())
            .toString());
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
    table.row("elapsed", summary.getElapsedTime() + " s");
    table.finish();
  }

  private static String metres(double metres) {
    return String.format(Locale.ROOT, "%,.0f m", metres);
  }
}
