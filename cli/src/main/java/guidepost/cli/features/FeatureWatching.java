package guidepost.cli.features;

import guidepost.cli.options.ChangeRange;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.options.WatchConnection;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.Metres;
import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.PointText;
import guidepost.client.FeatureWatch;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import guidepost.guide.v1.FeatureChange;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import io.grpc.StatusRuntimeException;
import java.io.UncheckedIOException;
import java.time.Duration;
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
    client.ask(
        server -> {
          server.features().watch(request, new Printer());
          return ExitCodes.OK;
        });
    return ExitCodes.OK;
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

  /// Prints what comes.
  private final class Printer implements FeatureWatch.Listener {
    private final WatchConnection connection = new WatchConnection(terminal, client);
    private long shown;

    @Override
    public boolean message(WatchResponse message) {
      connection.heard();
      switch (message.getPartCase()) {
        case SNAPSHOT ->
            message
                .getSnapshot()
                .getFeaturesList()
                .forEach(feature -> print("=", "snapshot", FeatureMessages.feature(feature)));
        case END_OF_SNAPSHOT ->
            connection.tell(
                "snapshot of revision %d is complete"
                    .formatted(message.getProgress().getRevision()));
        case CHANGES -> message.getChanges().getChangesList().forEach(this::print);
        case LAG ->
            connection.tell(
                "this client lags: %s behind %d"
                    .formatted(
                        Plural.of(message.getLag().getRevisionsBehind(), "revision"),
                        message.getLag().getNewestRevision()));
        case PART_NOT_SET -> {}
      }
      return flush() && !range.isOver(shown);
    }

    private void print(FeatureChange change) {
      if (range.isOver(shown)) {
        return;
      }
      shown++;
      Feature feature = FeatureMessages.feature(change.getFeature());
      switch (change.getKind()) {
        case CHANGE_KIND_ADDED -> print("+", "added", feature);
        case CHANGE_KIND_REMOVED -> print("-", "removed", feature);
        case CHANGE_KIND_UPDATED, CHANGE_KIND_UNSPECIFIED, UNRECOGNIZED ->
            print("~", "updated", feature);
      }
    }

    private void print(String sign, String word, Feature feature) {
      if (client.json()) {
        terminal.line(
            Printable.inJson(
                PlaceOutput.put(Json.object().put("change", word), feature).toString()));
      } else {
        terminal.line(
            Printable.of(
                "%s %s %s %s %s revision %d"
                    .formatted(
                        sign,
                        feature.id(),
                        PointText.text(feature.point()),
                        feature.name(),
                        feature.category(),
                        feature.revision())));
      }
    }

    /// False if nobody reads any more.
    private boolean flush() {
      try {
        terminal.flush();
        return true;
      } catch (UncheckedIOException e) {
        return false;
      }
    }

    @Override
    public void cut(StatusRuntimeException why, Duration retryAfter) {
      connection.cut(why);
    }
  }
}
