package guidepost.cli.routes;

import guidepost.cli.options.AsOfOption;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.routes.table.Prefix;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.LookupResponse;
import guidepost.routes.v1.Route;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `route get`.
@Command(
    name = "get",
    description = "Show the best route with the longest prefix that covers a destination.")
final class RouteGet implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private TableOption table = new TableOption();
  @Mixin private DestinationArguments destination = new DestinationArguments();
  @Mixin private AsOfOption asOf = new AsOfOption();
  @Mixin private RouteFilterOptions filter = new RouteFilterOptions();
  @Mixin private TimesOption times = new TimesOption();

  RouteGet(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Prefix query = destination.toQuery();
    RouteOutput output = new RouteOutput(terminal, client.json(), times);
    best(query).ifPresent(output::show);
    output.finish("no route covers %s".formatted(query));
    return ExitCodes.OK;
  }

  private Optional<Route> best(Prefix query) {
    LookupRequest request =
        LookupRequest.newBuilder()
            .setDestination(query.toString())
            .setAsOf(asOf.asOf())
            .setWithTimes(times.isGiven())
            .setFilter(filter.toFilter())
            .build();
    return client.ask(server -> table.of(server).lookup(request)).map(LookupResponse::getRoute);
  }
}
