package guidepost.routes.table;

/// Edits a [RouteTree], which stays as it is, into another.
///
/// Threads: one.
final class RouteTreeEditor {

  private final Family family;
  private final Node.Tally tally = new Node.Tally();
  private Node root;
  private Edition edition = new Edition();

  RouteTreeEditor(RouteTree tree) {
    family = tree.family();
    root = tree.root();
    tally.routes = tree.routes();
    tally.prefixes = tree.prefixes();
  }

  /// The tree as it is now, which later edits spare.
  RouteTree tree() {
    edition = new Edition();
    return working();
  }

  /// The tree as it is now, for use before the next edit.
  RouteTree working() {
    return new RouteTree(family, root, tally.routes, tally.prefixes);
  }

  /// Adds a row, or replaces the one of the same identity.
  void put(Row row) {
    Node left = root.editable(edition);
    Node right = left.put(row, tally);
    root = right == null ? left : Inner.above(left, right);
  }

  /// Removes the row of the same identity.
  ///
  /// @return true if there was one
  boolean remove(Row row) {
    if (!holds(row)) {
      return false;
    }
    root = root.editable(edition);
    root.remove(row, tally);
    while (root instanceof Inner inner && inner.size == 1) {
      root = inner.children[0];
    }
    return true;
  }

  private boolean holds(Row row) {
    RowSearch search = new RowSearch(root);
    return search.exact(row.high(), row.low(), row.length())
        && search.leaf().find(search.at(), row) >= 0;
  }
}
