package guidepost.routes.service;

import guidepost.common.v1.ChangeKind;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteTable;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a watch of the best routes is told of each change of any route: which is the best of its
/// prefix follows from all of them, so it keeps a table of its own, as of what it was told.
///
/// ```
///   10/8  via A 5, via B 7      delete via A      REMOVED via A, ADDED via B
///                               via B now 9       nothing
/// ```
///
/// Memory: the table shares with the snapshot it began with what has not changed since; of a table
/// that changes all over, as much as the table. Cost: O(log n) a change.
///
/// Threads: one at a time.
final class BestRoutes {

  /// Watches of this sort at once: each may come to hold a table.
  static final int WATCHES_MAX = 64;

  private final RouteTable table;
  private final RouteSelection selection;

  /// @param now what the watch is told first, or knows
  /// @param selection which of the best ones are wanted
  BestRoutes(RouteSnapshot now, RouteSelection selection) {
    this.table = new RouteTable(now);
    this.selection = selection;
  }

  /// Takes the next change of a route in.
  ///
  /// @param told gets what it means for the best ones: none, one or two changes
  void apply(RouteChange change, Consumer<guidepost.routes.v1.RouteChange> told) {
    Prefix prefix = change.route().prefix();
    Route was = best(prefix);
    if (change.after() != null) {
      table.put(change.after());
    } else {
      table.remove(change.route());
    }
    Route is = best(prefix);
    if (is != null && was != null && is.sameKey(was)) {
      if (!is.equals(was)) {
        told.accept(message(ChangeKind.CHANGE_KIND_UPDATED, is, change.revision()));
      }
      return;
    }
    if (was != null) {
      told.accept(message(ChangeKind.CHANGE_KIND_REMOVED, was, change.revision()));
    }
    if (is != null) {
      told.accept(message(ChangeKind.CHANGE_KIND_ADDED, is, change.revision()));
    }
  }

  /// The best route of a prefix, if it is wanted.
  private @Nullable Route best(Prefix prefix) {
    List<Route> routes = table.routes(prefix);
    return routes.isEmpty() || !selection.fits(routes.getFirst()) ? null : routes.getFirst();
  }

  /// A route that became the best keeps the revision that wrote it.
  private static guidepost.routes.v1.RouteChange message(
      ChangeKind kind, Route route, long revision) {
    boolean isGone = kind == ChangeKind.CHANGE_KIND_REMOVED;
    return guidepost.routes.v1.RouteChange.newBuilder()
        .setKind(kind)
        .setRoute(V1Messages.message(isGone ? route.withRevision(revision) : route))
        .build();
  }
}
