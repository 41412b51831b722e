package guidepost.cli.routes;

import guidepost.cli.options.AsOfOption;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.MatchKind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `route shorter`.
@Command(
    name = "shorter",
    description = "Show the routes of every prefix that covers an address or prefix.")
final class RouteShorter implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private TableOption table = new TableOption();
  @Mixin private DestinationArguments destination = new DestinationArguments();
  @Mixin private AsOfOption asOf = new AsOfOption();
  @Mixin private RouteFilterOptions filter = new RouteFilterOptions();
  @Mixin private BestOption best = new BestOption();
  @Mixin private TimesOption times = new TimesOption();

  RouteShorter(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    GetRoutesRequest question =
        GetRoutesRequest.newBuilder()
            .setPrefix(destination.toQuery().toString())
            .setMatchKind(MatchKind.MATCH_KIND_SHORTER)
            .setAsOf(asOf.asOf())
            .setWithTimes(times.isGiven())
            .setFilter(best.in(filter.toFilter()))
            .build();
    RouteLonger.show(terminal, client, table, question, times);
    return ExitCodes.OK;
  }
}
