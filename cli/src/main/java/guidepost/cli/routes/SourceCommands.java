package guidepost.cli.routes;

import com.google.protobuf.Duration;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.options.Noun;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.DisconnectPolicy;
import guidepost.routes.v1.Source;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// Commands about owners of routes.
@Command(
    name = "source",
    description = "Sources: who owns routes, and how much they are preferred.")
final class SourceCommands extends Noun {

  /// As long as a server waits for a source at most: 7 days.
  private static final long DELETE_AFTER_SECONDS_MAX = 604_800;

  /// @throws CommandException if no table or source can have that name
  static String requireName(String field, String name) {
    try {
      return RouteText.name(field, name);
    } catch (InvalidRouteException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  /// @throws CommandException if no source can have that distance
  static int requireDistance(int distance) {
    if (distance < 1 || distance > Route.DISTANCE_MAX) {
      throw CommandException.usage(
          "distance \"%d\": must be 1..%d".formatted(distance, Route.DISTANCE_MAX));
    }
    return distance;
  }

  /// `source list`.
  @Command(name = "list", description = "Show all sources.")
  static final class Show implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private ClientOptions client = new ClientOptions();

    Show(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      show(terminal, client, client.ask(server -> server.routes().sources()));
      return ExitCodes.OK;
    }

    static void show(Terminal terminal, ClientOptions client, List<Source> sources) {
      if (client.json()) {
        sources.forEach(source -> terminal.line(json(source).toString()));
      } else {
        table(terminal, sources);
      }
      terminal.flush();
    }

    private static void table(Terminal terminal, List<Source> sources) {
      Table table =
          new Table(
              terminal, "SOURCE", "DISTANCE", "ROUTES", "WRITERS", "SYNCING", "ON DISCONNECT");
      for (Source source : sources) {
        table.row(
            source.getName(),
            Integer.toString(source.getDistance()),
            Long.toString(source.getRoutes()),
            Integer.toString(source.getWriters()),
            source.getSyncing() ? "yes" : "no",
            onDisconnect(source));
      }
      table.finish();
    }

    private static boolean deletes(Source source) {
      return source.getOnDisconnect() == DisconnectPolicy.DISCONNECT_POLICY_DELETE;
    }

    private static String onDisconnect(Source source) {
      if (!deletes(source)) {
        return "keep";
      }
      return source.hasDeleteAfter()
          ? "delete after %d s".formatted(source.getDeleteAfter().getSeconds())
          : "delete";
    }

    private static ObjectNode json(Source source) {
      return Json.object()
          .put("source", source.getName())
          .put("distance", source.getDistance())
          .put("routes", source.getRoutes())
          .put("writers", source.getWriters())
          .put("syncing", source.getSyncing())
          .put("on_disconnect", deletes(source) ? "delete" : "keep")
          .put("delete_after_seconds", source.getDeleteAfter().getSeconds());
    }
  }

  /// `source show`.
  @Command(name = "show", description = "Show one source.")
  static final class ShowOne implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "NAME", description = "Its name")
    private String name = "";

    ShowOne(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      Source source = client.ask(server -> server.routes().source(name));
      Show.show(terminal, client, List.of(source));
      return ExitCodes.OK;
    }
  }

  /// `source put`.
  @Command(name = "put", description = "Add a source, or change it.")
  static final class Put implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "NAME", description = "Its name")
    private String name = "";

    @Option(
        names = "--distance",
        paramLabel = "N",
        description =
            "Its administrative distance, 1..255; lower wins. Required of a new source; default: as"
                + " it is")
    private @Nullable Integer distance;

    @Option(
        names = "--on-disconnect",
        paramLabel = "POLICY",
        description =
            "What happens to its routes when its last connected call ends: keep or delete (default:"
                + " as it is; of a new source keep)")
    private String onDisconnect = "";

    @Option(
        names = "--delete-after",
        paramLabel = "SECONDS",
        description =
            "With delete: how long to wait for it to connect again before that (default: as it is;"
                + " of a new source 0)")
    private @Nullable Long deleteAfterSeconds;

    Put(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      Source.Builder source = Source.newBuilder().setName(requireName("name", name));
      if (distance != null) {
        source.setDistance(requireDistance(distance));
      }
      source.setOnDisconnect(policy());
      if (deleteAfterSeconds != null) {
        source.setDeleteAfter(Duration.newBuilder().setSeconds(requireDelay(deleteAfterSeconds)));
      }
      long revision = client.ask(server -> server.routes().putSource(source.build())).getRevision();
      terminal.line(
          client.json()
              ? Json.object().put("source", name).put("revision", revision).toString()
              : "source %s, revision %d".formatted(name, revision));
      return ExitCodes.OK;
    }

    private DisconnectPolicy policy() {
      return switch (onDisconnect) {
        case "" -> DisconnectPolicy.DISCONNECT_POLICY_UNSPECIFIED;
        case "keep" -> DisconnectPolicy.DISCONNECT_POLICY_KEEP;
        case "delete" -> DisconnectPolicy.DISCONNECT_POLICY_DELETE;
        default ->
            throw CommandException.usage(
                "on-disconnect \"%s\": must be keep or delete"
                    .formatted(Printable.of(onDisconnect)));
      };
    }

    private long requireDelay(long seconds) {
      if (seconds < 0 || seconds > DELETE_AFTER_SECONDS_MAX) {
        throw CommandException.usage(
            "delete-after \"%d\": must be 0..%d".formatted(seconds, DELETE_AFTER_SECONDS_MAX));
      }
      if (seconds > 0 && onDisconnect.equals("keep")) {
        throw CommandException.usage(
            "delete-after \"%d\": must be 0 with --on-disconnect keep".formatted(seconds));
      }
      return seconds;
    }
  }

  /// `source delete`.
  @Command(name = "delete", description = "Delete a source that has no routes (see route flush).")
  static final class Delete implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "NAME", description = "Its name")
    private String name = "";

    Delete(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      long revision = client.ask(server -> server.routes().deleteSource(name)).getRevision();
      terminal.line(
          client.json()
              ? Json.object().put("deleted", name).put("revision", revision).toString()
              : "deleted source %s, revision %d".formatted(name, revision));
      return ExitCodes.OK;
    }
  }
}
