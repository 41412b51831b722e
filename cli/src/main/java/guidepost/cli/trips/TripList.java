package guidepost.cli.trips;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.PlaceMessages;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripSummary;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `trip list`.
@Command(name = "list", description = "Show the trips that are kept.")
final class TripList implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(names = "--traveller", paramLabel = "NAME", description = "Only this traveller's")
  private String traveller = "";

  TripList(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    long[] found = {0};
    Table table =
        new Table(
            terminal, "ID", "TRAVELLER", "BEGIN", "ELAPSED", "METRES", "STOPS", "FINISHED", "NAME");
    client.ask(
        server -> {
          server
              .trips()
              .list(
                  traveller,
                  trip -> {
                    found[0]++;
                    show(trip, table);
                  });
          return ExitCodes.OK;
        });
    if (!client.json() && found[0] > 0) {
      table.finish();
    }
    terminal.flush();
    CommandException.requireFound(
        found[0],
        traveller.isEmpty() ? "no trip is kept" : "no trip matches \"%s\"".formatted(traveller));
    return ExitCodes.OK;
  }

  private void show(Trip trip, Table table) {
    if (client.json()) {
      terminal.line(TripShapes.json(trip).toString());
      return;
    }
    TripSummary summary = trip.getSummary();
    table.row(
        trip.getId(),
        trip.getTraveller(),
        summary.hasStartTime() ? PlaceMessages.instant(summary.getStartTime()).toString() : "",
        TripShapes.clock(TripShapes.elapsed(summary)),
        Long.toString(Math.round(summary.getFilteredMetres())),
        Integer.toString(summary.getStopCount()),
        trip.getFinished() ? "yes" : "no",
        trip.getName());
  }
}
