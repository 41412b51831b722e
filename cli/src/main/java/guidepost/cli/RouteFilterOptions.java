package guidepost.cli;

import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.v1.GetRoutesRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which of the routes that match: those that fit every option given.
final class RouteFilterOptions {

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = "Only routes of this source; may be repeated: of any of these.")
  private List<String> sources = new ArrayList<>();

  @Option(names = "--nh", paramLabel = "ADDRESS", description = "Only routes with this next hop.")
  private String nextHop = "";

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      description = "Only routes with this interface.")
  private String interfaceName = "";

  @Option(names = "--tag", paramLabel = "TAG", description = "Only routes with this tag.")
  private String tag = "";

  @Option(names = "--metric-min", paramLabel = "N", description = "Only from this metric on.")
  private @Nullable Long least;

  @Option(names = "--metric-max", paramLabel = "N", description = "Only up to this metric.")
  private @Nullable Long most;

  boolean areGiven() {
    return !toRequest().equals(GetRoutesRequest.getDefaultInstance());
  }

  /// A question for every route that fits.
  GetRoutesRequest toRequest() {
    GetRoutesRequest.Builder request =
        GetRoutesRequest.newBuilder()
            .addAllSources(sources)
            .setNextHop(nextHop)
            .setInterface(interfaceName)
            .setTag(tag);
    if (least != null) {
      request.setMetricMin(metric(least));
    }
    if (most != null) {
      request.setMetricMax(metric(most));
    }
    return request.build();
  }

  private static int metric(long given) {
    try {
      return (int) RouteAdd.requireMetric(given);
    } catch (InvalidRouteException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }
}
