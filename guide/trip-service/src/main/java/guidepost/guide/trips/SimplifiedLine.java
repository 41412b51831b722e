package guidepost.guide.trips;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Which points of a line, in segments, are needed so that those left out are near it: the ends of
/// each segment, and then again and again the point that is farthest from the line so far, until
/// there are as many as may be (Ramer, Douglas and Peucker, from above [1]).
///
/// ```
///   a ───────────────── e        a ──── c ────── e        c was farthest from a–e
///       b    c    d         ─▶      b        d
/// ```
///
/// Distances are on the plane that touches the earth at the point, metres.
///
/// Cost: O(n log n) for a line that is not a spiral; 12 bytes a point.
///
/// Threads: one at a time.
///
/// [1] D. Douglas, T. Peucker, Algorithms for the reduction of the number of points, 1973.
final class SimplifiedLine {

  private static final double METRES_PER_E7 = Math.PI * 6_371_008.8 / 180 / 1e7;
  private static final long ROUND_E7 = 3_600_000_000L;

  /// Points between two that are kept, and the one of them that is farthest from the line.
  private record Stretch(int from, int to, int farthest, double metres) {}

  private final int[] latitudes;
  private final int[] longitudes;
  private final BitSet kept = new BitSet();
  private final PriorityQueue<Stretch> stretches =
      new PriorityQueue<>(Comparator.comparingDouble(Stretch::metres).reversed());
  private int left;

  /// @param starts of the segments, ascending; the first is 0
  /// @param count points
  /// @param max points to keep
  SimplifiedLine(int[] latitudes, int[] longitudes, int count, List<Integer> starts, int max) {
    this.latitudes = latitudes;
    this.longitudes = longitudes;
    this.left = max;
    segments(starts, count).forEach(this::begin);
  }

  /// The longest segments first: the shortest are left out where there is no room.
  private static List<int[]> segments(List<Integer> starts, int count) {
    List<int[]> segments = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      int end = i + 1 < starts.size() ? starts.get(i + 1) : count;
      segments.add(new int[] {starts.get(i), end - 1});
    }
    segments.sort(Comparator.comparingInt((int[] each) -> each[0] - each[1]));
    return segments;
  }

  private void begin(int[] segment) {
    int ends = segment[0] == segment[1] ? 1 : 2;
    if (left >= ends) {
      left -= ends;
      kept.set(segment[0]);
      kept.set(segment[1]);
      add(segment[0], segment[1]);
    }
  }

  /// Keeps the point that is farthest.
  ///
  /// @return false if there is no room, or nothing is left out
  boolean refine() {
    if (left == 0 || stretches.isEmpty() || stretches.peek().metres() == 0) {
      return false;
    }
    Stretch next = stretches.remove();
    left--;
    kept.set(next.farthest());
    add(next.from(), next.farthest());
    add(next.farthest(), next.to());
    return true;
  }

  private void add(int from, int to) {
    if (to - from < 2) {
      return;
    }
    int farthest = from + 1;
    double most = -1;
    for (int i = from + 1; i < to; i++) {
      double metres = metres(i, from, to);
      if (metres > most) {
        most = metres;
        farthest = i;
      }
    }
    stretches.add(new Stretch(from, to, farthest, most));
  }

  /// From a point to the nearest of the straight line between two others.
  private double metres(int point, int from, int to) {
    double narrow = Math.cos(Math.toRadians(latitudes[point] / 1e7));
    double ax = east(point, from) * narrow;
    double ay = (double) latitudes[from] - latitudes[point];
    double bx = east(point, to) * narrow;
    double by = (double) latitudes[to] - latitudes[point];
    double dx = bx - ax;
    double dy = by - ay;
    double length = dx * dx + dy * dy;
    double along = length == 0 ? 0 : Math.clamp(-(ax * dx + ay * dy) / length, 0.0, 1.0);
    return Math.hypot(ax + along * dx, ay + along * dy) * METRES_PER_E7;
  }

  private double east(int from, int to) {
    long east = Math.floorMod((long) longitudes[to] - longitudes[from], ROUND_E7);
    return east > ROUND_E7 / 2 ? east - ROUND_E7 : east;
  }

  /// True if a point is part of the line.
  boolean isKept(int point) {
    return kept.get(point);
  }

  /// The farthest that a point which was left out of a kept segment is from the line.
  double toleranceMetres() {
    Stretch worst = stretches.peek();
    return worst == null ? 0 : worst.metres();
  }
}
