package guidepost.cli.routes;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.Json;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.client.RouteMessages;
import guidepost.routes.feeds.RouteFormat;
import guidepost.routes.feeds.RouteTextWriter;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Route;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Shows routes: a table, or with `--json` an object a line.
final class RouteOutput {

  private final Terminal terminal;
  private final @Nullable RouteTextWriter json;
  private final Table table;
  private final boolean withTimes;
  private long shown;

  RouteOutput(Terminal terminal, boolean asJson, TimesOption times) {
    this.terminal = terminal;
    this.withTimes = times.isGiven();
    this.json = asJson ? RouteTextWriter.of(RouteFormat.JSON_LINES, terminal.out()) : null;
    this.table = new Table(terminal, header(withTimes));
  }

  private static String[] header(boolean withTimes) {
    List<String> header =
        new ArrayList<>(List.of("PREFIX", "NEXT HOP", "INTERFACE", "METRIC", "SOURCE", "REVISION"));
    if (withTimes) {
      header.add("WRITTEN");
    }
    header.add("TAGS");
    return header.toArray(String[]::new);
  }

  void show(guidepost.routes.v1.Route message) {
    shown++;
    Route route = RouteMessages.route(message);
    if (json == null) {
      table.row(cells(route, message));
    } else if (message.hasUpdateTime()) {
      terminal.line(
          RouteJson.put(Json.object(), route)
              .put("update_time", TimesOption.of(message))
              .toString());
    } else {
      json.write(route);
    }
  }

  private String[] cells(Route route, guidepost.routes.v1.Route message) {
    List<String> cells =
        new ArrayList<>(
            List.of(
                route.prefix().toString(),
                nextHop(route.nextHop()),
                route.nextHop().interfaceName(),
                Long.toString(route.metric()),
                route.source(),
                Long.toString(route.revision())));
    if (withTimes) {
      cells.add(TimesOption.of(message));
    }
    cells.add(String.join(" ", route.tags()));
    return cells.toArray(String[]::new);
  }

  static String nextHop(NextHop hop) {
    // No switch over kinds: its code is made at run time, which a command would wait for.
    if (hop instanceof NextHop.Gateway gateway) {
      return gateway.address().toString();
    }
    return hop instanceof NextHop.Blackhole ? "blackhole" : "connected";
  }

  /// Prints what has been kept back, and returns how many were shown.
  ///
  /// @param nothing what to say if nothing was
  /// @throws CommandException if nothing was shown
  long finish(String nothing) {
    if (json != null) {
      json.flush();
    } else if (shown > 0) {
      table.finish();
    }
    terminal.flush();
    CommandException.requireFound(shown, nothing);
    return shown;
  }
}
