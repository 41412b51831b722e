package guidepost.cli.routes;

import guidepost.cli.files.Formats;
import guidepost.cli.files.ImportSource;
import guidepost.cli.files.RowSink;
import guidepost.cli.output.CommandException;
import guidepost.client.RouteMessages;
import guidepost.routes.feeds.RouteDefaults;
import guidepost.routes.feeds.RouteFeed;
import guidepost.routes.feeds.RouteFormat;
import guidepost.routes.feeds.RouteRow;
import guidepost.routes.table.Address;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/// How a file of routes is read, and what its rows get that they do not say.
final class RouteFileOptions {

  /// What to do about rows that broke a rule; the kernel's own routes take no defaults.
  static final Map<String, String> ADVICE =
      Map.of(
          "nh.missing",
          "give --nh or --interface, which fill in what rows do not say: --nh 192.0.2.1");

  @Option(names = "--format", paramLabel = "FORMAT", description = "Default: known by the content.")
  private String format = "";

  @Option(
      names = "--nh",
      paramLabel = "ADDRESS",
      description = "Next hop of rows without one; once for each address family")
  private List<String> nextHops = new ArrayList<>();

  @Option(names = "--interface", paramLabel = "NAME", description = "Interface of rows without one")
  private String interfaceName = "";

  @Option(
      names = "--metric",
      paramLabel = "N",
      defaultValue = "0",
      description = "Metric of rows without one (default: ${DEFAULT-VALUE})")
  private long metric;

  /// @throws CommandException if they break a rule
  RouteDefaults defaults() {
    try {
      List<Address> addresses = nextHops.stream().map(RouteFileOptions::gateway).toList();
      RouteText.nextHop("", interfaceName.isEmpty() ? "none" : interfaceName);
      return new RouteDefaults(addresses, interfaceName, RouteAdd.requireMetric(metric));
    } catch (InvalidRouteException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private static Address gateway(String text) {
    return RouteText.nextHop(text, "") instanceof NextHop.Gateway gateway
        ? gateway.address()
        : Address.IPV4_ANY;
  }

  /// The format that was named.
  ///
  /// @throws CommandException if there is none of that name
  Optional<RouteFormat> chosen() {
    return Optional.of(format)
        .filter(name -> !name.isEmpty())
        .map(name -> Formats.require(name, RouteFormat::of));
  }

  /// The feed of a file, in the format that was named or that its content shows.
  RouteFeed open(ImportSource source, Optional<RouteFormat> chosen, RouteDefaults defaults)
      throws IOException {
    return chosen.isEmpty()
        ? RouteFeed.open(source.in(), defaults)
        : RouteFeed.open(source.in(), chosen.get(), defaults);
  }

  /// Hands every row over as an operation that adds it.
  static void feed(RouteFeed feed, RowSink<Operation> sink) throws IOException {
    feed(feed, UnaryOperator.identity(), sink);
  }

  /// Hands every row over as an operation that adds what is made of it.
  static void feed(RouteFeed feed, UnaryOperator<Route> made, RowSink<Operation> sink)
      throws IOException {
    feed.read(
        row -> {
          switch (row) {
            case RouteRow.Parsed parsed -> sink.operation(parsed.number(), add(parsed, made));
            case RouteRow.Rejected rejected ->
                sink.rejected(rejected.number(), rejected.rule(), rejected.reason());
          }
        });
  }

  private static Operation add(RouteRow.Parsed row, UnaryOperator<Route> made) {
    return Operation.newBuilder()
        .setId(row.number())
        .setAdd(made.apply(RouteMessages.message(row.route())))
        .build();
  }
}
