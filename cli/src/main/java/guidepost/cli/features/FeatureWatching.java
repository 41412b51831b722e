package guidepost.cli.features;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.Metres;
import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.PointText;
import guidepost.cli.watches.ChangeRange;
import guidepost.cli.watches.WatchLines;
import guidepost.cli.watches.WatchPrinter;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import guidepost.guide.v1.FeatureChange;
import guidepost.guide.v1.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `feature watch`.
@Command(
    name = "watch",
    description =
        "Show the changes in an area as they come, until interrupted: + added or moved in, -"
            + " removed or moved out, ~ updated. After a lost connection it resumes without a gap.")
final class FeatureWatching implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private FilterOptions filter = new FilterOptions();

  @Parameters(
      arity = "0..2",
      paramLabel = "SOUTH,WEST NORTH,EAST",
      converter = PointText.class,
      description = "A box (default: the whole globe)")
  private List<Point> corners = new ArrayList<>();

  @Option(
      names = "--around",
      paramLabel = "LAT,LON",
      converter = PointText.class,
      description = "Instead of a box: the middle of a circle")
  private @Nullable Point centre;

  @Option(
      names = "--within",
      paramLabel = "METRES",
      converter = Metres.class,
      description = "How far around it: 200 or 1.5km")
  private double within;

  @Mixin private ChangeRange range = new ChangeRange();

  FeatureWatching(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    WatchRequest request = request();
    WatchPrinter<guidepost.guide.v1.Feature, FeatureChange> printer =
        new WatchPrinter<>(terminal, client, "features", range, new Lines(client.json()));
    return printer.follow(server -> server.features().watch(request, printer));
  }

  private WatchRequest request() {
    WatchRequest.Builder request = WatchRequest.newBuilder().setFilter(filter.filter());
    setArea(request);
    range.start().ifPresent(request::setStart);
    return request.build();
  }

  private void setArea(WatchRequest.Builder request) {
    if (corners.size() == 1 || (centre != null && !corners.isEmpty())) {
      throw CommandException.usage("area: must be two corners of a box, or --around and --within");
    }
    if ((centre == null) != (within == 0)) {
      throw CommandException.usage("--around and --within must be given together");
    }
    if (centre != null) {
      request.getCircleBuilder().setCentre(PlaceMessages.message(centre)).setRadiusMetres(within);
    } else if (!corners.isEmpty()) {
      request.setBox(FeatureList.box(corners.getFirst(), corners.getLast()));
    }
  }

  /// How features are shown.
  private record Lines(boolean json)
      implements WatchLines<guidepost.guide.v1.Feature, FeatureChange> {

    @Override
    public String entry(guidepost.guide.v1.Feature feature) {
      return line("=", "snapshot", feature);
    }

    @Override
    public String change(FeatureChange change) {
      return switch (change.getKind()) {
        case CHANGE_KIND_ADDED -> line("+", "added", change.getFeature());
        case CHANGE_KIND_REMOVED -> line("-", "removed", change.getFeature());
        case CHANGE_KIND_UPDATED, CHANGE_KIND_UNSPECIFIED, UNRECOGNIZED ->
            line("~", "updated", change.getFeature());
      };
    }

    private String line(String sign, String word, guidepost.guide.v1.Feature message) {
      Feature feature = FeatureShapes.feature(message);
      return json
          ? Printable.inJson(PlaceOutput.put(Json.object().put("change", word), feature).toString())
          : Printable.of(
              "%s %s %s %s %s revision %d"
                  .formatted(
                      sign,
                      feature.id(),
                      PointText.text(feature.point()),
                      feature.name(),
                      feature.category(),
                      feature.revision()));
    }
  }
}
