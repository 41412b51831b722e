package guidepost.routes.service;

import static guidepost.routes.service.RejectedOutcomes.conflict;
import static guidepost.routes.service.RejectedOutcomes.full;
import static guidepost.routes.service.RejectedOutcomes.missingSource;
import static guidepost.routes.service.RejectedOutcomes.tooMany;
import static guidepost.routes.service.RejectedOutcomes.unknownSource;
import static guidepost.routes.service.RejectedOutcomes.unknownTable;
import static guidepost.routes.service.RouteDecision.done;

import guidepost.routes.table.Route;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/// Decides what is asked of single routes, and of all of a source and prefix.
///
/// Threads: the writer's alone.
final class PathDecision {

  private final RouteLimits limits;
  private final CatalogDecision catalog;
  private final RouteEdits edits;

  PathDecision(RouteLimits limits, CatalogDecision catalog, RouteEdits edits) {
    this.limits = limits;
    this.catalog = catalog;
    this.edits = edits;
  }

  private static boolean isUnexpected(OptionalLong expected, long found) {
    return expected.isPresent() && expected.getAsLong() != found;
  }

  LongFunction<RouteOutcome> put(RouteOperation.Put put) {
    Catalog.Table table = catalog.catalog().table(put.table());
    if (table == null) {
      return unknownTable(put.table());
    }
    Catalog.Source source = catalog.catalog().source(put.route().source());
    if (source == null) {
      return missingSource(put.route().source());
    }
    Route asked = put.route().withDistance(source.distance());
    List<Route> before = edits.of(table, asked.prefix());
    Route existing = RouteEdits.sameKey(before, asked);
    if (isUnexpected(put.expected(), existing == null ? 0 : existing.revision())) {
      return conflict("route " + asked, put.expected(), existing == null ? 0 : existing.revision());
    }
    if (existing == null && before.size() >= limits.routesPerPrefixMax()) {
      return full(asked.prefix(), before.size());
    }
    return done(edits.put(table, before, existing, asked) ? 1 : 0);
  }

  LongFunction<RouteOutcome> delete(RouteOperation.Delete delete) {
    Catalog.Table table = catalog.catalog().table(delete.table());
    if (table == null) {
      return unknownTable(delete.table());
    }
    if (catalog.catalog().source(delete.route().source()) == null) {
      return unknownSource(delete.route().source());
    }
    Route existing = RouteEdits.sameKey(edits.of(table, delete.route().prefix()), delete.route());
    long found = existing == null ? 0 : existing.revision();
    if (isUnexpected(delete.expected(), found)) {
      return conflict("route " + delete.route(), delete.expected(), found);
    }
    if (existing == null) {
      return done(0);
    }
    edits.delete(table, existing);
    return done(1);
  }

  LongFunction<RouteOutcome> replace(RouteOperation.Replace replace) {
    Catalog.Table table = catalog.catalog().table(replace.table());
    if (table == null) {
      return unknownTable(replace.table());
    }
    Catalog.Source source = catalog.catalog().source(replace.source());
    if (source == null) {
      return unknownSource(replace.source());
    }
    List<Route> all = edits.of(table, replace.prefix());
    List<Route> own = all.stream().filter(each -> each.source().equals(source.name())).toList();
    long found = own.stream().mapToLong(Route::revision).max().orElse(0);
    if (isUnexpected(replace.expected(), found)) {
      return conflict(
          "source \"%s\" prefix %s".formatted(source.name(), replace.prefix()),
          replace.expected(),
          found);
    }
    int others = all.size() - own.size();
    int max = limits.routesPerPrefixMax();
    if (others + replace.routes().size() > max) {
      return tooMany(replace.prefix(), replace.routes().size(), others, max);
    }
    return done(replace(table, source, own, replace.routes()));
  }

  /// @return number of changes
  private int replace(
      Catalog.Table table, Catalog.Source source, List<Route> own, List<Route> wanted) {
    int changed = 0;
    for (Route each : own) {
      if (RouteEdits.sameKey(wanted, each) == null) {
        edits.delete(table, each);
        changed++;
      }
    }
    for (Route each : wanted) {
      Route asked = each.withDistance(source.distance());
      List<Route> before = edits.of(table, asked.prefix());
      changed += edits.put(table, before, RouteEdits.sameKey(before, asked), asked) ? 1 : 0;
    }
    return changed;
  }
}
