package guidepost.guide.index;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

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

  private static final int INSIDE = 1 << (Integer.SIZE - 1);
  private static final Node[] NO_LEAVES = {};
  private static final int[][] NO_PLACES = {};
  private static final int[] NOWHERE = LeafPlaces.of(0);

  private final Window window;

  /// The nodes above those whose children are leaves, from the root down.
  private final Inner[] path;

  /// A bit for each child that is still to be walked; and [#INSIDE] if the node lies inside as a
  /// whole.
  private final int[] wanted;

  private int depth;

  /// Leaves side by side, what is compared of them, and a bit for each that is still to be walked.
  private Node[] leaves;

  private int[][] leafPlaces;
  private int leavesWanted;
  private boolean leavesInside;

  /// Means nothing: what was read of nodes ahead of time must go somewhere.
  @SuppressWarnings("UnusedVariable")
  private int fetched;

  /// The leaf where we are, among those side by side.
  private int leaf;

  private int[] places = NOWHERE;

  /// Positions in the leaf that are inside the box; null if all are.
  private byte @Nullable [] selected;

  /// How many are inside, and how many of them are behind us.
  private int count;

  private int passed;
  private int runStart;
  private final byte[] own = new byte[Leaf.MAX];

  /// True if the caller is going to read what it finds: see [#expectReads].
  private boolean readsRecords;

  /// True if [#hasNext] has found what [#next] is to give.
  private boolean ahead;

  private int at = -1;

  FeatureCursor(Node root, GeoBox box) {
    this(box, root);
    if (root instanceof Inner inner) {
      enter(inner, false);
    }
  }

  private FeatureCursor(GeoBox box, Node root) {
    int above = root instanceof Inner inner ? inner.height - 1 : 0;
    window = new Window(box);
    path = new Inner[above];
    wanted = new int[above];
    leaves = NO_LEAVES;
    leafPlaces = NO_PLACES;
    if (root instanceof Leaf only) {
      leaves = new Node[] {only};
      leafPlaces = new int[][] {only.places()};
      leavesWanted = 1;
    }
  }

  /// A cursor that begins behind a position.
  FeatureCursor(Node root, GeoBox box, ListPosition after) {
    this(box, root);
    Node node = root;
    while (node instanceof Inner inner) {
      int child = inner.childFor(after.key(), after.order());
      enter(inner, false);
      skipTo(inner, child);
      node = inner.children[child];
    }
    if (nextLeaf() && leaves[leaf] == node) {
      skip(((Leaf) node).lowerBound(after.key(), after.order() + 1));
    }
  }

  /// Says that the caller is going to read most of the features that it finds, not only where they
  /// are: those of a leaf then come from memory at once and not one after the other.
  public void expectReads() {
    readsRecords = true;
  }

  /// Leaves out the children of a node just entered that come before one, which itself is entered
  /// by hand unless it is a leaf.
  private void skipTo(Inner inner, int child) {
    if (inner.height == 1) {
      leavesWanted &= -1 << child;
    } else {
      wanted[depth - 1] &= -2 << child | INSIDE;
    }
  }

  private void skip(int position) {
    while (passed < count && position(passed) < position) {
      passed++;
    }
  }

  private int position(int number) {
    byte[] some = selected;
    return some == null ? number : some[number];
  }

  private void enter(Inner inner, boolean isInside) {
    boolean covered = isInside || window.covers(inner.south, inner.west, inner.north, inner.east);
    int meeting = covered ? inner.all() : window.meeting(inner);
    if (inner.height == 1) {
      fetched += inner.fetchPlaces(meeting);
      fetched += readsRecords ? inner.fetchRecords(meeting) : 0;
      leaves = inner.children;
      leafPlaces = inner.places;
      leavesWanted = meeting;
      leavesInside = covered;
    } else {
      boolean several = (meeting & (meeting - 1)) != 0;
      fetched += several && inner.height == 2 ? inner.fetchNodes(meeting) : 0;
      path[depth] = inner;
      wanted[depth] = covered ? meeting | INSIDE : meeting;
      depth++;
    }
  }

  /// Goes on to the next feature; only then there is one to ask for.
  ///
  /// @return false if there is none
  public boolean advance() {
    if (passed == count && !nextLeaf()) {
      return false;
    }
    at = position(passed++);
    return true;
  }

  /// Goes on to the next leaf that has something inside.
  private boolean nextLeaf() {
    do {
      for (int rest = leavesWanted; rest != 0; rest &= rest - 1) {
        int next = Integer.numberOfTrailingZeros(rest);
        int found = select(leafPlaces[next]);
        if (found > 0) {
          leavesWanted = rest & (rest - 1);
          leaf = next;
          places = leafPlaces[next];
          count = found;
          passed = 0;
          fetched += readsRecords ? fetchRecords() : 0;
          return true;
        }
      }
      leavesWanted = 0;
    } while (nextNode());
    count = 0;
    passed = 0;
    return false;
  }

  private int fetchRecords() {
    Leaf full = (Leaf) leaves[leaf];
    int read = 0;
    for (int i = 0; i < count; i++) {
      read += full.fetchRecord(position(i));
    }
    return read;
  }

  private int select(int[] next) {
    if (leavesInside || LeafPlaces.isCovered(next, window)) {
      selected = null;
      return LeafPlaces.size(next);
    }
    selected = own;
    return window.select(next, own);
  }

  /// Goes on to the next node with leaves.
  private boolean nextNode() {
    while (depth > 0 && leavesWanted == 0) {
      int rest = wanted[depth - 1];
      if ((rest & ~INSIDE) == 0) {
        depth--;
      } else {
        wanted[depth - 1] = rest & (rest - 1);
        Node child = path[depth - 1].children[Integer.numberOfTrailingZeros(rest)];
        enter((Inner) child, rest < 0);
      }
    }
    return leavesWanted != 0;
  }

  /// Goes on to the next features that lie together, whose places are then to be had by number: up
  /// to 32, and the same in the same order as by [#advance]. The features are not touched, so this
  /// is the way to many: a nanosecond each.
  ///
  /// @return how many; 0 if there is none left
  public int advanceRun() {
    if (passed == count && !nextLeaf()) {
      return 0;
    }
    runStart = passed;
    passed = count;
    return count - runStart;
  }

  /// Latitude of the place of a feature of the run, E7.
  ///
  /// @param number 0 for the first
  public int latitudeE7(int number) {
    return LeafPlaces.latitude(places, position(runStart + number));
  }

  /// Longitude of the place of a feature of the run, E7: that of [Point#canonical].
  ///
  /// @param number 0 for the first
  public int longitudeE7(int number) {
    return LeafPlaces.longitude(places, position(runStart + number));
  }

  /// A feature of the run, where the snapshot holds it.
  ///
  /// @param number 0 for the first
  public FeatureView view(int number) {
    return new FeatureView((Leaf) leaves[leaf], position(runStart + number));
  }

  /// Latitude of the feature's place, E7.
  public int latitudeE7() {
    return LeafPlaces.latitude(places, at);
  }

  /// Longitude of the feature's place, E7: that of [Point#canonical].
  public int longitudeE7() {
    return LeafPlaces.longitude(places, at);
  }

  /// The feature, where the snapshot holds it.
  public FeatureView view() {
    return new FeatureView((Leaf) leaves[leaf], at);
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
