package guidepost.guide.index;

import guidepost.guide.geo.Arc;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import guidepost.guide.geo.Vector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Finds the features in a corridor along a path of great-circle segments. The ends of the corridor
/// are round, and the path may cross itself and run where it likes on the globe.
///
/// A few segments at a time lie within a circle; the box around that circle, wider by the corridor,
/// is searched, and what it holds is measured against each of the segments:
///
/// ```
///     ┌─────────────┐┌──────────┐
///     │  o  .─╮   o ││    o     │      o  a feature: measured
///     │ ╭──╯  ╰──.──┼┼──.───.   │      .  a point of the path
///     └─────────────┘└──────────┘
/// ```
///
/// A feature near several segments is found several times and told once, with each of them that is
/// within the slack: where the path comes equally near twice, which is the nearest is chance.
///
/// Cost: for each 32 segments O(log n + features in their box). Memory: what is found.
///
/// Threads: one at a time.
public final class PathSearch {

  /// Segments whose boxes are searched together: more search too wide a box.
  private static final int SEGMENTS_AT_ONCE = 32;

  /// Shorter pieces of a path would search the same leaves again.
  private static final double METRES_AT_ONCE_MIN = 3_000;

  /// What lies less behind the beginning of a path lies beside it: some centimetres.
  private static final double BESIDE_RADIANS = 1e-8;

  /// The sum of two unit vectors is shorter than this where a path turns back.
  private static final double TURNING_BACK = 1e-6;

  /// A feature found, and where the path comes near it so far.
  private static final class Found {
    private final FeatureView view;
    private final List<AlongPath.Approach> approaches = new ArrayList<>(1);
    private double nearestMetres = Double.POSITIVE_INFINITY;

    Found(FeatureView view) {
      this.view = view;
    }
  }

  private final FeatureSnapshot snapshot;
  private final List<Point> path;
  private final Vector[] vectors;
  private final double withinMetres;
  private final boolean openStart;
  private final Slack slack;
  private final Predicate<? super FeatureView> wanted;
  private final Map<FeatureView, Found> found = new HashMap<>();
  private long approaches;
  private final int firstSegment;
  private int nextSegment;
  private @Nullable Stretch stretch;

  PathSearch(
      FeatureSnapshot snapshot,
      Corridor corridor,
      Slack slack,
      Predicate<? super FeatureView> wanted) {
    this.snapshot = snapshot;
    this.path = corridor.path();
    this.vectors = path.stream().map(Vector::of).toArray(Vector[]::new);
    this.withinMetres = corridor.withinMetres();
    this.openStart = corridor.openStart();
    this.slack = slack;
    this.wanted = wanted;
    firstSegment = firstSegment();
  }

  /// The first segment that is more than a point.
  private int firstSegment() {
    return IntStream.range(0, path.size() - 1).filter(this::isSegment).findFirst().orElse(0);
  }

  /// Goes on for a while.
  ///
  /// @param features how many to look at, about
  /// @return true if the search is over
  public boolean look(int features) {
    int looked = 0;
    while (looked < features && hasMore()) {
      looked++;
      if (stretch != null && stretch.cursor.hasNext()) {
        measure(stretch.cursor.nextView(), stretch);
      } else {
        nextStretch();
      }
    }
    return !hasMore();
  }

  private boolean hasMore() {
    return nextSegment + 1 < path.size() || (stretch != null && stretch.cursor.hasNext());
  }

  /// Approaches kept so far: what the search holds in memory.
  public long size() {
    return approaches;
  }

  /// Some segments of the path, none of them a point.
  private final class Stretch {
    private final List<Arc> arcs = new ArrayList<>(SEGMENTS_AT_ONCE);
    private final List<Integer> segments = new ArrayList<>(SEGMENTS_AT_ONCE);
    private final Vector centre;
    private final double reach;
    private final FeatureCursor cursor;

    Stretch(int first, int end) {
      for (int i = first; i < end; i++) {
        add(i);
      }
      int middle = (first + end) / 2;
      centre = vectors[middle];
      double radius = 0;
      for (int i = first; i <= end; i++) {
        radius = Math.max(radius, vectors[i].angleTo(centre));
      }
      double metres = radius * Haversine.RADIUS_METRES + withinMetres;
      reach = metres / Haversine.RADIUS_METRES;
      cursor = snapshot.inBox(GeoBox.around(path.get(middle), metres));
    }

