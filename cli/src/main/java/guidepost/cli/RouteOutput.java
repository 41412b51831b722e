package guidepost.cli;

import guidepost.routes.feeds.RouteFormat;
import guidepost.routes.feeds.RouteTextWriter;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Route;

/// Shows routes: a table, or with `--json` an object a line.
final class RouteOutput {

  private final Terminal terminal;
  private final RouteTextWriter json;
  private final Table table;
  private final boolean asJson;
  private long shown;

  RouteOutput(Terminal terminal, boolean asJson) {
    this.terminal = terminal;
    this.asJson = asJson;
    this.json = RouteTextWriter.of(RouteFormat.JSON_LINES, terminal.out());
    this.table =
        new Table(
            terminal, "PREFIX", "NEXT HOP", "INTERFACE", "METRIC", "SOURCE", "REVISION", "TAGS");
  }

  void show(Route route) {
    shown++;
    if (asJson) {
      json.write(route);
    } else {
      table.row(
          route.prefix().toString(),
          nextHop(route.nextHop()),
          route.nextHop().interfaceName(),
          Long.toString(route.metric()),
          route.source(),
          Long.toString(route.revision()),
          String.join(" ", route.tags()));
    }
  }

  static String nextHop(NextHop hop) {
    return switch (hop) {
      case NextHop.Gateway gateway -> gateway.address().toString();
      case NextHop.Connected connected -> "connected";
      case NextHop.Blackhole blackhole -> "blackhole";
    };
  }

  /// Prints what has been kept back, and returns how many were shown.
  ///
  /// @param nothing what to say if nothing was
  /// @throws CommandException if nothing was shown
  long finish(String nothing) {
    if (asJson) {
      json.flush();
    } else if (shown > 0) {
      table.finish();
    }
    terminal.flush();
    CommandException.requireFound(shown, nothing);
    return shown;
  }
}
