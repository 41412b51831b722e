package guidepost.cli.routes;

import guidepost.cli.options.ChangeRange;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.options.WatchConnection;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Failures;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import guidepost.client.GuidepostClient;
import guidepost.client.RouteMessages;
import guidepost.client.RouteWatch;
import guidepost.common.v1.Lag;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteChange;
import guidepost.routes.v1.WatchRequest;
import io.grpc.StatusRuntimeException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

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
  @Mixin private ChangeRange range = new ChangeRange();

  private final CompletableFuture<Integer> end = new CompletableFuture<>();

  RouteWatching(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    WatchRequest request = request();
    try (GuidepostClient connection = client.connect();
        RouteWatch _ = table.of(connection).watch(request, new Printer())) {
      return end.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StatusRuntimeException failure
          ? Failures.of(client.server(), failure)
          : new IllegalStateException(e.getCause());
    } finally {
      terminal.flush();
    }
  }

  private WatchRequest request() {
    WatchRequest.Builder request = WatchRequest.newBuilder().setFilter(filter.toFilter());
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

  /// Prints what comes, on gRPC's threads.
  private final class Printer implements RouteWatch.Listener {
    private final WatchConnection connection = new WatchConnection(terminal, client);
    private long shown;

    @Override
    public void routes(List<Route> routes) {
      connection.heard();
      routes.forEach(route -> print("=", "snapshot", route));
      flush();
    }

    @Override
    public void complete(long revision) {
      connection.heard();
      connection.tell("snapshot of revision %d is complete".formatted(revision));
    }

    @Override
    public void changes(List<RouteChange> changes, long revision) {
      connection.heard();
      for (RouteChange change : changes) {
        if (!range.isOver(shown)) {
          print(change);
        }
      }
      flush();
      if (range.isOver(shown)) {
        end.complete(ExitCodes.OK);
      }
    }

    private void print(RouteChange change) {
      shown++;
      switch (change.getKind()) {
        case CHANGE_KIND_ADDED -> print("+", "added", change.getRoute());
        case CHANGE_KIND_REMOVED -> print("-", "removed", change.getRoute());
        case CHANGE_KIND_UPDATED, CHANGE_KIND_UNSPECIFIED, UNRECOGNIZED ->
            print("~", "updated", change.getRoute());
      }
    }

    private void print(String sign, String word, Route message) {
      guidepost.routes.table.Route route = RouteMessages.route(message);
      if (client.json()) {
        ObjectNode line = Json.object().put("change", word);
        terminal.line(RouteJson.put(line, route).toString());
      } else {
        terminal.line(
            "%s %s %s metric %d source %s revision %d"
                .formatted(
                    sign,
                    route.prefix(),
                    Printable.of(route.nextHop().toString()),
                    route.metric(),
                    route.source(),
                    route.revision()));
      }
    }

    private void flush() {
      try {
        terminal.flush();
      } catch (UncheckedIOException e) {
        end.complete(ExitCodes.OK); // nobody reads any more
      }
    }

    @Override
    public void quiet(long revision) {
      connection.heard();
    }

    @Override
    public void lag(Lag lag) {
      connection.tell(
          "this client lags: %s behind %d"
              .formatted(Plural.of(lag.getRevisionsBehind(), "revision"), lag.getNewestRevision()));
    }

    @Override
    public void cut(StatusRuntimeException why, Duration retryAfter) {
      connection.cut(why);
    }

    @Override
    public void ended(StatusRuntimeException why) {
      boolean refusedByUs = why.getCause() instanceof StatusRuntimeException;
      end.completeExceptionally(refusedByUs ? why.getCause() : why);
    }
  }
}
