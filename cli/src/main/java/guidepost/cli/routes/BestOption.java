package guidepost.cli.routes;

import guidepost.routes.v1.RouteFilter;
import picocli.CommandLine.Option;

/// Whether only the best routes are asked about.
final class BestOption {

  @Option(
      names = "--best",
      description = "Only the best route of each prefix, and only if it fits the other options")
  private boolean best;

  /// A filter with that.
  RouteFilter in(RouteFilter filter) {
    return best ? filter.toBuilder().setBestOnly(true).build() : filter;
  }

  boolean isGiven() {
    return best;
  }
}
