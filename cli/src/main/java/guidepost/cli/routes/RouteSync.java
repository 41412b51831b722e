package guidepost.cli.routes;

import guidepost.cli.files.ImportRun;
import guidepost.cli.files.ImportSource;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Terminal;
import guidepost.client.Writing;
import guidepost.common.v1.OperationResult;
import guidepost.routes.feeds.RouteDefaults;
import guidepost.routes.feeds.RouteFeed;
import guidepost.routes.feeds.RouteFormat;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.Source;
import guidepost.routes.v1.SyncScope;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `route sync`.
@Command(
    name = "sync",
    description = {
      "Make the routes of a source those of a file: new ones are added, changed ones updated, and"
          + " those that the file does not have are deleted at the end, so that there is never a"
          + " gap. If a row is rejected, or the file is cut off or has no rows, nothing is"
          + " deleted.",
      "The file is read as by \"route import\", but all its rows are routes of NAME: a"
          + " column \"source\" is not read."
    })
final class RouteSync implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private TableOption table = new TableOption();
  @Mixin private RouteFileOptions rows = new RouteFileOptions();

  @Parameters(paramLabel = "FILE", description = "\"-\": standard input")
  private String file = "";

  @Option(names = "--source", paramLabel = "NAME", required = true, description = "Whose routes")
  private String source = "";

  @Option(
      names = "--distance",
      paramLabel = "N",
      description = "Adds the source if it does not exist: its administrative distance, 1..255")
  private @Nullable Integer distance;

  @Option(
      names = "--allow-empty",
      description = "Delete all routes of the source if the file has no rows")
  private boolean allowEmpty;

  private long deleted;

  RouteSync(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    RouteDefaults defaults = rows.defaults();
    Optional<RouteFormat> chosen = rows.chosen();
    SourceCommands.requireName("source", source);
    if (distance != null) {
      addSource(SourceCommands.requireDistance(distance));
    }
    boolean[] entries = {false};
    ImportRun<Operation, OperationResult> run =
        new ImportRun<>(
            terminal,
            client,
            false,
            (server, results) -> table.of(server).modify(Writing.as(source), results),
            (tally, result) -> {
              if (result.getId() == SYNC_ID) {
                swept(result);
              } else {
                tally.answered(result);
              }
            });
    try (ImportSource text = ImportSource.open(terminal, file)) {
      run.read(
          text,
          sink -> {
            sink.control(sync(true));
            RouteFeed feed = rows.open(text, chosen, defaults);
            entries[0] = feed.format().countsEntries();
            RouteFileOptions.feed(feed, RouteSync::own, sink);
            sink.settle();
            if (run.rejected() == 0 && (run.rows() > 0 || allowEmpty)) {
              sink.control(sync(false));
            }
          });
    }
    if (run.rows() == 0 && !allowEmpty) {
      throw CommandException.rejected(
          "%s: has no rows; nothing was deleted, since only --allow-empty deletes all routes of source \"%s\""
              .formatted(name(), source));
    }
    int code =
        run.report(entries[0] ? "entry" : "line", entries[0] ? Map.of() : RouteFileOptions.ADVICE);
    tellSwept(code);
    return code;
  }

  /// Results of what begins and ends the sync; rows count from 1.
  private static final long SYNC_ID = 0;

  private String name() {
    return file.equals("-") ? "standard input" : "file \"%s\"".formatted(file);
  }

  private void addSource(int newDistance) {
    client.ask(
        server -> {
          boolean isNew =
              server.routes().sources().stream().noneMatch(s -> s.getName().equals(source));
          if (isNew) {
            server
                .routes()
                .putSource(Source.newBuilder().setName(source).setDistance(newDistance).build());
          }
          return isNew;
        });
  }

  private static Operation sync(boolean begin) {
    Operation.Builder operation = Operation.newBuilder().setId(SYNC_ID);
    return begin
        ? operation.setBeginSync(SyncScope.getDefaultInstance()).build()
        : operation.setEndSync(SyncScope.getDefaultInstance()).build();
  }

  /// Without another source that the row may name.
  private static Route own(Route route) {
    return route.toBuilder().clearSource().build();
  }

  private void swept(OperationResult result) {
    deleted += CommandException.requireOk(result).getEntriesChanged();
  }

  private void tellSwept(int code) {
    if (client.json()) {
      terminal.line(
          Json.object().put("swept", code == ExitCodes.OK).put("deleted", deleted).toString());
    } else if (code == ExitCodes.OK) {
      terminal.line("deleted %d that the file does not have".formatted(deleted));
    } else {
      terminal.complain("nothing was deleted, because rows were rejected");
    }
  }
}
