package guidepost.guide.index;

import java.util.function.Consumer;

/// Shows the features in a box one after the other, without rest: where a [FeatureCursor] keeps its
/// place, this goes on, and a leaf that lies inside as a whole is not compared any more.
final class BoxSearch {

  private final GeoBox box;
  private final Consumer<? super FeatureView> visitor;

  /// True if neither the poles nor the antimeridian make this box special.
  private final boolean plain;

  private BoxSearch(GeoBox box, Consumer<? super FeatureView> visitor) {
    this.box = box;
    this.visitor = visitor;
    this.plain =
        !box.crossesAntimeridian()
            && box.southE7() > -Point.LATITUDE_E7_MAX
            && box.northE7() < Point.LATITUDE_E7_MAX
            && box.westE7() > -Point.LONGITUDE_E7_MAX;
  }

  static void visit(Node root, GeoBox box, Consumer<? super FeatureView> visitor) {
    new BoxSearch(box, visitor).visit(root, false);
  }

  private void visit(Node node, boolean covered) {
    switch (node) {
      case Inner inner -> visitInner(inner, covered);
      case Leaf leaf when covered -> visitAll(leaf);
      case Leaf leaf when plain -> visitPlain(leaf);
      case Leaf leaf -> visitSpecial(leaf);
    }
  }

  private void visitInner(Inner inner, boolean covered) {
    for (int child = 0; child < inner.size; child++) {
      if (covered || inner.childMayMeet(child, box)) {
        visit(inner.children[child], covered || inner.childIsCovered(child, box));
      }
    }
  }

  private void visitAll(Leaf leaf) {
    for (int at = 0; at < leaf.size; at++) {
      visitor.accept(new FeatureView(leaf, at));
    }
  }

  private void visitPlain(Leaf leaf) {
    int south = box.southE7();
    int north = box.northE7();
    int west = box.westE7();
    int east = box.eastE7();
    for (int at = 0; at < leaf.size; at++) {
      int latitude = leaf.latitudes[at];
      int longitude = leaf.longitudes[at];
      if (latitude >= south && latitude <= north && longitude >= west && longitude <= east) {
        visitor.accept(new FeatureView(leaf, at));
      }
    }
  }

  private void visitSpecial(Leaf leaf) {
    for (int at = 0; at < leaf.size; at++) {
      if (box.contains(leaf.latitudes[at], leaf.longitudes[at])) {
        visitor.accept(new FeatureView(leaf, at));
      }
    }
  }
}