    private void add(int segment) {
      if (isSegment(segment)) {
        arcs.add(arc(segment));
        segments.add(segment);
      }
    }
  }

  /// True if it is more than a point.
  private boolean isSegment(int segment) {
    return !path.get(segment).samePlace(path.get(segment + 1));
  }

  private Arc arc(int segment) {
    return Arc.between(vectors[segment], vectors[segment + 1]);
  }

  private void nextStretch() {
    double metresMax = Math.max(METRES_AT_ONCE_MIN, 2 * withinMetres);
    int first = nextSegment;
    double metres = 0;
    do {
      metres += vectors[nextSegment].angleTo(vectors[nextSegment + 1]) * Haversine.RADIUS_METRES;
      nextSegment++;
    } while (nextSegment + 1 < path.size()
        && nextSegment - first < SEGMENTS_AT_ONCE
        && metres < metresMax);
    stretch = new Stretch(first, nextSegment);
  }

  /// The beginning of a segment is the end of the one before, and told with that.
  private void measure(FeatureView view, Stretch near) {
    Vector position = Vector.of(view.latitudeE7(), view.longitudeE7());
    if (position.angleTo(near.centre) > near.reach + 1e-9) {
      return;
    }
    for (int i = 0; i < near.arcs.size(); i++) {
      Arc arc = near.arcs.get(i);
      double nearest = arc.nearestTo(position);
      double metres = arc.distance(position, nearest) * Haversine.RADIUS_METRES;
      boolean counts = nearest > 0 || countsAtStart(near.segments.get(i), arc, position);
      if (metres <= withinMetres && counts) {
        keep(view, near.segments.get(i), nearest, metres, arc, position);
      }
    }
  }

  private boolean countsAtStart(int segment, Arc arc, Vector position) {
    return segment == firstSegment && (!openStart || arc.ahead(position) > -BESIDE_RADIANS);
  }

  private void keep(
      FeatureView view, int segment, double fraction, double metres, Arc arc, Vector position) {
    Found known = found.get(view);
    if (known == null) {
      if (!wanted.test(view)) {
        return;
      }
      known = new Found(view);
      found.put(view, known);
    }
    if (metres <= slack.most(known.nearestMetres)) {
      Vector left = fraction == 1 ? leftAtEnd(arc, segment) : arc.normal();
      Side side = side(left, position, fraction == 1 ? arc.b() : arc.a());
      known.approaches.add(new AlongPath.Approach(segment, fraction, metres, side));
      approaches++;
    }
    if (metres < known.nearestMetres) {
      known.nearestMetres = metres;
      prune(known);
    }
  }

  private void prune(Found known) {
    double metresMax = slack.most(known.nearestMetres);
    int before = known.approaches.size();
    known.approaches.removeIf(approach -> approach.metres() > metresMax);
    approaches -= before - known.approaches.size();
  }

  /// At a point of the path, left is left of both segments together; where the path turns back on
  /// itself, of the one that leads there.
  private static Side side(Vector left, Vector position, Vector onPath) {
    double distance = position.minus(onPath).dot(left);
    if (distance == 0) {
      return Side.ON;
    }
    return distance > 0 ? Side.LEFT : Side.RIGHT;
  }

  private Vector leftAtEnd(Arc arc, int segment) {
    for (int next = segment + 1; next + 1 < path.size(); next++) {
      if (isSegment(next)) {
        Vector both = arc.normal().plus(arc(next).normal());
        return both.length() < TURNING_BACK ? arc.normal() : both;
      }
    }
    return arc.normal();
  }

  /// What was found, in the order in which the path comes nearest to it; all of it only when the
  /// search is over.
  public List<AlongPath> found() {
    List<AlongPath> all = new ArrayList<>(found.size());
    for (Found each : found.values()) {
      each.approaches.sort(Comparator.comparingDouble(AlongPath.Approach::metres));
      all.add(new AlongPath(each.view, each.approaches));
    }
    all.sort(
        Comparator.comparingInt((AlongPath each) -> each.nearest().segment())
            .thenComparingDouble(each -> each.nearest().fraction()));
    return all;
  }
}
