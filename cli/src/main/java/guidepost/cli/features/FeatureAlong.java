package guidepost.cli.features;

import guidepost.cli.options.AsOfOption;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.Metres;
import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.TrackFile;
import guidepost.client.FeaturesClient;
import guidepost.guide.feeds.Track;
import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.GeoCorridor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `feature along`.
@Command(
    name = "along",
    description = {
      "Show what lies along a path, in the order in which a traveller passes it.",
      "Formats: GPX (track, else route, else waypoints), GeoJSON (LineString), csv with lat,lon."
    })
final class FeatureAlong implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private AsOfOption asOf = new AsOfOption();
  @Mixin private FilterOptions filter = new FilterOptions();

  @Parameters(paramLabel = "FILE", description = "The path; \"-\": standard input")
  private String file = "";

  @Option(
      names = "--within",
      paramLabel = "METRES",
      required = true,
      converter = Metres.class,
      description = "How far to either side: 200 or 1.5km, at most 100km")
  private double within;

  @Option(
      names = "--from",
      paramLabel = "METRES",
      converter = Metres.class,
      description = "Only features beyond this distance along the path")
  private double from;

  @Option(names = "--limit", paramLabel = "N", description = "At most N features")
  private int limit;

  FeatureAlong(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (limit < 0) {
      throw CommandException.usage("limit \"%d\": must not be negative".formatted(limit));
    }
    Track track = TrackFile.readPath(terminal, client, file);
    AlongPathRequest.Builder request =
        AlongPathRequest.newBuilder()
            .setFromMetres(from)
            .setFilter(filter.filter())
            .setPageSize(limit)
            .setAsOf(asOf.asOf());
    GeoCorridor.Builder corridor = request.getCorridorBuilder().setWithinMetres(within);
    track.fixes().forEach(fix -> corridor.addPath(PlaceMessages.message(fix.point())));
    PlaceOutput output = PlaceOutput.along(terminal, client.json());
    FeaturesClient.PathEnd end =
        client.ask(server -> server.features().alongPath(request.build(), output::show));
    String path =
        "within %s of a path of %s".formatted(Metres.text(within), Metres.text(end.pathMetres()));
    long shown = output.finish("no feature matches " + path);
    if (!client.json()) {
      terminal.complain(Plural.of(shown, "feature") + " " + path);
    }
    return track.rejected().isEmpty() ? ExitCodes.OK : ExitCodes.REJECTED;
  }
}
