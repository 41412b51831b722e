package guidepost.cli;

import guidepost.common.v1.OperationResult;
import guidepost.routes.feeds.RouteDefaults;
import guidepost.routes.feeds.RouteFeed;
import guidepost.routes.feeds.RouteFormat;
import guidepost.routes.feeds.RouteRow;
import guidepost.routes.table.Address;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `route import`.
@Command(
    name = "import",
    description = {
      "Add the routes of a file; gzip, xz and zstd are unpacked.",
      "Formats: prefixes (one a line), csv and tsv (columns dest, mask, nh, metric, interface),",
      "ip-json and ip6-json (of \"ip -json [-6] route\"), jsonl (of \"route export\")."
    })
final class RouteImport implements Callable<Integer> {

  private static final List<String> KERNEL_IPV4 =
      List.of("ip", "-json", "route", "show", "table", "main");
  private static final List<String> KERNEL_IPV6 =
      List.of("ip", "-json", "-6", "route", "show", "table", "main");

  /// What to do about rows that broke a rule; the kernel's own routes take no defaults.
  private static final Map<String, String> ADVICE =
      Map.of(
          "nh.missing",
          "give --nh or --interface, which fill in what rows do not say: --nh 192.0.2.1");

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "\"-\": standard input.")
  private String file = "";

  @Option(names = "--from-kernel", description = "This machine's own routes instead of a file.")
  private boolean fromKernel;

  @Option(names = "--format", paramLabel = "FORMAT", description = "Default: known by the content.")
  private String format = "";

  @Option(
      names = "--nh",
      paramLabel = "ADDRESS",
      description = "Next hop of rows without one; once for each address family.")
  private List<String> nextHops = new ArrayList<>();

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      description = "Interface of rows without one.")
  private String interfaceName = "";

  @Option(
      names = "--metric",
      paramLabel = "N",
      defaultValue = "0",
      description = "Metric of rows without one (default: ${DEFAULT-VALUE}).")
  private long metric;

  @Option(names = "--dry-run", description = "Read only, send nothing.")
  private boolean dryRun;

  RouteImport(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (fromKernel == !file.isEmpty()) {
      throw CommandException.usage("exactly one of FILE and --from-kernel must be given");
    }
    RouteDefaults defaults = defaults();
    ImportRun<Operation, OperationResult> run =
        new ImportRun<>(
            terminal,
            client,
            dryRun,
            (server, results) -> server.routes().modify(results),
            ImportTally::answered);
    return fromKernel ? importKernel(run, defaults) : importFile(run, defaults);
  }

  private RouteDefaults defaults() {
    try {
      List<Address> addresses = nextHops.stream().map(RouteImport::gateway).toList();
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

  private int importKernel(ImportRun<Operation, OperationResult> run, RouteDefaults defaults) {
    importProgram(run, KERNEL_IPV4, RouteFormat.IP_JSON, defaults);
    importProgram(run, KERNEL_IPV6, RouteFormat.IP6_JSON, defaults);
    return run.report("entry", Map.of());
  }

  private static void importProgram(
      ImportRun<Operation, OperationResult> run,
      List<String> command,
      RouteFormat format,
      RouteDefaults defaults) {
    try (ImportSource source = ImportSource.ofProgram(command)) {
      run.read(source, sink -> feed(RouteFeed.open(source.in(), format, defaults), sink));
    }
  }

  private int importFile(ImportRun<Operation, OperationResult> run, RouteDefaults defaults) {
    boolean[] entries = {false};
    Optional<RouteFormat> chosen =
        Optional.of(format).filter(f -> !f.isEmpty()).map(f -> Formats.require(f, RouteFormat::of));
    try (ImportSource source = ImportSource.open(terminal, file)) {
      run.read(
          source,
          sink -> {
            RouteFeed feed = open(source, chosen, defaults);
            entries[0] = feed.format().countsEntries();
            feed(feed, sink);
          });
    }
    return entries[0] ? run.report("entry", Map.of()) : run.report("line", ADVICE);
  }

  private static RouteFeed open(
      ImportSource source, Optional<RouteFormat> format, RouteDefaults defaults)
      throws IOException {
    return format.isEmpty()
        ? RouteFeed.open(source.in(), defaults)
        : RouteFeed.open(source.in(), format.get(), defaults);
  }

  private static void feed(RouteFeed feed, RowSink<Operation> sink) throws IOException {
    feed.read(
        row -> {
          switch (row) {
            case RouteRow.Parsed parsed -> sink.operation(parsed.number(), add(parsed));
            case RouteRow.Rejected rejected ->
                sink.rejected(rejected.number(), rejected.rule(), rejected.reason());
          }
        });
  }

  private static Operation add(RouteRow.Parsed row) {
    return Operation.newBuilder()
        .setId(row.number())
        .setAdd(RouteMessages.message(row.route()))
        .build();
  }
}
