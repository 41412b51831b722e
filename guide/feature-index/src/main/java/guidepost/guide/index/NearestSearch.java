package guidepost.guide.index;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds the features nearest to a point: branch and bound [1], beginning with the leaf that the
/// point would be in, then nearest boxes first.
///
/// Which boxes are near is guessed by plane geometry, which is wrong at the poles and costs nothing
/// but a detour there. What is left out is decided by a box around the circle that holds the best
/// found so far, which is right everywhere:
///
/// ```
///   ┌ window ─────────┐      leaf outside the window: not looked at
///   │   . ─ ─ .       │      leaf inside: each point by its haversine
///   │ (    +    )     │ [leaf]
///   │   ' ─ ─ '       │      k found: the circle shrinks, and the window with it
///   └─────────────────┘
/// ```
///
/// Of many features at one place only the first are looked at, as many as are asked for.
///
/// Cost: O(log n + k) on average without a filter; with one, as many features as it turns down.
///
/// Threads: one at a time.
///
/// [1] N. Roussopoulos, S. Kelley and F. Vincent, Nearest Neighbor Queries, SIGMOD 1995.
public final class NearestSearch {

  /// More are not all visited: the window shrinks meanwhile.
  private static final int FETCHED_MAX = 6;

  /// The children of an inner node that are to be looked at.
  private static final class Frame {
    private final double[] guesses = new double[Inner.MAX];
    private @Nullable Inner node;
    private @Nullable Window seenBy;

    /// A bit for each child.
    private int rest;

    /// Means nothing: what was read of children ahead of time must go somewhere.
    @SuppressWarnings("UnusedVariable")
    private int fetched;

    void enter(Inner inner, Window window, SphereOrigin origin) {
      node = inner;
      seenBy = window;
      rest = window.meeting(inner);
      if (inner.height == 1 && Integer.bitCount(rest) <= FETCHED_MAX) {
        fetched += inner.fetchPlaces(rest);
      }
      for (int each = rest; each != 0; each &= each - 1) {
        int child = Integer.numberOfTrailingZeros(each);
        guesses[child] = inner.guess(child, origin);
      }
    }

    /// Takes the child guessed to be nearest; null if none is left.
    @SuppressWarnings("ReferenceEquality") // a window that shrinks is a new one
    @Nullable Node next(Window window) {
      Inner inner = Objects.requireNonNull(node);
      if (seenBy != window) {
        rest &= window.meeting(inner);
        seenBy = window;
      }
      if (rest == 0) {
        return null;
      }
      int best = Integer.numberOfTrailingZeros(rest);
      for (int each = rest & (rest - 1); each != 0; each &= each - 1) {
        int child = Integer.numberOfTrailingZeros(each);
        best = guesses[child] < guesses[best] ? child : best;
      }
      rest ^= 1 << best;
      return inner.children[best];
    }
  }

  private final Node root;
  private final Node first;
  private final Point from;
  private final SphereOrigin origin;
  private final int count;
  private final Predicate<? super FeatureView> wanted;
  private final Candidates candidates;
  private final Set<Long> walkedPlaces = new HashSet<>();
  private final List<Frame> frames = new ArrayList<>();
  private final byte[] selected = new byte[Leaf.MAX];
  private final double[] haversines = new double[Leaf.MAX];
  private int depth;
  private int looked;
  private double windowBound;
  private Window window;

  NearestSearch(
      Node root,
      Point from,
      int count,
      double withinMetres,
      double slack,
      Predicate<? super FeatureView> wanted) {
    this.root = root;
    this.from = from;
    this.origin = new SphereOrigin(from.canonical());
    this.count = count;
    this.wanted = wanted;
    this.windowBound = SphereOrigin.ofMetres(withinMetres);
    this.candidates = new Candidates(count, slack, windowBound);
    this.window = new Window(GeoBox.around(from, withinMetres));
    this.first = leafOf(root, Hilbert.key(from.canonical()));
    visit(first);
    if (first != root) {
      visit(root);
    }
  }

