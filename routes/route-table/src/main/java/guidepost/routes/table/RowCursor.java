package guidepost.routes.table;

/// Walks the rows of one tree in order, from a prefix on, to the end or as long as a prefix covers
/// them. It may rest as long as it likes between two of them; it keeps its tree in memory.
///
/// Cost: one search to start, then O(1) a row on average.
///
/// Threads: one at a time.
final class RowCursor {

  /// More than any tree is high: 16 children at least in each of 8 levels.
  private static final int HEIGHT_MAX = 16;

  private final RouteInner[] path = new RouteInner[HEIGHT_MAX];
  private final int[] nextChild = new int[HEIGHT_MAX];
  private final long high;
  private final long low;
  private final int length;
  private int depth;
  private RouteLeaf leaf;
  private int next;

  /// @param length 0 to walk to the end, with an address of zeros
  RowCursor(RouteNode root, long high, long low, int length) {
    this.high = high;
    this.low = low;
    this.length = length;
    leaf = descend(root, high, low, length);
    next = leaf.countBefore(high, low, length);
    skipEnds();
  }

  /// One that walks from a prefix to the end, whatever that covers.
  RowCursor(RouteNode root, Prefix from) {
    Address address = from.address();
    high = 0;
    low = 0;
    length = 0;
    leaf = descend(root, address.leftHigh(), address.leftLow(), from.length());
    next = leaf.countBefore(address.leftHigh(), address.leftLow(), from.length());
    skipEnds();
  }

  /// To the leaf that the prefix belongs to.
  private RouteLeaf descend(RouteNode root, long fromHigh, long fromLow, int fromLength) {
    RouteNode node = root;
    while (node instanceof RouteInner inner) {
      int child = inner.childFor(fromHigh, fromLow, fromLength);
      node = push(inner, child);
    }
    return (RouteLeaf) node;
  }

  private RouteNode push(RouteInner inner, int child) {
    path[depth] = inner;
    nextChild[depth] = child + 1;
    depth++;
    return inner.children[child];
  }

  /// Goes on to the next leaf at the end of one.
  private void skipEnds() {
    while (next == leaf.size && depth > 0) {
      RouteInner inner = path[depth - 1];
      int child = nextChild[depth - 1];
      depth--;
      if (child < inner.size) {
        leaf = firstLeaf(push(inner, child));
        next = 0;
      }
    }
  }

  private RouteLeaf firstLeaf(RouteNode top) {
    RouteNode node = top;
    while (node instanceof RouteInner inner) {
      node = push(inner, 0);
    }
    return (RouteLeaf) node;
  }

  boolean hasRow() {
    return next < leaf.size
        && ((leaf.high[next] ^ high) & Address.highBits(length)) == 0
        && ((leaf.low(next) ^ low) & Address.highBits(length - 64)) == 0;
  }

  /// The leaf with the next row.
  RouteLeaf leaf() {
    return leaf;
  }

  /// The next row in [#leaf].
  int at() {
    return next;
  }

  void advance() {
    next++;
    skipEnds();
  }

  /// Goes past the rest of the leaf.
  void advanceLeaf() {
    next = leaf.size;
    skipEnds();
  }
}
