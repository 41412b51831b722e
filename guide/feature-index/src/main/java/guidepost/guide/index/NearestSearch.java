package guidepost.guide.index;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
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

  private record Candidate(FeatureView view, double haversine) {}

  /// The children of an inner node that are to be looked at.
  private static final class Frame {
    private final int[] numbers = new int[Inner.MAX];
    private final double[] guesses = new double[Inner.MAX];
    private @Nullable Inner node;
    private int size;

    /// Means nothing: what was read of children ahead of time must go somewhere.
    @SuppressWarnings("UnusedVariable")
    private int fetched;

    void enter(Inner inner, Window window, SphereOrigin origin) {
      node = inner;
      size = 0;
      int meeting = inner.childrenMeeting(window);
      if (Integer.bitCount(meeting) <= FETCHED_MAX) {
        fetched += inner.fetch(meeting);
      }
      for (int rest = meeting; rest != 0; rest &= rest - 1) {
        int child = Integer.numberOfTrailingZeros(rest);
        numbers[size] = child;
        guesses[size++] = inner.guess(child, origin);
      }
    }

    /// Takes the child guessed to be nearest; null if none is left.
    @Nullable Node next(Window window) {
      Inner inner = Objects.requireNonNull(node);
      while (size > 0) {
        int best = 0;
        for (int i = 1; i < size; i++) {
          best = guesses[i] < guesses[best] ? i : best;
        }
        int number = numbers[best];
        size--;
        numbers[best] = numbers[size];
        guesses[best] = guesses[size];
        if (inner.childMayMeet(number, window)) {
          return inner.children[number];
        }
      }
      return null;
    }
  }

  private final Node root;
  private final Node first;
  private final Point from;
  private final SphereOrigin origin;
  private final int count;
  private final double slackSquared;
  private final Predicate<? super FeatureView> wanted;
  private final List<Candidate> candidates = new ArrayList<>();
  private final PriorityQueue<Double> best = new PriorityQueue<>(Comparator.reverseOrder());
  private final Set<Long> walkedPlaces = new HashSet<>();
  private final List<Frame> frames = new ArrayList<>();
  private final byte[] selected = new byte[Leaf.MAX];
  private int depth;
  private int looked;
  private double bound;
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
    this.slackSquared = slack * slack;
    this.wanted = wanted;
    this.bound = SphereOrigin.ofMetres(withinMetres);
    this.windowBound = bound;
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

  private void scan(Leaf leaf) {
    int inside = window.select(leaf, selected);
    for (int i = 0; i < inside; i++) {
      int at = selected[i];
      consider(leaf, at, origin.to(leaf.latitude(at), leaf.longitude(at)));
    }
    looked += leaf.size;
    tighten();
  }

  private void consider(Leaf leaf, int at, double haversine) {
    if (haversine > bound) {
      return;
    }
    FeatureView view = new FeatureView(leaf, at);
    boolean known = !walkedPlaces.isEmpty() && walkedPlaces.contains(view.key());
    if (!known && wanted.test(view)) {
      add(view, haversine);
    }
  }

  private void add(FeatureView view, double haversine) {
    candidates.add(new Candidate(view, haversine));
    if (best.size() < count) {
      best.add(haversine);
    } else if (haversine < best.element()) {
      best.remove();
      best.add(haversine);
    }
    if (best.size() == count) {
      bound = Math.min(bound, bound(best.element()));
    }
  }

  /// Since a sine grows less than its angle, `sin²(s x) <= s² sin² x`: never too small.
  private double bound(double haversine) {
    return slackSquared * haversine;
  }

  private void tighten() {
    if (bound < windowBound) {
      windowBound = bound;
      window = new Window(GeoBox.around(from, SphereOrigin.metres(bound)));
    }
  }

  /// Looks at the first features of a place where many are, once.
  private void walkPlace(long key) {
    if (!walkedPlaces.add(key)) {
      return;
    }
    List<FeatureView> known =
        candidates.stream().map(Candidate::view).filter(view -> view.key() == key).toList();
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
    if (haversine <= bound && !known.contains(view)) {
      add(view, haversine);
    }
  }

  /// What was found, nearest first; all of it only when the search is over: then every feature that
  /// is no farther than the slack times the last one asked for, perhaps a few more; of those at one
  /// place at least the first, as many as are asked for.
  public List<Near> found() {
    List<Candidate> within = new ArrayList<>(candidates);
    within.removeIf(candidate -> candidate.haversine() > bound);
    within.sort(Comparator.comparingDouble(Candidate::haversine));
    List<Near> found = new ArrayList<>(within.size());
    within.forEach(each -> found.add(new Near(each.view(), SphereOrigin.metres(each.haversine()))));
    return Collections.unmodifiableList(found);
  }
}
