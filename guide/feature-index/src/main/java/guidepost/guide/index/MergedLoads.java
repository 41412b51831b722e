package guidepost.guide.index;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Several sorted loads as one: each is cut at the same keys, and what lies between two cuts is
/// merged and laid into leaves at the same time as the others.
///
/// ```
///   load 0   aa b | d  | fg h         ─▶  leaves of  aaab cc | ddd e | ff gh i
///   load 1   a cc | dd e | f i            each part by a thread
/// ```
///
/// Threads: one; it uses those of the common pool.
final class MergedLoads {

  /// Parts that are made at a time: several for each processor, since one may be busy otherwise.
  private static final int PARTS = 32;

  /// A leaf at the end of a part is not full.
  private static final int FEATURES_PER_PART_MIN = 1_024;

  private final List<SortedLoad> loads;
  private final int size;

  MergedLoads(List<SortedLoad> loads) {
    this.loads = loads;
    this.size = loads.stream().mapToInt(load -> load.keys().length).sum();
  }

  /// The leaves, in order.
  List<Node> leaves() {
    int parts = Math.clamp(size / FEATURES_PER_PART_MIN, 1, PARTS);
    return IntStream.range(0, parts)
        .parallel()
        .mapToObj(part -> new Merge(cuts(part, parts), cuts(part + 1, parts)).leaves())
        .flatMap(List::stream)
        .toList();
  }

  /// Where a part begins in each load.
  private int[] cuts(int part, int parts) {
    if (part == parts) {
      return loads.stream().mapToInt(load -> load.keys().length).toArray();
    }
    long key = keyBehind((int) ((long) size * part / parts));
    return loads.stream().mapToInt(load -> load.countBefore(key)).toArray();
  }

  /// The greatest key with at most so many features before it.
  private long keyBehind(int count) {
    long low = Long.MIN_VALUE;
    long high = Long.MAX_VALUE;
    while (low < high) {
      long middle = high - ((high - low) >>> 1);
      if (countBefore(middle) <= count) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private int countBefore(long key) {
    int count = 0;
    for (SortedLoad load : loads) {
      count += load.countBefore(key);
    }
    return count;
  }

  /// One part.
  private final class Merge {

    /// Features that are read together: memory brings the records of all of them at once.
    private static final int AHEAD = 64;

    private final int[] at;
    private final int[] end;
    private final int[] aheadLoads = new int[AHEAD];
    private final long[] aheadKeys = new long[AHEAD];
    private final int[] aheadRecords = new int[AHEAD];
    private final List<Node> leaves = new ArrayList<>();
    private final Leaf.Filler filler = new Leaf.Filler(leaves::add);

    /// Keeps the reading ahead from being left out.
    @SuppressWarnings("UnusedVariable")
    private int fetched;

    Merge(int[] at, int[] end) {
      this.at = at;
      this.end = end;
    }

    List<Node> leaves() {
      for (int ahead = lookAhead(); ahead > 0; ahead = lookAhead()) {
        for (int i = 0; i < ahead; i++) {
          FeatureLoad load = loads.get(aheadLoads[i]).load();
          load.addTo(filler, aheadKeys[i], aheadRecords[i]);
        }
      }
      filler.end();
      return leaves;
    }

    /// Number of features that come next; 0 at the end.
    private int lookAhead() {
      int ahead = 0;
      for (int next = next(); next >= 0; next = next()) {
        SortedLoad load = loads.get(next);
        int from = at[next]++;
        aheadLoads[ahead] = next;
        aheadKeys[ahead] = load.keys()[from];
        aheadRecords[ahead] = load.records()[from];
        fetched += load.load().fetch(load.records()[from]);
        if (++ahead == AHEAD) {
          break;
        }
      }
      return ahead;
    }

    /// The load whose turn it is; -1 at the end.
    private int next() {
      int first = -1;
      for (int each = 0; each < at.length; each++) {
        if (at[each] < end[each] && (first < 0 || isBefore(each, first))) {
          first = each;
        }
      }
      return first;
    }

    private boolean isBefore(int one, int other) {
      SortedLoad left = loads.get(one);
      SortedLoad right = loads.get(other);
      long key = left.keys()[at[one]];
      long otherKey = right.keys()[at[other]];
      return key < otherKey || (key == otherKey && left.order(at[one]) < right.order(at[other]));
    }
  }
}
