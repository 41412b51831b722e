package guidepost.routes.service;

import static guidepost.routes.service.RejectedOutcomes.denied;
import static guidepost.routes.service.RejectedOutcomes.invalid;

import guidepost.journal.Batch;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/// Decides one request, operation by operation, in view of all that was decided before.
///
/// What comes of it is a list of edits; only when the whole request is decided do they go into a
/// batch, so that an atomic request with a rejected operation, or a dry run, leaves nothing. Each
/// subject has a class of its own:
///
/// | operations | decided by |
/// |---|---|
/// | put, delete, replace | [PathDecision] |
/// | begin and end of a refresh, end of a call | [RefreshDecision] |
/// | flush, expire | [FlushDecision] |
/// | create and drop a table | [TableDecision] |
/// | put and delete a source | [SourceDecision] |
///
/// Threads: the writer's alone.
final class RouteDecision {

  /// What the decision needs of its domain.
  ///
  /// @param decided the routes as decided so far
  /// @param counts how many routes each source has as decided so far
  /// @param syncs the refreshes under way
  /// @param nextInstalled gives the next place in the order of installation
  /// @param sources which calls named which source
  record State(
      RouteLimits limits,
      DecidedRoutes decided,
      DecidedCounts counts,
      Syncs syncs,
      LongSupplier nextInstalled,
      SourceCalls sources) {

    /// The same for a dry run, which leaves the refreshes under way as they are.
    State trial() {
      return new State(limits, decided, counts, syncs.trial(), nextInstalled, sources);
    }
  }

  private final RouteEdits edits;
  private final CatalogDecision catalog;
  private final PathDecision paths;
  private final RefreshDecision refreshes;
  private final FlushDecision flushes;
  private final TableDecision tables;
  private final SourceDecision sources;

  /// @param decided the tables and sources as decided so far
  /// @param revision that of the batch
  /// @param writer whose request it is
  /// @param owner whose the writer is; empty if unknown
  RouteDecision(State state, Catalog decided, long revision, Object writer, String owner) {
    this.edits = new RouteEdits(state, revision);
    this.catalog = new CatalogDecision(decided, revision);
    this.paths = new PathDecision(state.limits(), catalog, edits);
    this.refreshes = new RefreshDecision(state, catalog, edits, writer, owner);
    this.flushes = new FlushDecision(state.sources(), catalog, edits);
    this.tables = new TableDecision(state, catalog, edits);
    this.sources = new SourceDecision(state, catalog, edits);
  }

  /// The tables and sources with what was decided.
  Catalog catalog() {
    return catalog.catalog();
  }

  /// The routes' edits, in order.
  List<RouteEdits.Edit> edits() {
    return edits.all();
  }

  /// True if there are refreshes under way, as decided so far.
  boolean areSyncsUnderWay() {
    return refreshes.areUnderWay();
  }

  /// Takes back what was decided of routes.
  void rollBack() {
    edits.rollBack();
  }

  /// Writes what was decided into a batch.
  void addTo(Batch batch) {
    catalog.addTo(batch);
    edits.addTo(batch);
  }

  /// Tells the refreshes under way what was written. Not before it is certain that the request is
  /// done; so an atomic request must begin and end none. (A dry run has refreshes of its own.)
  void applyMarks() {
    edits.applyMarks();
  }

  /// An operation of the writer is rejected: the refreshes that it has under way hear of it.
  void noteRejection(RouteOperation operation, String text) {
    refreshes.noteRejection(operation, text);
  }

  /// Decides an operation.
  ///
  /// @return its outcome, once its revision is known
  LongFunction<RouteOutcome> decide(RouteOperation operation) {
    return switch (operation) {
      case RouteOperation.Put put -> paths.put(put);
      case RouteOperation.Delete delete -> paths.delete(delete);
      case RouteOperation.Replace replace -> paths.replace(replace);
      case RouteOperation.BeginSync begin -> refreshes.begin(begin);
      case RouteOperation.EndSync end -> refreshes.end(end);
      case RouteOperation.EndCall end -> refreshes.endCall(end);
      case RouteOperation.Flush flush -> flushes.flush(flush);
      case RouteOperation.Expire expire -> flushes.expire(expire);
      case RouteOperation.CreateTable create -> tables.create(create.table());
      case RouteOperation.DropTable drop -> tables.drop(drop.table());
      case RouteOperation.PutSource put -> sources.put(put.change());
      case RouteOperation.DeleteSource delete -> sources.delete(delete.source());
      case RouteOperation.Denied _ -> denied();
      case RouteOperation.Unreadable unreadable -> invalid(unreadable.path(), unreadable.reason());
    };
  }

  /// The outcome of an operation that is done.
  ///
  /// @param changed routes, tables and sources added, updated or deleted
  static LongFunction<RouteOutcome> done(int changed) {
    return revision -> new RouteOutcome.Done(changed, revision);
  }
}
