package guidepost.cli.routes;

import guidepost.cli.files.ImportRun;
import guidepost.cli.files.ImportSource;
import guidepost.cli.files.ImportTally;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.Terminal;
import guidepost.client.Writing;
import guidepost.common.v1.OperationResult;
import guidepost.routes.feeds.RouteDefaults;
import guidepost.routes.feeds.RouteFeed;
import guidepost.routes.feeds.RouteFormat;
import guidepost.routes.v1.Operation;
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
      "Formats: prefixes (one per line), csv and tsv (columns dest, mask, nh, metric, interface),"
          + " ip-json and ip6-json (of \"ip -json [-6] route\"), jsonl (of \"route export\")."
    })
final class RouteImport implements Callable<Integer> {

  private static final List<String> KERNEL_IPV4 =
      List.of("ip", "-json", "route", "show", "table", "main");
  private static final List<String> KERNEL_IPV6 =
      List.of("ip", "-json", "-6", "route", "show", "table", "main");

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private TableOption table = new TableOption();

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "\"-\": standard input")
  private String file = "";

  @Option(names = "--from-kernel", description = "This machine's own routes instead of a file")
  private boolean fromKernel;

  @Mixin private RouteFileOptions rows = new RouteFileOptions();

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = "The routes' source (default: static)")
  private String source = "";

  @Option(names = "--dry-run", description = "Read only, send nothing")
  private boolean dryRun;

  RouteImport(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (fromKernel == !file.isEmpty()) {
      throw CommandException.usage("exactly one of FILE and --from-kernel must be given");
    }
    RouteDefaults defaults = rows.defaults();
    ImportRun<Operation, OperationResult> run =
        new ImportRun<>(
            terminal,
            client,
            dryRun,
            (server, results) -> table.of(server).modify(Writing.as(source), results),
            RouteImport::count);
    return fromKernel ? importKernel(run, defaults) : importFile(run, defaults);
  }

  /// A table that is not there is said once: it is that of all rows.
  private static void count(ImportTally tally, OperationResult result) {
    if (result.getReason().equals("TABLE_UNKNOWN")) {
      throw CommandException.rejected(result.getText());
    }
    tally.answered(result);
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
    try (ImportSource text = ImportSource.ofProgram(command)) {
      run.read(
          text, sink -> RouteFileOptions.feed(RouteFeed.open(text.in(), format, defaults), sink));
    }
  }

  private int importFile(ImportRun<Operation, OperationResult> run, RouteDefaults defaults) {
    boolean[] entries = {false};
    Optional<RouteFormat> chosen = rows.chosen();
    try (ImportSource text = ImportSource.open(terminal, file)) {
      run.read(
          text,
          sink -> {
            RouteFeed feed = rows.open(text, chosen, defaults);
            entries[0] = feed.format().countsEntries();
            RouteFileOptions.feed(feed, sink);
          });
    }
    return entries[0] ? run.report("entry", Map.of()) : run.report("line", RouteFileOptions.ADVICE);
  }
}
