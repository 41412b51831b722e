package guidepost.guide.index;

import guidepost.guide.geo.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Walks the features at one place: a run of neighbours in key order that may span several leaves.
final class PlaceSearch {

  private final long key;
  private final Predicate<FeatureView> visitor;

  private PlaceSearch(long key, Predicate<FeatureView> visitor) {
    this.key = key;
    this.visitor = visitor;
  }

  /// Shows the features at the place of `point`, named ones first, then by rank, until `visitor`
  /// says false.
  static void walk(Node root, Point point, Predicate<Feature> visitor) {
    walkViews(root, Hilbert.key(point.canonical()), view -> visitor.test(view.feature()));
  }

  /// The same, of the place with a Hilbert key and where they are held.
  static void walkViews(Node root, long key, Predicate<FeatureView> visitor) {
    new PlaceSearch(key, visitor).walk(root);
  }

  /// The first feature at the place of `point` that `wanted` holds for, among the first `most`.
  static Optional<Feature> first(Node root, Point point, int most, Predicate<Feature> wanted) {
    List<Feature> found = new ArrayList<>(1);
    int[] seen = new int[1];
    walk(
        root,
        point,
        feature -> {
          boolean goesOn = !wanted.test(feature) || !found.add(feature);
          return ++seen[0] < most && goesOn;
        });
    return found.stream().findFirst();
  }

  /// @return true if the run may go on in the next node
  private boolean walk(Node node) {
    return switch (node) {
      case Leaf leaf -> walkLeaf(leaf);
      case Inner inner -> walkInner(inner);
    };
  }

  private boolean walkInner(Inner inner) {
    int child = inner.childFor(key, Long.MIN_VALUE);
    boolean goesOn = true;
    while (goesOn && child < inner.size) {
      goesOn = walk(inner.children[child]);
      child++;
    }
    return goesOn;
  }

  private boolean walkLeaf(Leaf leaf) {
    int at = leaf.lowerBound(key, Long.MIN_VALUE);
    while (at < leaf.size) {
      if (leaf.key(at) != key || !visitor.test(new FeatureView(leaf, at))) {
        return false;
      }
      at++;
    }
    return true;
  }
}
