package guidepost.routes.service;

import static guidepost.routes.service.RejectedOutcomes.rejected;
import static guidepost.routes.service.RejectedOutcomes.unknownTable;
import static guidepost.routes.service.RouteDecision.done;

import guidepost.routes.service.RouteOutcome.Problem;
import java.util.function.LongFunction;

/// Decides which tables are created and dropped.
///
/// Threads: the writer's alone.
final class TableDecision {

  private final Syncs syncs;
  private final int tablesMax;
  private final CatalogDecision catalog;
  private final RouteEdits edits;

  TableDecision(RouteDecision.State state, CatalogDecision catalog, RouteEdits edits) {
    this.syncs = state.syncs();
    this.tablesMax = state.limits().tablesMax();
    this.catalog = catalog;
    this.edits = edits;
  }

  LongFunction<RouteOutcome> create(String name) {
    if (catalog.catalog().table(name) != null) {
      return done(0); // a table is no more than its name
    }
    if (catalog.catalog().tableCount() >= tablesMax) {
      return rejected(
          Problem.LIMIT,
          "table.max",
          "name",
          name,
          "table \"%s\": there are %d tables, the most there may be".formatted(name, tablesMax));
    }
    catalog.create(name);
    return done(1);
  }

  LongFunction<RouteOutcome> drop(String name) {
    Catalog.Table table = catalog.catalog().table(name);
    if (table == null) {
      return unknownTable("name", name);
    }
    if (name.equals(Catalog.DEFAULT_TABLE)) {
      return rejected(
          Problem.PRECONDITION,
          "table.default",
          "name",
          name,
          "table \"default\": is always there; flush it");
    }
    int deleted = edits.deleteAll(table, edits.all(table, null));
    syncs.dropTable(table.routes());
    catalog.drop(table);
    return done(deleted);
  }
}
