package guidepost.cli;

import guidepost.guide.index.Point;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.ListInBoxRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `feature in`.
@Command(
    name = "in",
    description = {
      "Show the features inside a box, edges included.",
      "Any two opposite corners will do. One whose south-western corner comes first and whose west"
          + " is greater than its east crosses the antimeridian."
    })
final class FeatureIn implements Callable<Integer> {

  private static final Point ORIGIN = new Point(0, 0);

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private AtOption at = new AtOption();
  @Mixin private FilterOptions filter = new FilterOptions();

  @Parameters(
      index = "0",
      paramLabel = "SOUTH,WEST",
      converter = PointText.class,
      description = "The lower left corner, in degrees.")
  private Point southWest = ORIGIN;

  @Parameters(
      index = "1",
      paramLabel = "NORTH,EAST",
      converter = PointText.class,
      description = "The upper right corner.")
  private Point northEast = ORIGIN;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many.")
  private int limit;

  FeatureIn(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    FeatureOutput output = new FeatureOutput(terminal, client.json());
    ListInBoxRequest request =
        ListInBoxRequest.newBuilder()
            .setBox(box(southWest, northEast))
            .setFilter(filter.filter())
            .setLimit(limit)
            .setAt(at.ofFeatures())
            .build();
    client.ask(
        server ->
            server
                .features()
                .listInBox(request, found -> output.show(FeatureMessages.feature(found))));
    output.finish();
    return ExitCodes.OK;
  }

  /// The box of two corners. With the southern one first, as in every box of the API, the western
  /// one comes first too.
  static GeoBox box(Point corner, Point opposite) {
    if (corner.latitudeE7() > opposite.latitudeE7()) {
      return FeatureMessages.message(guidepost.guide.index.GeoBox.ofCorners(corner, opposite));
    }
    return GeoBox.newBuilder()
        .setSouthE7(corner.latitudeE7())
        .setWestE7(corner.longitudeE7())
        .setNorthE7(opposite.latitudeE7())
        .setEastE7(opposite.longitudeE7())
        .build();
  }
}
