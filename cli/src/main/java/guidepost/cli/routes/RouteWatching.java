package guidepost.cli.routes;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import guidepost.cli.watches.ChangeRange;
import guidepost.cli.watches.WatchLines;
import guidepost.cli.watches.WatchPrinter;
import guidepost.client.RouteMessages;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteChange;
import guidepost.routes.v1.WatchRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `route watch`.
@Command(
    name = "watch",
    description = {
      "Show changes as they come, until interrupted: + added, - removed, ~ updated.",
      "After a lost connection it resumes without a gap."
    })
final class RouteWatching implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private TableOption table = new TableOption();

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      description = "Only this prefix and more specific ones")
  private String prefix = "";

  @Mixin private RouteFilterOptions filter = new RouteFilterOptions();
  @Mixin private BestOption best = new BestOption();
  @Mixin private ChangeRange range = new ChangeRange();

  RouteWatching(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    WatchRequest request = request();
    WatchPrinter<Route, RouteChange> printer =
        new WatchPrinter<>(terminal, client, "routes", range, new Lines(client.json()));
    return printer.follow(server -> table.of(server).watch(request, printer));
  }

  private WatchRequest request() {
    WatchRequest.Builder request = WatchRequest.newBuilder().setFilter(best.in(filter.toFilter()));
    if (!prefix.isEmpty()) {
      request.setPrefix(within());
    }
    range.start().ifPresent(request::setStart);
    return request.build();
  }

  private String within() {
    try {
      return RouteText.PREFIX.query(prefix, "").toString();
    } catch (InvalidRouteException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  /// How routes are shown.
  private record Lines(boolean json) implements WatchLines<Route, RouteChange> {

    @Override
    public String entry(Route route) {
      return line("=", "snapshot", route);
    }

    @Override
    public String change(RouteChange change) {
      return switch (change.getKind()) {
        case CHANGE_KIND_ADDED -> line("+", "added", change.getRoute());
        case CHANGE_KIND_REMOVED -> line("-", "removed", change.getRoute());
        case CHANGE_KIND_UPDATED, CHANGE_KIND_UNSPECIFIED, UNRECOGNIZED ->
            line("~", "updated", change.getRoute());
      };
    }

    private String line(String sign, String word, Route message) {
      guidepost.routes.table.Route route = RouteMessages.route(message);
      return json
          ? RouteJson.put(Json.object().put("change", word), route).toString()
          : "%s %s %s metric %d source %s revision %d"
              .formatted(
                  sign,
                  route.prefix(),
                  Printable.of(route.nextHop().toString()),
                  route.metric(),
                  route.source(),
                  route.revision());
    }
  }
}
