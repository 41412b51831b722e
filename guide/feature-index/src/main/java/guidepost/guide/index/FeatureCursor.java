package guidepost.guide.index;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Walks the features of one snapshot that lie inside a box, one at a time: it may rest for as long
/// as it likes between two of them, and what is written meanwhile does not change what it finds.
///
/// Order: along the Hilbert curve, which is to say none that means anything to a caller; features
/// at the same place come oldest put first, those without a name last.
///
/// Cost: O(log n) to start, then O(1) a feature on average; some 100 bytes. A resting cursor keeps
/// its snapshot in memory.
///
/// Threads: one at a time.
public final class FeatureCursor implements Iterator<Feature> {

  /// More than any tree is high: 16 children at least in each of 8 levels.
  private static final int HEIGHT_MAX = 16;

  private final GeoBox box;
  private final Inner[] path = new Inner[HEIGHT_MAX];
  private final int[] nextChild = new int[HEIGHT_MAX];
  private int depth;
  private @Nullable Leaf leaf;
  private int nextEntry;
  private boolean covered;
  private @Nullable FeatureView found;

  FeatureCursor(Node root, GeoBox box) {
    this.box = box;
    descend(root, false);
  }

  /// A cursor that begins behind a position.
  FeatureCursor(Node root, GeoBox box, ListPosition after) {
    this.box = box;
    Node node = root;
    while (node instanceof Inner inner) {
      int child = inner.childFor(after.key(), after.order());
      path[depth] = inner;
      nextChild[depth] = child + 1;
      depth++;
      node = inner.children[child];
    }
    leaf = (Leaf) node;
    nextEntry = leaf.lowerBound(after.key(), after.order() + 1);
  }

  private void descend(Node node, boolean isCovered) {
    switch (node) {
      case Leaf next -> {
        leaf = next;
        nextEntry = 0;
        covered = isCovered;
      }
      case Inner inner -> {
        path[depth] = inner;
        nextChild[depth] = 0;
        depth++;
      }
    }
  }

  @Override
  public boolean hasNext() {
    while (found == null && (leaf != null || depth > 0)) {
      if (leaf == null) {
        nextLeaf();
      } else {
        searchLeaf(leaf);
      }
    }
    return found != null;
  }

  private void nextLeaf() {
    Inner inner = path[depth - 1];
    int child = nextChild[depth - 1]++;
    if (child == inner.size) {
      depth--;
    } else if (inner.childMayMeet(child, box)) {
      descend(inner.children[child], inner.childIsCovered(child, box));
    }
  }

  private void searchLeaf(Leaf current) {
    while (nextEntry < current.size) {
      int at = nextEntry++;
      if (covered || contains(current, at)) {
        found = new FeatureView(current, at);
        return;
      }
    }
    leaf = null;
  }

  /// The cheap test decides nearly always.
  private boolean contains(Leaf current, int at) {
    int latitude = current.latitudes[at];
    int longitude = current.longitudes[at];
    return latitude >= box.southE7()
        && latitude <= box.northE7()
        && box.contains(latitude, longitude);
  }

  /// @throws NoSuchElementException if there is none left
  @Override
  public Feature next() {
    return nextView().feature();
  }

  /// The same, where the snapshot holds it.
  ///
  /// @throws NoSuchElementException if there is none left
  public FeatureView nextView() {
    if (!hasNext() || found == null) {
      throw new NoSuchElementException("no feature left in " + box);
    }
    FeatureView next = found;
    found = null;
    return next;
  }
}
