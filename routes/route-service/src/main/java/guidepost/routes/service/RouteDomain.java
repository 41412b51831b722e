package guidepost.routes.service;

import guidepost.journal.Batch;
import guidepost.journal.Domain;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.Revisions;
import guidepost.journal.Value;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Decides what operations do to the route table, and applies what was decided once it is durable.
///
/// Between the two, what was decided is kept by prefix, so that a later operation of the same group
/// sees it:
///
/// ```
///   decide ──▶ decided (by prefix) ──durable──▶ table ──publish──▶ readers
/// ```
///
/// Threads: the writer's alone.
final class RouteDomain implements Domain<List<RouteOperation>, List<RouteOutcome>> {

  private final RouteTable table;
  private final int routesPerPrefixMax;
  private final Map<Prefix, List<Route>> decided = new HashMap<>();
  private long nextInstalled = 1;
  private Revisions revisions = new Revisions(0);

  RouteDomain(RouteTable table, int routesPerPrefixMax) {
    this.table = table;
    this.routesPerPrefixMax = routesPerPrefixMax;
  }

  /// Fills the table with the journal's latest state.
  void load(Journal journal) throws JournalException {
    long last =
        RouteLoader.load(
            journal,
            route -> {
              nextInstalled = Math.max(nextInstalled, route.installed() + 1);
              table.put(route);
            });
    revisions = new Revisions(last);
    table.publish(last);
  }

  @Override
  public Decision<List<RouteOutcome>> decide(List<RouteOperation> operations, Batch batch) {
    Change change = new Change(batch);
    List<LongFunction<RouteOutcome>> outcomes = new ArrayList<>(operations.size());
    operations.forEach(operation -> outcomes.add(decide(operation, change)));
    revisions.count(batch);
    return revision -> {
      change.edits.forEach(Runnable::run);
      return outcomes.stream().map(outcome -> outcome.apply(revision)).toList();
    };
  }

  /// What one request does: its bytes for the journal and its edits of the table.
  private static final class Change {
    private final Batch batch;
    private final List<Runnable> edits = new ArrayList<>();

    Change(Batch batch) {
      this.batch = batch;
    }
  }

  private LongFunction<RouteOutcome> decide(RouteOperation operation, Change change) {
    return switch (operation) {
      case RouteOperation.Put put -> put(put.route(), change);
      case RouteOperation.Delete delete -> done(delete(delete.route(), change));
      case RouteOperation.DeletePrefix delete -> done(deletePrefix(delete.prefix(), change));
      case RouteOperation.Unreadable unreadable ->
          refused(unreadable.reason().rule(), unreadable.reason().getMessage());
      case RouteOperation.UnknownTable unknown ->
          revision -> new RouteOutcome.Unknown(RouteRecord.unknownTable(unknown.table()));
    };
  }

  private static LongFunction<RouteOutcome> done(int changed) {
    return revision -> new RouteOutcome.Done(changed, revision);
  }

  private static LongFunction<RouteOutcome> refused(String rule, String text) {
    return revision -> new RouteOutcome.Refused(rule, text);
  }

  private List<Route> current(Prefix prefix) {
    List<Route> pending = decided.get(prefix);
    return pending == null ? table.routes(prefix) : pending;
  }

  private LongFunction<RouteOutcome> put(Route asked, Change change) {
    List<Route> before = current(asked.prefix());
    Route existing = before.stream().filter(asked::sameIdentity).findFirst().orElse(null);
    if (existing != null && existing.sameCost(asked)) {
      return done(0);
    }
    if (existing == null && before.size() >= routesPerPrefixMax) {
      return refused(
          "prefix.routes_max",
          "prefix \"%s\": has %d routes already, the most there may be"
              .formatted(asked.prefix(), before.size()));
    }
    Route route =
        asked
            .withInstalled(existing == null ? nextInstalled++ : existing.installed())
            .withRevision(revisions.next());
    List<Route> after = without(before, route);
    after.add(route);
    decided.put(route.prefix(), after);
    change.batch.put(RouteRecord.key(route), RouteRecord.value(route), stored(existing));
    change.edits.add(() -> table.put(route));
    return done(1);
  }

  private static @Nullable Value stored(@Nullable Route route) {
    return route == null ? null : new Value(route.revision(), RouteRecord.value(route));
  }

  private static List<Route> without(List<Route> routes, Route route) {
    List<Route> others = new ArrayList<>(routes);
    others.removeIf(route::sameIdentity);
    return others;
  }

  private int delete(Route route, Change change) {
    List<Route> before = current(route.prefix());
    List<Route> after = without(before, route);
    Route existing = before.stream().filter(route::sameIdentity).findFirst().orElse(null);
    if (existing == null) {
      return 0;
    }
    decided.put(route.prefix(), after);
    change.batch.delete(RouteRecord.key(route), stored(existing));
    change.edits.add(() -> table.remove(route));
    return 1;
  }

  private int deletePrefix(Prefix prefix, Change change) {
    List<Route> routes = List.copyOf(current(prefix));
    routes.forEach(route -> delete(route, change));
    return routes.size();
  }

  @Override
  public void publish() {
    decided.clear();
    table.publish(revisions.publish());
  }

  @Override
  public void abandon() {
    revisions.abandon();
    decided.clear();
  }
}
