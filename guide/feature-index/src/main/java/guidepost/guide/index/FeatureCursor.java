package guidepost.guide.index;

import java.util.Iterator;
import java.util.NoSuchElementException;

/// Walks the features of one snapshot that lie inside a box, one at a time: it may rest for as long
/// as it likes between two of them, and what is written meanwhile does not change what it finds.
///
/// ```java
/// for (FeatureCursor cursor = snapshot.inBox(box); cursor.advance(); ) {
///   count(cursor.latitudeE7(), cursor.longitudeE7());
/// }
/// ```
///
/// Order: along the Hilbert curve, which is to say none that means anything to a caller; features
/// at the same place come oldest put first, those without a name last.
///
/// Cost: O(log n) to start, then O(1) a feature on average, some nanoseconds as long as nothing is
/// made of it; some 200 bytes. A resting cursor keeps its snapshot in memory.
///
/// Threads: one at a time.
public final class FeatureCursor implements Iterator<Feature> {

  /// More than any tree is high: 16 children at least in each of 8 levels.
  private static final int HEIGHT_MAX = 12;

  private static final Leaf NOWHERE = new Leaf(-1);

  private final Window window;
  private final Inner[] path = new Inner[HEIGHT_MAX];

  /// A bit for each child that is still to be walked, and for each that lies inside as a whole.
  private final int[] wanted = new int[HEIGHT_MAX];

  private final int[] inside = new int[HEIGHT_MAX];

  private int depth;
  private Leaf leaf = NOWHERE;
  private int at = -1;
  private boolean covered;

  /// True if [#hasNext] has found what [#next] is to give.
  private boolean ahead;

  FeatureCursor(Node root, GeoBox box) {
    window = new Window(box);
    descend(root, false);
  }

  /// A cursor that begins behind a position.
  FeatureCursor(Node root, GeoBox box, ListPosition after) {
    window = new Window(box);
    Node node = root;
    while (node instanceof Inner inner) {
      int child = inner.childFor(after.key(), after.order());
      enter(inner, false);
      wanted[depth - 1] &= -2 << child;
      node = inner.children[child];
    }
    leaf = (Leaf) node;
    at = leaf.lowerBound(after.key(), after.order() + 1) - 1;
  }

  private void descend(Node node, boolean isCovered) {
    switch (node) {
      case Leaf next -> {
        leaf = next;
        at = -1;
        covered = isCovered;
      }
      case Inner inner -> enter(inner, isCovered);
    }
  }

  private void enter(Inner inner, boolean isCovered) {
    int all = -1 >>> (Integer.SIZE - inner.size);
    int meeting = isCovered ? all : 0;
    int covering = meeting;
    for (int child = 0; child < inner.size && !isCovered; child++) {
      if (inner.childMayMeet(child, window)) {
        meeting |= 1 << child;
        covering |= inner.childIsCovered(child, window) ? 1 << child : 0;
      }
    }
    path[depth] = inner;
    wanted[depth] = meeting;
    inside[depth] = covering;
    depth++;
  }

  /// Goes on to the next feature; only then there is one to ask for.
  ///
  /// @return false if there is none
  public boolean advance() {
    int next = at + 1;
    if (covered && next < leaf.size) {
      at = next;
      return true;
    }
    return search(next);
  }

  private boolean search(int from) {
    at = covered ? from : window.nextInside(leaf, from);
    while (at == leaf.size) {
      if (!nextLeaf()) {
        return false;
      }
      at = covered ? 0 : window.nextInside(leaf, 0);
    }
    return true;
  }

  private boolean nextLeaf() {
    leaf = NOWHERE;
    at = -1;
    covered = false;
    while (depth > 0 && leaf == NOWHERE) {
      int rest = wanted[depth - 1];
      if (rest == 0) {
        depth--;
      } else {
        int child = Integer.numberOfTrailingZeros(rest);
        wanted[depth - 1] = rest & (rest - 1);
        descend(path[depth - 1].children[child], ((inside[depth - 1] >>> child) & 1) != 0);
      }
    }
    return leaf != NOWHERE;
  }

  /// Latitude of the feature's place, E7.
  public int latitudeE7() {
    return leaf.latitude(at);
  }

  /// Longitude of the feature's place, E7: that of [Point#canonical].
  public int longitudeE7() {
    return leaf.longitude(at);
  }

  /// The feature, where the snapshot holds it.
  public FeatureView view() {
    return new FeatureView(leaf, at);
  }

  @Override
  public boolean hasNext() {
    ahead = ahead || advance();
    return ahead;
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
    if (!hasNext()) {
      throw new NoSuchElementException("no feature left in " + window.box());
    }
    ahead = false;
    return view();
  }
}
