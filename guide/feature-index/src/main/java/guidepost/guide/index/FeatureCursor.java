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

  private static final Leaf NOWHERE = new Leaf(-1);

  /// The positions in a leaf that is inside as a whole.
  private static final byte[] ALL = new byte[Leaf.MAX];

  static {
    for (int at = 0; at < Leaf.MAX; at++) {
      ALL[at] = (byte) at;
    }
  }

  private final Window window;
  private final Inner[] path;

  /// A bit for each child that is still to be walked, and for each that lies inside as a whole.
  private final int[] wanted;

  private final int[] inside;

  private int depth;

  /// Means nothing: what was read of leaves ahead of time must go somewhere.
  @SuppressWarnings("UnusedVariable")
  private int fetched;

  private Leaf leaf = NOWHERE;
  private int at = -1;

  /// The positions in the leaf that are inside the box, and how many are behind us.
  private byte[] selected = ALL;

  private int count;
  private int passed;
  private int runStart;
  private final byte[] own = new byte[Leaf.MAX];

  /// True if [#hasNext] has found what [#next] is to give.
  private boolean ahead;

  FeatureCursor(Node root, GeoBox box) {
    this(box, root instanceof Inner inner ? inner.height : 0);
    descend(root, false);
  }

  private FeatureCursor(GeoBox box, int height) {
    window = new Window(box);
    path = new Inner[height];
    wanted = new int[height];
    inside = new int[height];
  }

  /// A cursor that begins behind a position.
  FeatureCursor(Node root, GeoBox box, ListPosition after) {
    this(box, root instanceof Inner inner ? inner.height : 0);
    Node node = root;
    while (node instanceof Inner inner) {
      int child = inner.childFor(after.key(), after.order());
      enter(inner, false);
      wanted[depth - 1] &= -2 << child;
      node = inner.children[child];
    }
    descend(node, false);
    int next = leaf.lowerBound(after.key(), after.order() + 1);
    while (passed < count && selected[passed] < next) {
      passed++;
    }
  }

  private void descend(Node node, boolean isCovered) {
    switch (node) {
      case Leaf next -> enter(next, isCovered);
      case Inner inner -> enter(inner, isCovered);
    }
  }

  private void enter(Leaf next, boolean isCovered) {
    leaf = next;
    selected = isCovered ? ALL : own;
    count = isCovered ? next.size : window.select(next, own);
    passed = 0;
  }

  private void enter(Inner inner, boolean isCovered) {
    int meeting = isCovered ? -1 >>> (Integer.SIZE - inner.size) : inner.childrenMeeting(window);
    int covering = meeting;
    for (int rest = isCovered ? 0 : meeting; rest != 0; rest &= rest - 1) {
      int child = Integer.numberOfTrailingZeros(rest);
      covering ^= inner.childIsCovered(child, window) ? 0 : 1 << child;
    }
    path[depth] = inner;
    wanted[depth] = meeting;
    inside[depth] = covering;
    depth++;
    fetched += inner.fetch(meeting);
  }

  /// Goes on to the next feature; only then there is one to ask for.
  ///
  /// @return false if there is none
  public boolean advance() {
    while (passed == count) {
      if (!nextLeaf()) {
        return false;
      }
    }
    at = selected[passed++];
    return true;
  }

  private boolean nextLeaf() {
    leaf = NOWHERE;
    count = 0;
    passed = 0;
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

  /// Goes on to the next features that lie together, whose places are then to be had by number: up
  /// to 32, and the same in the same order as by [#advance]. The features are not touched, so this
  /// is the way to many: a nanosecond each.
  ///
  /// @return how many; 0 if there is none left
  public int advanceRun() {
    while (passed == count) {
      if (!nextLeaf()) {
        return 0;
      }
    }
    runStart = passed;
    passed = count;
    return count - runStart;
  }

  /// Latitude of the place of a feature of the run, E7.
  ///
  /// @param number 0 for the first
  public int latitudeE7(int number) {
    return leaf.latitude(selected[runStart + number]);
  }

  /// Longitude of the place of a feature of the run, E7: that of [Point#canonical].
  ///
  /// @param number 0 for the first
  public int longitudeE7(int number) {
    return leaf.longitude(selected[runStart + number]);
  }

  /// A feature of the run, where the snapshot holds it.
  ///
  /// @param number 0 for the first
  public FeatureView view(int number) {
    return new FeatureView(leaf, selected[runStart + number]);
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
