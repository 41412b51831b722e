package guidepost.cli.routes;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.options.Noun;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.routes.v1.CreateTableResponse;
import guidepost.routes.v1.DropTableResponse;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Commands about tables of routes.
@Command(name = "table", description = "Tables: routes that are kept apart (VRFs).")
final class TableCommands extends Noun {

  /// `table list`.
  @Command(name = "list", description = "Show all tables.")
  static final class Show implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private ClientOptions client = new ClientOptions();

    Show(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      show(terminal, client, client.ask(server -> server.routes().tables()));
      return ExitCodes.OK;
    }

    static void show(
        Terminal terminal, ClientOptions client, List<guidepost.routes.v1.Table> tables) {
      if (client.json()) {
        for (guidepost.routes.v1.Table table : tables) {
          terminal.line(
              Json.object()
                  .put("table", table.getName())
                  .put("routes", table.getRoutes())
                  .put("created_revision", table.getCreatedRevision())
                  .toString());
        }
      } else {
        Table rows = new Table(terminal, "TABLE", "ROUTES", "CREATED");
        tables.forEach(
            table ->
                rows.row(
                    table.getName(),
                    Long.toString(table.getRoutes()),
                    Long.toString(table.getCreatedRevision())));
        rows.finish();
      }
      terminal.flush();
    }
  }

  /// `table show`.
  @Command(name = "show", description = "Show one table.")
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
      guidepost.routes.v1.Table table = client.ask(server -> server.routes().table(name));
      Show.show(terminal, client, List.of(table));
      return ExitCodes.OK;
    }
  }

  /// `table create`.
  @Command(name = "create", description = "Create a table.")
  static final class Create implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "NAME", description = "Its name")
    private String name = "";

    Create(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      SourceCommands.requireName("name", name);
      CreateTableResponse done = client.ask(server -> server.routes().createTable(name));
      String how = done.getCreated() ? "created table %s" : "table %s exists already";
      terminal.line(
          client.json()
              ? Json.object()
                  .put("table", name)
                  .put("created", done.getCreated())
                  .put("revision", done.getRevision())
                  .toString()
              : (how + ", revision %d").formatted(name, done.getRevision()));
      return ExitCodes.OK;
    }
  }

  /// `table drop`.
  @Command(name = "drop", description = "Delete a table and its routes.")
  static final class Drop implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "NAME", description = "Its name")
    private String name = "";

    Drop(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      DropTableResponse done = client.ask(server -> server.routes().dropTable(name));
      terminal.line(
          client.json()
              ? Json.object()
                  .put("table", name)
                  .put("deleted", done.getDeleted())
                  .put("revision", done.getRevision())
                  .toString()
              : "dropped table %s with %s, revision %d"
                  .formatted(name, Plural.of(done.getDeleted(), "route"), done.getRevision()));
      return ExitCodes.OK;
    }
  }
}
