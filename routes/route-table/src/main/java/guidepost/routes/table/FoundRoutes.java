package guidepost.routes.table;

import java.util.Arrays;

/// Gathers the prefixes that look-ups find, each once, and then finds their best routes, all of
/// them a level of the tree at a time.
///
/// ```
///   ids     [ · | 17 | · | · | 4 | · | 90 | · ]     id + 1; 0 is free; the next one if taken
///   places  [ · |  1 | · | · | 0 | · |  2 | · ]
///   high    [ 192.0.2.1, 10.7.0.1, 2001:db8::1 ]    an address of each
/// ```
///
/// **Many at a time.** A row found alone waits for a dozen reads of memory, one after the other.
/// The searches of a batch do not depend on each other, so they go down side by side, and the
/// processor reads for several of them at once, as in [Multibit].
///
/// Cost: a search of the tree for each prefix, where memory is read for several at once. Memory:
/// some 60 bytes for each prefix that there may be, while it is at it.
///
/// Threads: one.
final class FoundRoutes {

  /// Slots for a small batch: four times the prefixes that it finds, or more.
  private static final int SLOTS_MIN = 16;

  private static final int GOLDEN = 0x9e37_79b9;

  private final RouteTree tree;
  private final int[] ids;
  private final int[] places;
  private final long[] high;
  private final long[] low;
  private int size;

  /// @param expected the most that there will be
  FoundRoutes(RouteTree tree, int expected) {
    this.tree = tree;
    int prefixes = Math.min(expected, tree.prefixes());
    int slots = Math.max(SLOTS_MIN, Integer.highestOneBit(prefixes) * 4);
    ids = new int[slots];
    places = new int[slots];
    high = new long[prefixes];
    low = new long[tree.family() == Family.IPV4 ? 0 : prefixes];
  }

  /// The place of a prefix among those found.
  ///
  /// @param id of the longest match
  /// @param addressHigh of an address that it is the longest match of
  int place(int id, long addressHigh, long addressLow) {
    int hash = id * GOLDEN;
    int slot = (hash ^ hash >>> 16) & (ids.length - 1);
    while (ids[slot] != 0) {
      if (ids[slot] == id + 1) {
        return places[slot];
      }
      slot = (slot + 1) & (ids.length - 1);
    }
    ids[slot] = id + 1;
    places[slot] = size;
    high[size] = addressHigh;
    if (low.length > 0) {
      low[size] = addressLow;
    }
    return size++;
  }

  private long low(int place) {
    return low.length > 0 ? low[place] : 0;
  }

  /// The best routes of the prefixes, by place.
  RouteRows rows() {
    RouteNode[] nodes = new RouteNode[size];
    int[] rows = new int[size];
    Arrays.fill(nodes, tree.root());
    for (RouteNode level = tree.root();
        level instanceof RouteInner inner;
        level = inner.children[0]) {
      lastUpTo(nodes, rows);
      for (int i = 0; i < size; i++) {
        nodes[i] = ((RouteInner) nodes[i]).children[rows[i]];
      }
    }
    lastUpTo(nodes, rows);
    return rows(nodes, rows);
  }

  /// For each place the last prefix of its node whose first 64 bits are at most those of its
  /// address; the first if there is none. A binary search each, one step of all after the other,
  /// without a branch. Among prefixes that share these bits, which are few, it may be too far on;
  /// then it does not cover the address.
  private void lastUpTo(RouteNode[] nodes, int[] rows) {
    long[][] columns = new long[size][];
    int[] left = new int[size];
    int most = 1;
    for (int i = 0; i < size; i++) {
      columns[i] = nodes[i].high;
      left[i] = nodes[i].size;
      rows[i] = 0;
      most = Math.max(most, left[i]);
    }
    for (int step = Integer.SIZE - Integer.numberOfLeadingZeros(most - 1); step > 0; step--) {
      halve(columns, left, rows);
    }
  }

  private void halve(long[][] columns, int[] left, int[] rows) {
    for (int i = 0; i < size; i++) {
      int half = left[i] >>> 1;
      boolean isUpTo =
          columns[i][rows[i] + half] + Long.MIN_VALUE <= high[i] + Long.MIN_VALUE; // unsigned
      rows[i] += isUpTo ? half : 0;
      left[i] -= half;
    }
  }

  private RouteRows rows(RouteNode[] nodes, int[] rows) {
    RouteLeaf[] leaves = new RouteLeaf[size];
    RowSearch search = new RowSearch(tree.root());
    for (int i = 0; i < size; i++) {
      leaves[i] = (RouteLeaf) nodes[i];
      if (leaves[i].covers(rows[i], high[i], low(i))) {
        rows[i] = leaves[i].firstOfPrefix(rows[i]);
      } else {
        rows[i] = furtherAway(search, i);
        leaves[i] = search.leaf();
      }
    }
    return new RouteRows(tree.family(), leaves, rows);
  }

  /// The row of a longest match that is not the last one up to the address.
  private int furtherAway(RowSearch search, int place) {
    if (!search.longest(high[place], low(place), tree.family().bits())) {
      throw new AssertionError("no route where one was found");
    }
    return search.at();
  }
}