  /// The leaf that the point itself would be in: what it holds is near, nearly always.
  private static Node leafOf(Node root, long key) {
    Node node = root;
    while (node instanceof Inner inner) {
      node = inner.children[inner.childFor(key, Long.MIN_VALUE)];
    }
    return node;
  }

  /// Goes on for a while.
  ///
  /// @param features how many to look at, about
  /// @return true if the search is over
  public boolean look(int features) {
    looked = 0;
    while (depth > 0 && looked < features) {
      step();
    }
    return depth == 0;
  }

  private void step() {
    Frame frame = frames.get(depth - 1);
    Node child = frame.next(window);
    looked++;
    if (child == null) {
      depth--;
    } else if (child != first) {
      visit(child);
    }
  }

  private void visit(Node node) {
    if (node.size > 1 && node.isOnePlace()) {
      walkPlace(Hilbert.key(new Point(node.south, node.west)));
      return;
    }
    switch (node) {
      case Leaf leaf -> scan(leaf);
      case Inner inner -> enter(inner);
    }
  }

  private void enter(Inner inner) {
    if (frames.size() == depth) {
      frames.add(new Frame());
    }
    frames.get(depth++).enter(inner, window, origin);
  }

  /// Nearest first: the others are then often too far already.
  private void scan(Leaf leaf) {
    int inside = select(leaf.places());
    for (int i = 0; i < inside; i++) {
      sortIn(i, origin.to(leaf.latitude(selected[i]), leaf.longitude(selected[i])));
    }
    for (int i = 0; i < inside && haversines[i] <= candidates.bound(); i++) {
      consider(new FeatureView(leaf, selected[i]), haversines[i]);
    }
    looked += leaf.size;
    tighten();
  }

  private int select(int[] places) {
    if (!LeafPlaces.isCovered(places, window)) {
      return window.select(places, selected);
    }
    int all = LeafPlaces.size(places);
    for (int at = 0; at < all; at++) {
      selected[at] = (byte) at;
    }
    return all;
  }

  /// Moves what is selected at `number` to where it belongs among those before.
  private void sortIn(int number, double haversine) {
    byte position = selected[number];
    int at = number;
    while (at > 0 && haversines[at - 1] > haversine) {
      haversines[at] = haversines[at - 1];
      selected[at] = selected[at - 1];
      at--;
    }
    haversines[at] = haversine;
    selected[at] = position;
  }

  private void consider(FeatureView view, double haversine) {
    boolean known = !walkedPlaces.isEmpty() && walkedPlaces.contains(view.key());
    if (!known && wanted.test(view)) {
      candidates.add(view, haversine);
    }
  }

  private void tighten() {
    if (candidates.bound() < windowBound) {
      windowBound = candidates.bound();
      window = new Window(GeoBox.around(from, SphereOrigin.metres(windowBound)));
    }
  }

  /// Looks at the first features of a place where many are, once.
  private void walkPlace(long key) {
    if (!walkedPlaces.add(key)) {
      return;
    }
    List<FeatureView> known = candidates.at(key);
    int[] taken = new int[1];
    PlaceSearch.walkViews(
        root,
        key,
        view -> {
          looked++;
          if (wanted.test(view)) {
            taken[0]++;
            addUnlessKnown(view, known);
          }
          return taken[0] < count;
        });
    tighten();
  }

  private void addUnlessKnown(FeatureView view, List<FeatureView> known) {
    double haversine = origin.to(view.latitudeE7(), view.longitudeE7());
    if (haversine <= candidates.bound() && !known.contains(view)) {
      candidates.add(view, haversine);
    }
  }

  /// What was found, nearest first; all of it only when the search is over: then every feature that
  /// is no farther than the slack times the last one asked for, perhaps a few more; of those at one
  /// place at least the first, as many as are asked for.
  public List<Near> found() {
    return candidates.found();
  }
}
