package guidepost.routes.table;

/// A search in one tree, and the row it found last. No allocation beside itself: one search serves
/// many look-ups.
///
/// **The longest match in a sorted list.** Every prefix that covers an address stands before the
/// address itself, the longest of them last. So the last row up to the address either covers it,
/// and is the answer, or it parts from the address at some bit; then what covers both is no longer
/// than that, and is searched for next:
///
/// ```
///   10.0.0.0/8
///   10.1.0.0/16
///   10.1.2.0/24
///   10.1.4.0/24  ◀── last up to 10.1.5.9: no; they part at bit 23
///                    last up to 10.1.4.0/23: 10.1.2.0/24: no; they part at bit 21
///                    last up to 10.1.0.0/21: 10.1.0.0/16: yes
/// ```
///
/// Cost: at most one search a bit; in the full Internet table rarely more than two.
///
/// Threads: one.
final class RowSearch {

  private static final RouteLeaf NOWHERE = new RouteLeaf(new Edition(), 0);

  private final RouteNode root;
  private RouteLeaf leaf = NOWHERE;
  private int at;

  RowSearch(RouteNode root) {
    this.root = root;
  }

  /// Where the last search that returned true ended.
  RouteLeaf leaf() {
    return leaf;
  }

  /// The row in [#leaf].
  int at() {
    return at;
  }

  /// Finds the first row of a prefix.
  boolean exact(long high, long low, int length) {
    if (!lastUpTo(high, low, length) || leaf.compare(at, high, low, length) != 0) {
      return false;
    }
    at = leaf.firstOfPrefix(at);
    return true;
  }

  /// Finds the first row of the longest prefix of at most `length` bits that covers the first
  /// `length` bits of an address.
  boolean longest(long high, long low, int length) {
    int limit = length;
    while (lastUpTo(high & highBits(limit), low & highBits(limit - 64), limit)) {
      int common = commonBits(high, low);
      if (leaf.length(at) <= Math.min(common, limit)) {
        at = leaf.firstOfPrefix(at);
        return true;
      }
      limit = Math.min(common, limit);
    }
    return false;
  }

  private static long highBits(int count) {
    return Address.highBits(count);
  }

  /// Leading bits that an address shares with the row found.
  private int commonBits(long high, long low) {
    long difference = leaf.high[at] ^ high;
    return difference != 0
        ? Long.numberOfLeadingZeros(difference)
        : 64 + Long.numberOfLeadingZeros(leaf.low(at) ^ low);
  }

  /// Finds the last row whose prefix stands before a prefix or is it.
  private boolean lastUpTo(long high, long low, int length) {
    RouteNode node = root;
    RouteNode left = null;
    while (node instanceof RouteInner inner) {
      int child = inner.childFor(high, low, length);
      left = child > 0 ? inner.children[child - 1] : left;
      node = inner.children[child];
    }
    int row = node.countUpTo(high, low, length) - 1;
    return row >= 0 ? found(node, row) : left != null && lastOf(left);
  }

  private boolean lastOf(RouteNode top) {
    RouteNode node = top;
    while (node instanceof RouteInner inner) {
      node = inner.children[inner.size - 1];
    }
    return found(node, node.size - 1);
  }

  private boolean found(RouteNode node, int row) {
    leaf = (RouteLeaf) node;
    at = row;
    return true;
  }
}
