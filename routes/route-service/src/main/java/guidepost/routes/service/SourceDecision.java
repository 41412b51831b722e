package guidepost.routes.service;

import static guidepost.routes.service.RejectedOutcomes.invalid;
import static guidepost.routes.service.RejectedOutcomes.rejected;
import static guidepost.routes.service.RejectedOutcomes.unknownSource;
import static guidepost.routes.service.RouteDecision.done;

import guidepost.routes.service.RouteOutcome.Problem;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Route;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Decides which sources are put and deleted.
///
/// Threads: the writer's alone.
final class SourceDecision {

  private final DecidedCounts counts;
  private final Syncs syncs;
  private final int sourcesMax;
  private final CatalogDecision catalog;
  private final RouteEdits edits;

  SourceDecision(RouteDecision.State state, CatalogDecision catalog, RouteEdits edits) {
    this.counts = state.counts();
    this.syncs = state.syncs();
    this.sourcesMax = state.limits().sourcesMax();
    this.catalog = catalog;
    this.edits = edits;
  }

  LongFunction<RouteOutcome> put(SourceChange change) {
    if (change.name().equals(Route.STATIC)) {
      return rejected(
          Problem.PRECONDITION,
          "source.static",
          "name",
          Route.STATIC,
          "source \"static\": is as it is for ever");
    }
    Catalog.Source before = catalog.catalog().source(change.name());
    try {
      return put(before, change.madeOf(before));
    } catch (InvalidRouteException e) {
      return invalid("source.", e);
    }
  }

  private LongFunction<RouteOutcome> put(Catalog.@Nullable Source before, Catalog.Source asked) {
    if (before != null && before.sameAs(asked)) {
      return done(0);
    }
    if (before == null && catalog.catalog().sourceCount() >= sourcesMax) {
      return rejected(
          Problem.LIMIT,
          "source.max",
          "name",
          asked.name(),
          "source \"%s\": there are %d sources, the most there may be"
              .formatted(asked.name(), sourcesMax));
    }
    Catalog.Source source = catalog.put(asked);
    return done(1 + (before == null ? 0 : redistance(source)));
  }

  /// Gives the source's routes its distance.
  ///
  /// @return number of routes changed
  private int redistance(Catalog.Source source) {
    long left = counts.of(source.name());
    int changed = 0;
    for (Catalog.Table table : catalog.catalog().tables()) {
      List<Route> found = edits.ofSource(table, null, source.name(), left);
      left -= found.size();
      for (Route route : found) {
        if (route.distance() != source.distance()) {
          edits.redistance(table, route, source);
          changed++;
        }
      }
    }
    return changed;
  }

  LongFunction<RouteOutcome> delete(String name) {
    Catalog.Source source = catalog.catalog().source(name);
    if (source == null) {
      return unknownSource("name", name);
    }
    if (name.equals(Route.STATIC)) {
      return rejected(
          Problem.PRECONDITION,
          "source.static",
          "name",
          Route.STATIC,
          "source \"static\": is as it is for ever");
    }
    long routes = counts.of(name);
    if (routes > 0) {
      return rejected(
          Problem.PRECONDITION,
          "source.routes",
          "name",
          name,
          "source \"%s\": has %d routes; flush them first".formatted(name, routes));
    }
    syncs.deleteSource(name);
    catalog.delete(source);
    return done(1);
  }
}
