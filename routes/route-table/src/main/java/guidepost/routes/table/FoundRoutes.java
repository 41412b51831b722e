package guidepost.routes.table;

import java.util.ArrayList;
import java.util.List;

/// Gathers the routes that look-ups find, each once: a hash table from prefix to place in a list.
///
/// ```
///   table   [ · | 2 | · | · | 1 | · | 3 | · ]     place + 1; 0 is free; the next one if taken
///   routes  [ 192.0.2.0/24, 10.0.0.0/8, 2001:db8::/32 ]
/// ```
///
/// Threads: one.
final class FoundRoutes {

  private static final int SLOTS_MIN = 16;
  private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

  private final Family family;
  private final List<Route> routes = new ArrayList<>();
  private int[] table = new int[SLOTS_MIN];

  FoundRoutes(Family family) {
    this.family = family;
  }

  /// The place of the route in a row.
  int add(Leaf leaf, int at) {
    int slot = slot(hash(leaf.high[at], leaf.low(at), leaf.length(at)));
    while (table[slot] != 0) {
      if (isOf(routes.get(table[slot] - 1).prefix(), leaf, at)) {
        return table[slot] - 1;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    routes.add(leaf.route(family, at));
    table[slot] = routes.size();
    if (2 * routes.size() > table.length) {
      grow();
    }
    return routes.size() - 1;
  }

  private static boolean isOf(Prefix prefix, Leaf leaf, int at) {
    return prefix.address().leftHigh() == leaf.high[at]
        && prefix.address().leftLow() == leaf.low(at)
        && prefix.length() == leaf.length(at);
  }

  private static long hash(long high, long low, int length) {
    return ((high * GOLDEN ^ low) * GOLDEN + length) * GOLDEN;
  }

  private int slot(long hash) {
    return (int) (hash >>> 32) & (table.length - 1);
  }

  private void grow() {
    table = new int[2 * table.length];
    for (int place = 0; place < routes.size(); place++) {
      Prefix prefix = routes.get(place).prefix();
      Address address = prefix.address();
      int slot = slot(hash(address.leftHigh(), address.leftLow(), prefix.length()));
      while (table[slot] != 0) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = place + 1;
    }
  }

  List<Route> routes() {
    return List.copyOf(routes);
  }
}
