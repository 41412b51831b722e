package guidepost.cli.features;

import guidepost.cli.options.AsOfOption;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.PointText;
import guidepost.guide.geo.Point;
import guidepost.guide.v1.FeatureFilter;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.ListInBoxRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `feature list`.
@Command(
    name = "list",
    aliases = "in",
    description = {
      "Show the named features inside a box, edges included.",
      "Any two opposite corners will do. If the south-western corner comes first and its longitude"
          + " is greater than that of the other, the box crosses the antimeridian."
    })
final class FeatureList implements Callable<Integer> {

  private static final Point ORIGIN = new Point(0, 0);

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private AsOfOption asOf = new AsOfOption();
  @Mixin private FilterOptions filter = new FilterOptions();

  @Parameters(
      index = "0",
      paramLabel = "SOUTH,WEST",
      converter = PointText.class,
      description = "A corner, in degrees")
  private Point corner = ORIGIN;

  @Parameters(
      index = "1",
      paramLabel = "NORTH,EAST",
      converter = PointText.class,
      description = "The opposite corner")
  private Point opposite = ORIGIN;

  @Option(
      names = "--across-180",
      description = "The box crosses the antimeridian, whatever the order of the corners")
  private boolean across;

  @Option(names = "--unnamed", description = "Also features without a name")
  private boolean unnamed;

  @Option(names = "--limit", paramLabel = "N", description = "At most N features (default: all)")
  private int limit;

  @Option(names = "--count", description = "Show only how many there are")
  private boolean count;

  FeatureList(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ListInBoxRequest request = request();
    FeatureOutput output = new FeatureOutput(terminal, client.json());
    long[] found = {0};
    client.ask(
        server ->
            server
                .features()
                .listInBox(
                    request,
                    message -> {
                      found[0]++;
                      if (!count) {
                        output.show(FeatureShapes.feature(message));
                      }
                    }));
    if (count) {
      showCount(found[0]);
    } else {
      output.finish(
          unnamed
              ? "no feature matches in this box"
              : "no named feature matches in this box; --unnamed shows those without a name too");
    }
    return ExitCodes.OK;
  }

  private ListInBoxRequest request() {
    FeatureFilter wanted = filter.filter();
    if (unnamed && wanted.getNamed()) {
      throw CommandException.usage("at most one of --named and --unnamed may be given");
    }
    if (limit < 0) {
      throw CommandException.usage("limit \"%d\": must not be negative".formatted(limit));
    }
    return ListInBoxRequest.newBuilder()
        .setBox(across ? boxAcross(corner, opposite) : box(corner, opposite))
        .setFilter(wanted.toBuilder().setNamed(!unnamed))
        .setPageSize(limit)
        .setAsOf(asOf.asOf())
        .build();
  }

  private void showCount(long found) {
    terminal.line(
        client.json() ? Json.object().put("count", found).toString() : Long.toString(found));
  }

  /// The box of two corners. With the southern one first, as in every box of the API, the western
  /// one comes first too.
  static GeoBox box(Point corner, Point opposite) {
    if (corner.latitudeE7() > opposite.latitudeE7()) {
      return PlaceMessages.message(guidepost.guide.geo.GeoBox.ofCorners(corner, opposite));
    }
    return GeoBox.newBuilder()
        .setSouthE7(corner.latitudeE7())
        .setWestE7(corner.longitudeE7())
        .setNorthE7(opposite.latitudeE7())
        .setEastE7(opposite.longitudeE7())
        .build();
  }

  /// The box of two corners that goes the other way round the globe.
  private static GeoBox boxAcross(Point corner, Point opposite) {
    guidepost.guide.geo.GeoBox inside = guidepost.guide.geo.GeoBox.ofCorners(corner, opposite);
    return PlaceMessages.message(
        new guidepost.guide.geo.GeoBox(
            inside.southE7(), inside.eastE7(), inside.northE7(), inside.westE7()));
  }
}
