package guidepost.cli.trips;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.PointText;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripStop;
import guidepost.guide.v1.TripSummary;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `trip show`.
@Command(name = "show", description = "Show the summary of a trip.")
final class TripShow implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "ID", description = "The trip")
  private String id = "";

  TripShow(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Trip trip =
        client
            .ask(server -> server.trips().get(id))
            .orElseThrow(() -> CommandException.notFound("no trip matches \"%s\"".formatted(id)));
    if (client.json()) {
      terminal.line(TripShapes.json(trip).toString());
    } else {
      show(trip);
    }
    terminal.flush();
    return ExitCodes.OK;
  }

  private void show(Trip trip) {
    TripSummary summary = trip.getSummary();
    Table table = new Table(terminal, "WHAT", "VALUE");
    table.row("trip", trip.getId() + (trip.getFinished() ? "" : ", not finished"));
    table.row("traveller", trip.getTraveller());
    table.row("name", trip.getName());
    table.row("fixes", Long.toString(summary.getFixes()));
    if (summary.hasStartTime()) {
      table.row("begin", PlaceMessages.instant(summary.getStartTime()).toString());
      table.row("end", PlaceMessages.instant(summary.getEndTime()).toString());
    }
    table.row("on the ellipsoid", TripShapes.metres(summary.getDistanceMetres()));
    table.row("without noise", TripShapes.metres(summary.getFilteredMetres()));
    table.row("ascent", TripShapes.metres(summary.getAscentMetres()));
    table.row("descent", TripShapes.metres(summary.getDescentMetres()));
    table.row("elapsed", TripShapes.clock(TripShapes.elapsed(summary)));
    table.row("moving", TripShapes.clock(TripShapes.moving(summary)));
    table.row("segments", Integer.toString(summary.getSegmentCount()));
    if (summary.getSetAsideFixes() > 0) {
      table.row("set aside", Plural.of(summary.getSetAsideFixes(), "fix"));
    }
    if (summary.getSkippedFixes() > 0) {
      table.row("skipped", Plural.of(summary.getSkippedFixes(), "fix"));
    }
    table.row("features passed", Integer.toString(summary.getFeatureIdsCount()));
    table.row("stops", Integer.toString(summary.getStopCount()));
    table.finish();
    showStops(summary);
  }

  private void showStops(TripSummary summary) {
    if (summary.getStopsCount() == 0) {
      return;
    }
    terminal.line("");
    Table table = new Table(terminal, "STOP", "FROM", "STAYED");
    for (TripStop stop : summary.getStopsList()) {
      Duration stayed =
          Duration.between(
              PlaceMessages.instant(stop.getStartTime()), PlaceMessages.instant(stop.getEndTime()));
      table.row(
          PointText.text(PlaceMessages.point(stop.getPoint())),
          PlaceMessages.instant(stop.getStartTime()).toString(),
          TripShapes.clock(stayed));
    }
    table.finish();
  }
}
