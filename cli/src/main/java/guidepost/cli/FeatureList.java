package guidepost.cli;

import guidepost.guide.index.Feature;
import guidepost.guide.index.GeoBox;
import guidepost.guide.index.Point;
import guidepost.guide.v1.ListInBoxRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `feature list`.
@Command(name = "list", description = "Show the features inside a box, edges included.")
final class FeatureList implements Callable<Integer> {

  private static final Point ORIGIN = new Point(0, 0);

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private AtOption at = new AtOption();

  @Parameters(
      index = "0",
      paramLabel = "LAT,LON",
      converter = PointText.class,
      description = "A corner, in degrees.")
  private Point corner = ORIGIN;

  @Parameters(
      index = "1",
      paramLabel = "LAT,LON",
      converter = PointText.class,
      description = "The opposite corner.")
  private Point opposite = ORIGIN;

  @Option(
      names = "--across-180",
      description = "The box crosses the antimeridian: it is the other way round the globe.")
  private boolean across;

  @Option(names = "--category", paramLabel = "NAME", description = "Only this category.")
  private String category = "";

  @Option(names = "--unnamed", description = "Also features without a name.")
  private boolean unnamed;

  @Option(names = "--count", description = "Show only how many there are.")
  private boolean count;

  FeatureList(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    GeoBox inside = GeoBox.ofCorners(corner, opposite);
    GeoBox box =
        across
            ? new GeoBox(inside.southE7(), inside.eastE7(), inside.northE7(), inside.westE7())
            : inside;
    FeatureOutput output = new FeatureOutput(terminal, client.json());
    long[] found = {0};
    client.ask(
        server ->
            server
                .features()
                .listInBox(
                    ListInBoxRequest.newBuilder()
                        .setBox(FeatureMessages.message(box))
                        .setCategory(category)
                        .setAt(at.ofFeatures())
                        .build(),
                    message -> found[0] += take(FeatureMessages.feature(message), output)));
    if (count) {
      showCount(found[0]);
    }
    output.finish();
    return ExitCodes.OK;
  }

  private int take(Feature feature, FeatureOutput output) {
    if (!unnamed && !feature.isNamed()) {
      return 0;
    }
    if (!count) {
      output.show(feature);
    }
    return 1;
  }

  private void showCount(long found) {
    terminal.line(
        client.json() ? Json.object().put("count", found).toString() : Long.toString(found));
  }
}
