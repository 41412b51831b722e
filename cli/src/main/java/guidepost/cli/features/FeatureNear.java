package guidepost.cli.features;

import guidepost.cli.options.AsOfOption;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.Metres;
import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.PointText;
import guidepost.guide.geo.Point;
import guidepost.guide.v1.NearestRequest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `feature near`.
@Command(name = "near", description = "Show the features nearest to a point, nearest first.")
final class FeatureNear implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private AsOfOption asOf = new AsOfOption();
  @Mixin private FilterOptions filter = new FilterOptions();

  @Parameters(
      index = "0",
      paramLabel = "LAT,LON",
      converter = PointText.class,
      description = "The point, in degrees")
  private Point point = new Point(0, 0);

  @Option(
      names = {"--k", "--count"},
      paramLabel = "N",
      defaultValue = "10",
      description = "How many, 1 to 10000 (default: ${DEFAULT-VALUE})")
  private int count = 10;

  @Option(
      names = "--within",
      paramLabel = "METRES",
      converter = Metres.class,
      description = "No farther than this: 200 or 1.5km")
  private @Nullable Double within;

  FeatureNear(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (within != null && within == 0) {
      throw CommandException.usage("within \"0\": must be more than 0 m; without it: anywhere");
    }
    if (count < 1) {
      throw CommandException.usage("count \"%d\": must be at least 1".formatted(count));
    }
    PlaceOutput output = PlaceOutput.around(terminal, client.json());
    NearestRequest request =
        NearestRequest.newBuilder()
            .setOrigin(PlaceMessages.message(point))
            .setCount(count)
            .setWithinMetres(within == null ? 0 : within)
            .setFilter(filter.filter())
            .setAsOf(asOf.asOf())
            .build();
    client.ask(server -> server.features().nearest(request, output::show));
    output.finish(
        "no feature matches %s %s"
            .formatted(
                within != null ? "within " + Metres.text(within) + " of" : "near",
                PointText.text(point)));
    return ExitCodes.OK;
  }
}
