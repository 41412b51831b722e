package guidepost.guide.index;

/// The writer's tree of entries in the order of their places along a Hilbert curve: a copy-on-write
/// B+-tree [1] with bounding boxes, which makes it a Hilbert R-tree [2] as well.
///
/// ```
///   root        [ least key, box | least key, box | … up to 16 ]
///                      │                 │
///   inner       [ … up to 16 ]    [ … up to 16 ]
///                      │
///   leaf        [ key, latitude, longitude, record | … up to 32, in key order ]
/// ```
///
/// Key order makes insert, remove and the exact point a walk down one path; neighbours on the curve
/// are neighbours on the globe, so the boxes are small and a box query skips nearly everything. The
/// order of an entry at its place is part of its key: thousands of entries at one place are just
/// neighbours.
///
/// A change copies the nodes on its path that belong to an earlier edition; nodes made since then
/// are changed in place. So a batch of many changes copies each node once, and a reader that holds
/// an earlier root goes on seeing that.
///
/// Cost: changes and exact points O(log n); a box additionally O(hits). Memory: some 26 bytes a
/// feature beside its record.
///
/// [1] D. Comer, The Ubiquitous B-Tree, ACM Computing Surveys 11(2), 1979. [2] I. Kamel and C.
/// Faloutsos, Hilbert R-tree: An Improved R-tree using Fractals, VLDB 1994.
final class PlaceTree {

  private Node root;
  private long edition;

  PlaceTree() {
    root = new Leaf(0);
  }

  Node root() {
    return root;
  }

  /// Goes on from `newRoot`, leaving every node made so far as it is.
  void restart(Node newRoot, long newEdition) {
    root = newRoot;
    edition = newEdition;
  }

  void insert(Entry entry) {
    Node left = root.editable(edition);
    Node right = left.insert(entry);
    root = right == null ? left : Inner.above(left, right);
  }

  void remove(ListPosition position) {
    root = root.editable(edition);
    root.remove(position.key(), position.order());
    while (root instanceof Inner inner && inner.size == 1) {
      root = inner.children[0];
    }
  }

  void replace(Entry entry) {
    root = root.editable(edition);
    root.replace(entry);
  }

  /// The feature at a position that is taken.
  static FeatureView at(Node root, ListPosition position) {
    return at(root, position.key(), position.order());
  }

  /// The same.
  static FeatureView at(Node root, long key, long order) {
    Node node = root;
    while (node instanceof Inner inner) {
      node = inner.children[inner.childFor(key, order)];
    }
    Leaf leaf = (Leaf) node;
    return new FeatureView(leaf, leaf.lowerBound(key, order));
  }
}
