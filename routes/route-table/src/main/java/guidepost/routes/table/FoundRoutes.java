package guidepost.routes.table;

import java.util.ArrayList;
import java.util.List;

/// Gathers the routes that look-ups find, each once: a hash table from the id of a prefix to its
/// place in a list.
///
/// ```
///   ids     [ · | 17 | · | · | 4 | · | 90 | · ]     id + 1; 0 is free; the next one if taken
///   places  [ · |  1 | · | · | 0 | · |  2 | · ]
///   routes  [ 192.0.2.0/24, 10.0.0.0/8, 2001:db8::/32 ]
/// ```
///
/// Threads: one.
final class FoundRoutes {

  private static final int SLOTS_MIN = 16;
  private static final int GOLDEN = 0x9e37_79b9;

  private final RouteTree tree;
  private final RowSearch search;
  private final List<Route> routes = new ArrayList<>();
  private int[] ids;
  private int[] places;

  /// @param expected the most that there will be
  FoundRoutes(RouteTree tree, int expected) {
    this.tree = tree;
    search = new RowSearch(tree.root());
    int slots = Math.max(SLOTS_MIN, Integer.highestOneBit(Math.min(expected, tree.prefixes())) * 4);
    ids = new int[slots];
    places = new int[slots];
  }

  /// The place of the best route of a prefix.
  ///
  /// @param id of the longest match
  /// @param high of an address that it is the longest match of
  int place(int id, long high, long low) {
    int hash = id * GOLDEN;
    int slot = (hash ^ hash >>> 16) & (ids.length - 1);
    while (ids[slot] != 0) {
      if (ids[slot] == id + 1) {
        return places[slot];
      }
      slot = (slot + 1) & (ids.length - 1);
    }
    ids[slot] = id + 1;
    places[slot] = routes.size();
    routes.add(route(high, low));
    return places[slot];
  }

  private Route route(long high, long low) {
    if (!search.longest(high, low, tree.family().bits())) {
      throw new AssertionError("no route where one was found");
    }
    return search.leaf().route(tree.family(), search.at());
  }

  List<Route> routes() {
    return List.copyOf(routes);
  }
}
