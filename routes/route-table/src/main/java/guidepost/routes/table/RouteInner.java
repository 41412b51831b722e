package guidepost.routes.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Up to 64 children of one height, and for each a prefix: what stands before that is left of the
/// child, the rest is in it or right of it.
final class RouteInner extends RouteNode {

  static final int MAX = 64;
  private static final int MIN = MAX / 4;
  private static final long OBJECT_BYTES = 40;

  final RouteNode[] children = new RouteNode[MAX + 1];

  RouteInner(Edition edition) {
    super(edition, MAX + 1);
  }

  /// The root above two halves of a root that was full.
  static RouteInner above(RouteNode left, RouteNode right) {
    RouteInner root = new RouteInner(left.edition);
    root.append(left);
    root.append(right);
    return root;
  }

  /// Adds a child on the right.
  void append(RouteNode child) {
    insertChild(size, child);
  }

  @Override
  RouteInner editable(Edition wanted) {
    if (edition == wanted) {
      return this;
    }
    RouteInner copy = new RouteInner(wanted);
    copy.append(this, 0, size);
    return copy;
  }

  /// The child that a prefix belongs to.
  int childFor(long wantedHigh, long wantedLow, int wantedLength) {
    return Math.max(0, countUpTo(wantedHigh, wantedLow, wantedLength) - 1);
  }

  /// The child that a prefix belongs into: it may come left of all that are here.
  int openFor(Row row) {
    int at = childFor(row.high(), row.low(), row.length());
    if (compare(at, row.high(), row.low(), row.length()) > 0) {
      setPrefix(at, row.high(), row.low(), row.length());
    }
    return at;
  }

  /// Takes the right half of the child `at`, which was split; this node must be editable.
  ///
  /// @return the right half of this node if it was full and had to be split too
  @Nullable RouteInner takeRightHalf(int at, RouteNode right) {
    insertChild(at + 1, right);
    return size > MAX ? split(at + 1 == size - 1 ? MAX - MIN : size / 2) : null;
  }

  /// The child `at`, which belongs to this node's edition from now on.
  RouteNode editableChild(int at) {
    children[at] = children[at].editable(edition);
    return children[at];
  }

  private void insertChild(int at, RouteNode child) {
    shift(at, at + 1);
    size++;
    setChild(at, child);
  }

  private void setChild(int at, RouteNode child) {
    children[at] = child;
    setPrefix(at, child.high[0], child.low(0), child.length(0));
  }

  @Override
  void shift(int from, int to) {
    super.shift(from, to);
    System.arraycopy(children, from, children, to, size - from);
  }

  private void append(RouteInner other, int from, int to) {
    appendPrefixes(other, from, to);
    System.arraycopy(other.children, from, children, size, to - from);
    size += to - from;
  }

  private RouteInner split(int half) {
    RouteInner right = new RouteInner(edition);
    right.append(this, half, size);
    truncate(half);
    return right;
  }

  @SuppressWarnings("NullAway") // slots from `size` on are never read
  private void truncate(int newSize) {
    Arrays.fill(children, newSize, size, null);
    size = newSize;
  }

  /// Joins the child `at`, which has lost a row or a child, with a neighbour if it is sparse.
  void evenOut(int at) {
    if (children[at].isSparse() && size > 1) {
      join(Math.max(at - 1, 0));
    }
  }

  /// Joins the children `at` and `at + 1`, or evens them out.
  private void join(int at) {
    RouteNode[] joined = editableChild(at).joinedWith(children[at + 1]);
    children[at] = joined[0];
    if (joined.length == 2) {
      setChild(at + 1, joined[1]);
    } else {
      shift(at + 2, at + 1);
      truncate(size - 1);
    }
  }

  @Override
  boolean isSparse() {
    return size < MIN;
  }

  @Override
  RouteNode[] joinedWith(RouteNode right) {
    RouteInner other = (RouteInner) right;
    int total = size + other.size;
    int half = total <= MAX ? total : total / 2;
    RouteInner low = part(other, 0, half);
    return half == total ? new RouteNode[] {low} : new RouteNode[] {low, part(other, half, total)};
  }

  /// Children `from` to `to` of this node followed by `other`.
  private RouteInner part(RouteInner other, int from, int to) {
    RouteInner part = new RouteInner(edition);
    if (from < size) {
      part.append(this, from, Math.min(to, size));
    }
    if (to > size) {
      part.append(other, Math.max(from - size, 0), to - size);
    }
    return part;
  }

  @Override
  void check(boolean isRoot, Tally tally) {
    require(size >= (isRoot ? 2 : 1), "inner node of " + size);
    for (int i = 0; i < size; i++) {
      checkBounds(i);
      children[i].check(false, tally);
    }
  }

  private void checkBounds(int at) {
    RouteNode child = children[at];
    boolean notLeft = compare(at, child.high[0], child.low(0), child.length(0)) <= 0;
    require(notLeft, "a child begins left of its prefix");
    int last = child.size - 1;
    boolean notRight =
        at + 1 == size
            || compare(at + 1, child.high[last], child.low(last), child.length(last)) > 0;
    require(notRight, "a child ends right of the next one's prefix");
  }

  @Override
  long bytes() {
    long bytes = OBJECT_BYTES + prefixBytes() + Memory.references(children.length);
    for (int i = 0; i < size; i++) {
      bytes += children[i].bytes();
    }
    return bytes;
  }
}
