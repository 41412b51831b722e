package guidepost.cli.routes;

import guidepost.cli.options.AsOfOption;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Terminal;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetStatsResponse;
import guidepost.routes.v1.MatchKind;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `route list`.
@Command(
    name = "list",
    aliases = {"show", "ls"},
    description = "Show all routes, or those that match a prefix.")
final class RouteList implements Callable<Integer> {

  private static final RouteText FROM = new RouteText("from", "mask");

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private TableOption table = new TableOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "PREFIX",
      description = "Only routes that match it; host bits do not count")
  private String prefix = "";

  @Mixin private AsOfOption asOf = new AsOfOption();
  @ArgGroup private Matching matching = new Matching();
  @Mixin private RouteFilterOptions filter = new RouteFilterOptions();
  @Mixin private BestOption best = new BestOption();
  @Mixin private TimesOption times = new TimesOption();

  @Option(
      names = "--from",
      paramLabel = "PREFIX",
      description = "Begin with this prefix, or with the first after it; host bits do not count")
  private String from = "";

  @Option(names = "--count", description = "Show only how many there are")
  private boolean count;

  /// How PREFIX is matched: at most one of these.
  static final class Matching {
    @Option(names = "--longer", description = "PREFIX and every more specific one")
    private boolean longer;

    @Option(names = "--shorter", description = "PREFIX and every one that covers it")
    private boolean shorter;

    @Option(names = "--exact", description = "PREFIX itself (default)")
    private boolean exact;

    MatchKind toMatch() {
      if (longer) {
        return MatchKind.MATCH_KIND_LONGER;
      }
      return shorter ? MatchKind.MATCH_KIND_SHORTER : MatchKind.MATCH_KIND_EXACT;
    }

    boolean isGiven() {
      return longer || shorter || exact;
    }
  }

  RouteList(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (prefix.isEmpty() && matching.isGiven()) {
      throw CommandException.usage("--longer, --shorter and --exact need a PREFIX");
    }
    if (!prefix.isEmpty() && !from.isEmpty() && !matching.longer) {
      throw CommandException.usage("--from needs the whole table, or a PREFIX with --longer");
    }
    String query = query(RouteText.PREFIX, prefix);
    if (count) {
      showCount(query);
    } else {
      showRoutes(query);
    }
    return ExitCodes.OK;
  }

  private static String query(RouteText text, String prefix) {
    try {
      return prefix.isEmpty() ? "" : text.query(prefix, "").toString();
    } catch (InvalidRouteException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private GetRoutesRequest question(String query) {
    return GetRoutesRequest.newBuilder()
        .setFilter(best.in(filter.toFilter()))
        .setPrefix(query)
        .setMatchKind(query.isEmpty() ? MatchKind.MATCH_KIND_UNSPECIFIED : matching.toMatch())
        .setStartPrefix(query(FROM, from))
        .setAsOf(asOf.asOf())
        .setWithTimes(times.isGiven())
        .build();
  }

  private void showRoutes(String query) {
    RouteOutput output = new RouteOutput(terminal, client.json(), times);
    GetRoutesRequest question = question(query);
    client.ask(server -> table.of(server).list(question, output::show));
    output.finish(nothing(query));
  }

  private String nothing(String query) {
    if (!query.isEmpty()) {
      return "no route matches \"%s\"".formatted(query);
    }
    String name = table.name().isEmpty() ? "default" : table.name();
    return "no route %s table \"%s\"".formatted(isFiltered() ? "matches in" : "in", name);
  }

  private boolean isFiltered() {
    return filter.areGiven() || best.isGiven() || !from.isEmpty();
  }

  private void showCount(String query) {
    boolean isAll = query.isEmpty() && asOf.isNow() && !isFiltered();
    GetRoutesRequest question = question(query);
    long found = isAll ? countAll() : client.ask(server -> table.of(server).count(question));
    terminal.line(
        client.json() ? Json.object().put("count", found).toString() : Long.toString(found));
  }

  private long countAll() {
    GetStatsResponse stats = client.ask(server -> table.of(server).stats());
    return stats.getIpv4Routes() + stats.getIpv6Routes();
  }
}
