package guidepost.routes.service;

import guidepost.journal.Batch;
import guidepost.journal.Value;
import guidepost.routes.table.Family;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The routes that one request puts and deletes, as far as it is decided: each edit counts at once
/// for what is decided after it.
///
/// ```
///   tables ─▶ decided by earlier requests ─▶ edits of this one ─▶ batch, or rolled back
/// ```
///
/// Threads: the writer's alone.
final class RouteEdits {

  /// A route put into a table or taken out of it.
  record Edit(String tableName, RouteTable table, @Nullable Route before, @Nullable Route after) {

    /// The route as it is, or was.
    Route route() {
      return after == null ? Objects.requireNonNull(before) : after;
    }
  }

  /// A route that was written, for the refreshes under way.
  private record Mark(RouteTable table, String source, Family family, long installed) {

    Mark(RouteTable table, Route route, long installed) {
      this(table, route.source(), route.prefix().family(), installed);
    }
  }

  private final RouteDecision.State state;
  private final long revision;
  private final List<Edit> edits = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();

  /// @param revision that of the batch
  RouteEdits(RouteDecision.State state, long revision) {
    this.state = state;
    this.revision = revision;
  }

  /// The edits, in order.
  List<Edit> all() {
    return edits;
  }

  /// Takes back what was decided.
  void rollBack() {
    state.decided().rollBack();
    edits.forEach(state.counts()::takenBack);
  }

  /// Writes what was decided into a batch.
  void addTo(Batch batch) {
    edits.forEach(edit -> add(edit, batch));
  }

  private static void add(Edit edit, Batch batch) {
    Route after = edit.after();
    if (after == null) {
      Route gone = Objects.requireNonNull(edit.before());
      batch.delete(RouteRecord.key(edit.tableName(), gone), stored(gone));
    } else {
      batch.put(
          RouteRecord.key(edit.tableName(), after),
          RouteRecord.value(after),
          stored(edit.before()));
    }
  }

  private static @Nullable Value stored(@Nullable Route route) {
    return route == null ? null : new Value(route.revision(), RouteRecord.value(route));
  }

  /// Tells the refreshes under way what was written. Not before it is certain that the request is
  /// done; so an atomic request must begin and end none. (A dry run has refreshes of its own.)
  void applyMarks() {
    marks.forEach(
        mark ->
            state.syncs().written(mark.table(), mark.source(), mark.family(), mark.installed()));
    marks.clear();
  }

  /// The routes of a prefix, of all sources, in no particular order.
  List<Route> of(Catalog.Table table, Prefix prefix) {
    return state.decided().of(table.routes(), prefix);
  }

  /// The route with the same key; null if there is none.
  static @Nullable Route sameKey(List<Route> routes, Route route) {
    for (Route each : routes) {
      if (each.sameKey(route)) {
        return each;
      }
    }
    return null;
  }

  /// Puts a route.
  ///
  /// @param before the routes of its prefix
  /// @param existing that with the same key among them
  /// @return true if that changed anything
  boolean put(Catalog.Table table, List<Route> before, @Nullable Route existing, Route asked) {
    if (existing != null && existing.sameContent(asked)) {
      marks.add(new Mark(table.routes(), asked, existing.installed()));
      return false;
    }
    long installed = existing == null ? state.nextInstalled().getAsLong() : existing.installed();
    Route route = asked.written(asked.distance(), installed, revision);
    marks.add(new Mark(table.routes(), route, installed));
    List<Route> after = without(before, route);
    after.add(route);
    edit(table, existing, route, after);
    return true;
  }

  private static List<Route> without(List<Route> routes, Route route) {
    List<Route> others = new ArrayList<>(routes.size() + 1);
    for (Route each : routes) {
      if (!each.sameKey(route)) {
        others.add(each);
      }
    }
    return others;
  }

  private void edit(
      Catalog.Table table, @Nullable Route before, @Nullable Route after, List<Route> routes) {
    Edit edit = new Edit(table.name(), table.routes(), before, after);
    state.decided().set(table.routes(), edit.route().prefix(), routes);
    state.counts().decided(edit);
    edits.add(edit);
  }

  /// Deletes a route that is there.
  void delete(Catalog.Table table, Route route) {
    edit(table, route, null, without(state.decided().of(table.routes(), route.prefix()), route));
  }

  /// Deletes routes that are there.
  ///
  /// @return how many there are
  int deleteAll(Catalog.Table table, List<Route> routes) {
    routes.forEach(route -> delete(table, route));
    return routes.size();
  }

  /// Puts a route again, at the distance that its source has now.
  void redistance(Catalog.Table table, Route route, Catalog.Source source) {
    Route other = route.withDistance(source.distance()).withRevision(revision);
    List<Route> routes = without(state.decided().of(table.routes(), route.prefix()), route);
    routes.add(other);
    edit(table, route, other, routes);
  }

  /// Every route of a table.
  ///
  /// @param within only of this prefix and more specific ones; null for all
  List<Route> all(Catalog.Table table, @Nullable Prefix within) {
    List<Route> found = new ArrayList<>();
    state.decided().forEach(table.routes(), within, found::add);
    return found;
  }

  /// The routes of a source in a table. Looks no further once it has found as many as the source
  /// has in all tables.
  ///
  /// @param within only of this prefix and more specific ones; null for all
  List<Route> ofSource(Catalog.Table table, @Nullable Prefix within, String source) {
    return ofSource(table, within, source, state.counts().of(source));
  }

  List<Route> ofSource(Catalog.Table table, @Nullable Prefix within, String source, long most) {
    List<Route> found = new ArrayList<>();
    if (most > 0) {
      state
          .decided()
          .forEach(
              table.routes(),
              within,
              route -> {
                if (route.source().equals(source)) {
                  found.add(route);
                }
                return found.size() < most;
              });
    }
    return found;
  }
}
