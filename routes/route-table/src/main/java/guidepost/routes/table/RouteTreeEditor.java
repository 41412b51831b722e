package guidepost.routes.table;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Edits a [RouteTree], which stays as it is, into another.
///
/// What comes in order, as at a start and in most imports, goes to the end of the last leaf, which
/// is remembered: a tenth of what a search costs.
///
/// Threads: one.
final class RouteTreeEditor {

  /// With a quarter of 64 children in each node, more rows than there is memory for.
  private static final int HEIGHT_MAX = 16;

  private final Family family;
  private final RouteNode.Tally tally = new RouteNode.Tally();
  private RouteNode root;
  private Edition edition = new Edition();

  /// The inner nodes on the way to the leaf of an edit, and the child taken in each.
  private final @Nullable RouteInner[] path = new @Nullable RouteInner[HEIGHT_MAX];

  private final int[] places = new int[HEIGHT_MAX];
  private int height;

  /// The last leaf of the tree if it is of this edition and known to be.
  private @Nullable RouteLeaf last;

  RouteTreeEditor(RouteTree tree) {
    family = tree.family();
    root = tree.root();
    tally.routes = tree.routes();
    tally.prefixes = tree.prefixes();
  }

  /// The tree as it is now, which later edits spare.
  RouteTree tree(int idsEnd) {
    edition = new Edition();
    last = null;
    return new RouteTree(family, root, tally.routes, tally.prefixes, idsEnd);
  }

  /// Number of distinct prefixes.
  int prefixes() {
    return tally.prefixes;
  }

  /// A search in the tree as it is now, for use before the next edit.
  RowSearch search() {
    return new RowSearch(root);
  }

  /// The routes of exactly this prefix, best first.
  List<Route> exact(Prefix prefix) {
    return new RouteTree(family, root, tally.routes, tally.prefixes, 0).exact(prefix);
  }

  /// Adds a row, or replaces the one with the same key. A prefix keeps the id that it has.
  void put(Row row) {
    if (last == null || !last.appendInOrder(row, tally)) {
      insert(row);
    }
  }

  private void insert(Row row) {
    RouteLeaf leaf = descend(row, true);
    ascend(leaf.put(row, tally));
    RouteLeaf rightmost = rightmost();
    last = rightmost.edition == edition ? rightmost : null;
  }

  /// Walks down to the leaf that a row belongs to, or into, and remembers the way. A loop, since of
  /// a recursion the compiler inlines so much that it takes seconds for it.
  private RouteLeaf descend(Row row, boolean isNew) {
    root = root.editable(edition);
    RouteNode node = root;
    while (node instanceof RouteInner inner) {
      int at = isNew ? inner.openFor(row) : inner.childFor(row.high(), row.low(), row.length());
      path[height] = inner;
      places[height++] = at;
      node = inner.editableChild(at);
    }
    return (RouteLeaf) node;
  }

  /// Walks back up, and puts what has no parent yet right of where the way went.
  private void ascend(@Nullable RouteNode added) {
    RouteNode right = added;
    while (height > 0) {
      RouteInner parent = leave();
      right = right == null ? null : parent.takeRightHalf(places[height], right);
    }
    root = right == null ? root : RouteInner.above(root, right);
  }

  /// All rows as of now, for use before the next edit.
  RowCursor rows() {
    return new RowCursor(root, 0, 0, 0);
  }

  /// True if a leaf of another tree, which has rows, comes after all rows of this one.
  boolean isAfterAll(RouteLeaf other) {
    RouteLeaf end = rightmost();
    return end.size == 0
        || end.compare(end.size - 1, other.high[0], other.low(0), other.length(0)) < 0;
  }

  /// Adds a leaf that [#isAfterAll]; it belongs to this tree from now on.
  ///
  /// @param prefixes of its rows
  void append(RouteLeaf leaf, int prefixes) {
    boolean isFirst = tally.routes == 0;
    tally.routes += leaf.size;
    tally.prefixes += prefixes;
    last = null;
    if (isFirst) {
      root = leaf;
      return;
    }
    RouteNode node = root;
    while (node instanceof RouteInner above) {
      RouteInner inner = above.editable(edition);
      replaceOnWay(inner);
      path[height] = inner;
      places[height++] = inner.size - 1;
      node = inner.children[inner.size - 1];
    }
    ascend(leaf);
  }

  /// Puts an editable node where the way has come to.
  private void replaceOnWay(RouteInner inner) {
    if (height == 0) {
      root = inner;
    } else {
      Objects.requireNonNull(path[height - 1]).children[places[height - 1]] = inner;
    }
  }

  /// One step back up; nothing of the way is kept.
  private RouteInner leave() {
    RouteInner left = Objects.requireNonNull(path[--height]);
    path[height] = null;
    return left;
  }

  private RouteLeaf rightmost() {
    RouteNode node = root;
    while (node instanceof RouteInner inner) {
      node = inner.children[inner.size - 1];
    }
    return (RouteLeaf) node;
  }

  /// Removes the row with the same key, which must be there.
  void remove(Row row) {
    last = null;
    descend(row, false).remove(row, tally);
    while (height > 0) {
      leave().evenOut(places[height]);
    }
    while (root instanceof RouteInner inner && inner.size == 1) {
      root = inner.children[0];
    }
  }
}
