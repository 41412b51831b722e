package guidepost.routes.table;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Edits a [RouteTree], which stays as it is, into another.
///
/// What comes in order, as at a start and in most imports, goes to the end of the last leaf, which
/// is remembered: a tenth of what a search costs.
///
/// Threads: one.
final class RouteTreeEditor {

  private final Family family;
  private final Node.Tally tally = new Node.Tally();
  private Node root;
  private Edition edition = new Edition();

  /// The last leaf of the tree if it is of this edition and known to be.
  private @Nullable Leaf last;

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

  /// Adds a row, or replaces the one of the same identity. A prefix keeps the id that it has.
  void put(Row row) {
    if (last == null || !last.appendInOrder(row, tally)) {
      insert(row);
    }
  }

  private void insert(Row row) {
    Node left = root.editable(edition);
    Node right = left.put(row, tally);
    root = right == null ? left : Inner.above(left, right);
    Leaf rightmost = rightmost();
    last = rightmost.edition == edition ? rightmost : null;
  }

  private Leaf rightmost() {
    Node node = root;
    while (node instanceof Inner inner) {
      node = inner.children[inner.size - 1];
    }
    return (Leaf) node;
  }

  /// Removes the row of the same identity, which must be there.
  void remove(Row row) {
    last = null;
    root = root.editable(edition);
    root.remove(row, tally);
    while (root instanceof Inner inner && inner.size == 1) {
      root = inner.children[0];
    }
  }
}
