package guidepost.cli.features;

import guidepost.cli.options.AsOfOption;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.PointText;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.v1.ListInBoxRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/// `feature get`.
@Command(
    name = "get",
    description = "Show the features at exactly one point, or the one with an id.")
final class FeatureGet implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private AsOfOption asOf = new AsOfOption();
  @Mixin private FeatureTimes times = new FeatureTimes();

  @ArgGroup(multiplicity = "1")
  private Which which = new Which();

  /// Exactly one of these.
  static final class Which {
    @Parameters(
        index = "0",
        paramLabel = "LAT,LON",
        converter = PointOrHint.class,
        description = "The point, in degrees")
    private @Nullable Point point;

    @Option(names = "--id", paramLabel = "ID", description = "The id")
    private @Nullable String id;
  }

  /// An id in the place of the point is the likeliest mistake.
  private static final class PointOrHint implements ITypeConverter<Point> {
    @Override
    public Point convert(String text) {
      try {
        return new PointText().convert(text);
      } catch (TypeConversionException e) {
        throw new TypeConversionException(e.getMessage() + "; an id goes behind --id");
      }
    }
  }

  FeatureGet(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    FeatureOutput output = new FeatureOutput(terminal, client.json(), times.isGiven());
    Point point = which.point;
    String id = which.id == null ? "" : which.id;
    if (point != null) {
      showAt(point, output);
    } else {
      showWithId(id, output);
    }
    output.finish(
        point != null
            ? "no feature at %s".formatted(PointText.text(point))
            : "no feature with id \"%s\"".formatted(id));
    return ExitCodes.OK;
  }

  private void showAt(Point point, FeatureOutput output) {
    GeoBox box = GeoBox.ofCorners(point, point);
    ListInBoxRequest request =
        ListInBoxRequest.newBuilder()
            .setBox(PlaceMessages.message(box))
            .setAsOf(asOf.asOf())
            .build();
    List<guidepost.guide.v1.Feature> found = new ArrayList<>();
    client.ask(server -> server.features().listInBox(request, found::add));
    for (guidepost.guide.v1.Feature each : found) {
      if (times.isGiven()) {
        showWithId(each.getId(), output);
      } else {
        output.show(each);
      }
    }
  }

  private void showWithId(String id, FeatureOutput output) {
    client
        .ask(server -> server.features().get(id, asOf.asOf(), times.isGiven()))
        .ifPresent(output::show);
  }
}
