package guidepost.cli.routes;

import guidepost.routes.v1.Route;
import java.time.Instant;
import picocli.CommandLine.Option;

/// Whether routes are shown with the time at which they were written.
final class TimesOption {

  @Option(
      names = "--times",
      description = "Also show when each route was written, as far as the history goes back")
  private boolean times;

  boolean isGiven() {
    return times;
  }

  /// When a route was written; empty if the server did not say so.
  static String of(Route route) {
    return route.hasUpdateTime()
        ? Instant.ofEpochSecond(
                route.getUpdateTime().getSeconds(), route.getUpdateTime().getNanos())
            .toString()
        : "";
  }
}
