package guidepost.guide.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/// The features that a [NearestSearch] has found so far, and how far the next one may be.
///
/// The measures of the nearest ones, as many as are asked for, are a heap [1] with the greatest
/// first; once it is full that one decides, times the slack, what is too far.
///
/// Cost: O(log k) a feature. Memory: what is found.
///
/// Threads: those of the search.
///
/// [1] J. Williams, Algorithm 232: Heapsort, CACM 7(6), 1964.
final class Candidates {

  /// Most questions ask for fewer.
  private static final int CAPACITY = 16;

  private final int count;
  private final double slackSquared;
  private double bound;

  private FeatureView[] views = new FeatureView[CAPACITY];
  private double[] haversines = new double[CAPACITY];
  private int size;

  private double[] nearest = new double[CAPACITY];
  private int nearestSize;

  /// @param count how many are asked for
  /// @param slack also those up to so many times as far as the last of them
  /// @param bound haversine beyond which nothing is wanted
  Candidates(int count, double slack, double bound) {
    this.count = count;
    this.slackSquared = slack * slack;
    this.bound = bound;
  }

  /// The greatest haversine that still counts.
  double bound() {
    return bound;
  }

  void add(FeatureView view, double haversine) {
    if (size == views.length) {
      views = Arrays.copyOf(views, 2 * size);
      haversines = Arrays.copyOf(haversines, 2 * size);
    }
    views[size] = view;
    haversines[size++] = haversine;
    if (nearestSize < count) {
      push(haversine);
    } else if (haversine < nearest[0]) {
      sink(haversine);
    }
    if (nearestSize == count) {
      bound = Math.min(bound, bound(nearest[0]));
    }
  }

  /// Since a sine grows less than its angle, `sin²(s x) <= s² sin² x`: never too small.
  private double bound(double haversine) {
    return slackSquared * haversine;
  }

  private void push(double haversine) {
    if (nearestSize == nearest.length) {
      nearest = Arrays.copyOf(nearest, 2 * nearestSize);
    }
    int at = nearestSize++;
    while (at > 0 && nearest[(at - 1) / 2] < haversine) {
      nearest[at] = nearest[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    nearest[at] = haversine;
  }

  /// Puts a smaller one in place of the greatest.
  private void sink(double haversine) {
    int at = 0;
    int child = greaterChild(at);
    while (child < nearestSize && nearest[child] > haversine) {
      nearest[at] = nearest[child];
      at = child;
      child = greaterChild(at);
    }
    nearest[at] = haversine;
  }

  private int greaterChild(int at) {
    int left = 2 * at + 1;
    return left + 1 < nearestSize && nearest[left + 1] > nearest[left] ? left + 1 : left;
  }

  /// Those at a place.
  List<FeatureView> at(long key) {
    return Arrays.stream(views, 0, size).filter(view -> view.key() == key).toList();
  }

  /// Those that still count, nearest first.
  List<Near> found() {
    List<Near> found = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      if (haversines[i] <= bound) {
        found.add(new Near(views[i], SphereOrigin.metres(haversines[i])));
      }
    }
    found.sort(Comparator.comparingDouble(Near::metres));
    return Collections.unmodifiableList(found);
  }
}
