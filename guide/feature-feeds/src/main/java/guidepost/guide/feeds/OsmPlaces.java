package guidepost.guide.feeds;

import guidepost.guide.geo.Point;
import java.util.Arrays;
import java.util.Optional;

/// Where the nodes and ways of a file are, by their ids. Files list them in order of their ids,
/// nodes before ways and these before relations; those that do not are sorted before the first
/// look.
///
/// Memory: 16 bytes each. Cost: O(log n) a look. Threads: one.
final class OsmPlaces {

  /// Entries before the first growth: 64 KiB.
  private static final int FIRST = 1 << 12;

  private final int most;
  private long[] ids = new long[FIRST];
  private long[] points = new long[FIRST];
  private int size;
  private boolean sorted = true;

  /// @param most how many are kept; of what comes after them nothing is known
  OsmPlaces(int most) {
    this.most = most;
  }

  /// As many as a quarter of the memory has room for, half of them nodes.
  static int mostThatFit() {
    long room = Runtime.getRuntime().maxMemory() / 4 / (2 * 2 * Long.BYTES);
    return (int) Math.min(Integer.MAX_VALUE / 2, room);
  }

  void put(long id, Point point) {
    if (size == most) {
      return;
    }
    if (size == ids.length) {
      int next = (int) Math.min(most, 2L * size);
      ids = Arrays.copyOf(ids, next);
      points = Arrays.copyOf(points, next);
    }
    sorted &= size == 0 || ids[size - 1] < id;
    ids[size] = id;
    points[size++] =
        ((long) point.latitudeE7() << Integer.SIZE) | Integer.toUnsignedLong(point.longitudeE7());
  }

  /// Where it is; empty if it is not in the file, or not kept.
  Optional<Point> get(long id) {
    sort();
    int at = Arrays.binarySearch(ids, 0, size, id);
    return at < 0
        ? Optional.empty()
        : Optional.of(new Point((int) (points[at] >> Integer.SIZE), (int) points[at]));
  }

  private void sort() {
    if (sorted) {
      return;
    }
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Long.compare(ids[a], ids[b]));
    long[] sortedIds = new long[size];
    long[] sortedPoints = new long[size];
    for (int i = 0; i < size; i++) {
      sortedIds[i] = ids[order[i]];
      sortedPoints[i] = points[order[i]];
    }
    ids = sortedIds;
    points = sortedPoints;
    sorted = true;
  }
}
