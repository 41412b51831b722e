package guidepost.routes.service;

import static guidepost.routes.service.RejectedOutcomes.missingSource;
import static guidepost.routes.service.RejectedOutcomes.rejected;
import static guidepost.routes.service.RejectedOutcomes.unknownSource;
import static guidepost.routes.service.RejectedOutcomes.unknownTable;
import static guidepost.routes.service.RejectedOutcomes.unswept;
import static guidepost.routes.service.RouteDecision.done;

import guidepost.routes.service.RouteOutcome.Problem;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Route;
import java.util.List;
import java.util.function.LongFunction;

/// Decides the beginning and the end of full refreshes, and of the calls that they belong to.
///
/// Threads: the writer's alone.
final class RefreshDecision {

  private final Syncs syncs;
  private final SourceCalls calls;
  private final CatalogDecision catalog;
  private final RouteEdits edits;
  private final Object writer;
  private final String owner;

  /// @param writer whose request it is
  /// @param owner whose the refreshes are that it begins
  RefreshDecision(
      RouteDecision.State state,
      CatalogDecision catalog,
      RouteEdits edits,
      Object writer,
      String owner) {
    this.syncs = state.syncs();
    this.calls = state.sources();
    this.catalog = catalog;
    this.edits = edits;
    this.writer = writer;
    this.owner = owner;
  }

  /// True if there are refreshes under way, as decided so far.
  boolean areUnderWay() {
    return syncs.areUnderWay();
  }

  LongFunction<RouteOutcome> begin(RouteOperation.BeginSync begin) {
    Catalog.Table table = catalog.catalog().table(begin.table());
    if (table == null) {
      return unknownTable(begin.table());
    }
    if (catalog.catalog().source(begin.source()) == null) {
      return missingSource(begin.source());
    }
    edits.applyMarks();
    if (!syncs.begin(table.routes(), begin.source(), begin.families(), writer, owner)) {
      return rejected(
          Problem.PRECONDITION,
          "sync.foreign",
          "begin_sync",
          begin.source(),
          "begin_sync \"%s\": another caller has a sync of it under way in table \"%s\"; wait until it ends"
              .formatted(InvalidRouteException.shortened(begin.source()), table.name()));
    }
    return done(0);
  }

  LongFunction<RouteOutcome> end(RouteOperation.EndSync end) {
    Catalog.Table table = catalog.catalog().table(end.table());
    if (table == null) {
      return unknownTable(end.table());
    }
    if (catalog.catalog().source(end.source()) == null) {
      return unknownSource(end.source());
    }
    edits.applyMarks();
    Syncs.UnderWay refresh = syncs.of(table.routes(), end.source(), end.families(), writer);
    if (refresh == null) {
      return rejected(
          Problem.PRECONDITION,
          "sync.not_begun",
          "end_sync",
          end.source(),
          "end_sync \"%s\": this call has begun no sync of it in table \"%s\", or another began after it"
              .formatted(InvalidRouteException.shortened(end.source()), table.name()));
    }
    List<Route> stale = edits.ofSource(table, null, end.source());
    stale.removeIf(refresh.isStale().negate());
    if (refresh.rejections() > 0 && !end.despiteRejections()) {
      return unswept(end.source(), stale.size(), refresh);
    }
    syncs.end(table.routes(), end.source(), end.families());
    return done(edits.deleteAll(table, stale));
  }

  /// An operation of the writer is rejected: the refreshes that it has under way hear of it.
  void noteRejection(RouteOperation operation, String text) {
    operation.scope().ifPresent(scope -> noteRejection(scope, text));
  }

  private void noteRejection(RouteOperation.Scope scope, String text) {
    Catalog.Table table = catalog.catalog().table(scope.table());
    if (table != null) {
      syncs.rejected(table.routes(), scope.source(), scope.families(), writer, text);
    }
  }

  LongFunction<RouteOutcome> endCall(RouteOperation.EndCall end) {
    syncs.endCall(end.writer());
    calls.over(end.writer());
    return done(0);
  }
}
