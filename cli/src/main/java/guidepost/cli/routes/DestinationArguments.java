package guidepost.cli.routes;

import guidepost.cli.output.CommandException;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.RouteText;
import picocli.CommandLine.Parameters;

/// A destination as people write it.
final class DestinationArguments {

  @Parameters(
      index = "0",
      paramLabel = "DEST",
      description = "Address or network: 192.0.2.1, 10.0.0.0/8, 2001:db8::/32")
  private String dest = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "MASK",
      description = "Its mask, if DEST has none: 255.0.0.0, 8 or /8")
  private String mask = "";

  /// The destination of a query: host bits are cleared.
  ///
  /// @throws CommandException if it breaks a rule
  Prefix toQuery() {
    requireNumbers();
    try {
      return RouteText.DEST.query(dest, mask);
    } catch (InvalidRouteException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private void requireNumbers() {
    if (dest.equals("default")) {
      throw CommandException.usage("dest \"default\": must be 0.0.0.0/0 or ::/0");
    }
  }
}
