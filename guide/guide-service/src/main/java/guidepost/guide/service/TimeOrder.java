package guidepost.guide.service;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Takes fixes of a clock that jumped out of a batch: what stays is in order, and as much as can
/// be.
///
/// That is a longest increasing subsequence [1]; of several, the one that ends earliest, so that it
/// leaves most room for what follows.
///
/// Cost: one look if the batch is in order, as nearly all are, else O(n log n).
///
/// [1] C. Schensted, Longest increasing and decreasing subsequences, Canadian Journal of
/// Mathematics 13, 1961.
final class TimeOrder {

  private final long[] times;

  /// For each length, the fix that a sequence of this length ends with at the earliest.
  private final int[] ends;

  /// The fix before each in the longest sequence that ends with it; -1: none.
  private final int[] before;

  private int longest;

  private TimeOrder(List<TripFix> fixes) {
    times = fixes.stream().mapToLong(TripFix::unixMillis).toArray();
    ends = new int[times.length];
    before = new int[times.length];
  }

  /// The fixes that stay.
  ///
  /// @param last what none may be before
  static List<TripFix> of(List<TripFix> fixes, long last) {
    List<TripFix> later = fixes.stream().filter(fix -> fix.unixMillis() >= last).toList();
    if (isInOrder(later)) {
      return later;
    }
    TimeOrder order = new TimeOrder(later);
    for (int i = 0; i < later.size(); i++) {
      order.add(i);
    }
    return order.longest().stream().map(later::get).toList();
  }

  private static boolean isInOrder(List<TripFix> fixes) {
    for (int i = 1; i < fixes.size(); i++) {
      if (fixes.get(i).unixMillis() < fixes.get(i - 1).unixMillis()) {
        return false;
      }
    }
    return true;
  }

  private void add(int fix) {
    int length = longestBefore(times[fix]);
    before[fix] = length == 0 ? -1 : ends[length - 1];
    ends[length] = fix;
    longest = Math.max(longest, length + 1);
  }

  /// How long a sequence can be that ends no later; equal times follow each other.
  private int longestBefore(long time) {
    int low = 0;
    int high = longest;
    while (low < high) {
      int middle = (low + high) / 2;
      boolean fits = times[ends[middle]] <= time;
      low = fits ? middle + 1 : low;
      high = fits ? high : middle;
    }
    return low;
  }

  private List<Integer> longest() {
    List<Integer> longest = new ArrayList<>();
    for (int fix = ends[this.longest - 1]; fix >= 0; fix = before[fix]) {
      longest.add(fix);
    }
    Collections.reverse(longest);
    return longest;
  }
}
