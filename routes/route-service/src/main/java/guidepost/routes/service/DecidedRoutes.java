package guidepost.routes.service;

import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The tables as they are once everything decided is committed: what was decided is kept by table
/// and prefix and covers what the tables hold.
///
/// What a request decided can be taken back until the next one begins, if it says so before.
///
/// Threads: the writer's alone.
final class DecidedRoutes {

  /// A prefix of a table; tables are told apart by being different objects.
  private record Spot(RouteTable table, Prefix prefix) {}

  private record Earlier(Spot spot, @Nullable List<Route> routes) {}

  private Map<Spot, List<Route>> decided = new HashMap<>();
  private final Deque<Earlier> undo = new ArrayDeque<>();
  private boolean mayRollBack;

  /// The routes of a prefix, in no particular order.
  List<Route> of(RouteTable table, Prefix prefix) {
    List<Route> pending = decided.get(new Spot(table, prefix));
    return pending == null ? table.routes(prefix) : pending;
  }

  /// Decides the routes of a prefix.
  void set(RouteTable table, Prefix prefix, List<Route> routes) {
    Spot spot = new Spot(table, prefix);
    List<Route> earlier = decided.put(spot, routes);
    if (mayRollBack) {
      undo.push(new Earlier(spot, earlier));
    }
  }

  /// A request begins.
  ///
  /// @param mayRollBackNow true if what it decides may be taken back
  void begin(boolean mayRollBackNow) {
    undo.clear();
    mayRollBack = mayRollBackNow;
  }

  /// Takes back what the request decided.
  void rollBack() {
    while (!undo.isEmpty()) {
      Earlier earlier = undo.pop();
      if (earlier.routes() == null) {
        decided.remove(earlier.spot());
      } else {
        decided.put(earlier.spot(), earlier.routes());
      }
    }
  }

  /// Everything decided was committed, or abandoned.
  void clear() {
    // A map of the last one's size: to clear one costs what the largest needed ever since.
    decided = HashMap.newHashMap(decided.size());
    undo.clear();
  }

  /// Shows every route of a table once.
  ///
  /// @param within only of this prefix and more specific ones; null for all
  /// @param visitor tells whether it wants more
  void forEach(RouteTable table, @Nullable Prefix within, Predicate<Route> visitor) {
    Set<Prefix> covered = new HashSet<>();
    List<List<Route>> pending = new ArrayList<>();
    decided.forEach(
        (spot, routes) -> {
          if (spot.table() == table && (within == null || within.covers(spot.prefix()))) {
            covered.add(spot.prefix());
            pending.add(routes);
          }
        });
    RouteSnapshot snapshot = table.snapshot();
    Iterator<Route> stored = within == null ? snapshot.all() : snapshot.longer(within);
    while (stored.hasNext()) {
      Route route = stored.next();
      boolean isDecided = !covered.isEmpty() && covered.contains(route.prefix());
      if (!isDecided && !visitor.test(route)) {
        return;
      }
    }
    boolean _ = pending.stream().flatMap(List::stream).allMatch(visitor);
  }
}
