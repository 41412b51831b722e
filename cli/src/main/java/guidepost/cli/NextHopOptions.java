package guidepost.cli;

import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.RouteText;
import picocli.CommandLine.Option;

/// Which way a route leads.
final class NextHopOptions {

  @Option(names = "--nh", paramLabel = "ADDRESS", description = "Next hop; none: connected.")
  private String nextHop = "";

  @Option(names = "--interface", paramLabel = "NAME", description = "Outgoing interface.")
  private String interfaceName = "";

  @Option(names = "--blackhole", description = "Drop the packets: no next hop, no interface.")
  private boolean blackhole;

  /// True if any of the options was given.
  boolean isGiven() {
    return blackhole || !nextHop.isEmpty() || !interfaceName.isEmpty();
  }

  /// The way that they say.
  ///
  /// @throws CommandException if they break a rule
  NextHop toNextHop() {
    if (!blackhole) {
      try {
        return RouteText.nextHop(nextHop, interfaceName);
      } catch (InvalidRouteException e) {
        throw CommandException.usage(String.valueOf(e.getMessage()));
      }
    }
    if (!nextHop.isEmpty() || !interfaceName.isEmpty()) {
      throw CommandException.usage(
          "nh \"%s\", interface \"%s\": must be empty for a blackhole"
              .formatted(nextHop, interfaceName));
    }
    return new NextHop.Blackhole();
  }
}
