package guidepost.guide.service;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Puts a batch in order of time. Devices send fixes as they get them, not always in order; and
/// clocks jump.
///
/// A few fixes of a clock that had jumped ahead would, as the last of their batch, have all that
/// follow them skipped. They show by what the batch goes on with: fixes that came after them, and
/// are more than a minute before them. The others must have come in order, but for one in eight: in
/// a batch that is shuffled or sent newest first, what follows a pause is no jump.
///
/// ```
///   arrived   1 2 3 900 901 5 6        in order   1 2 3 5 6 | 900 901     left out: 900 901
///   arrived   901 900 6 5 3 2 1        in order   1 2 3 5 6   900 901     left out: nothing
/// ```
///
/// Cost: O(n log n), O(n) if it is in order.
final class TimeOrder {

  private static final long JUMP_MILLIS = 60_000;

  /// Of so many steps from one fix to the next one may lead back in a batch that came in order.
  private static final int STEPS_FOR_A_STEP_BACK = 8;

  private TimeOrder() {}

  /// A fix and its place among those that arrived.
  private record Arrived(TripFix fix, int place) {}

  /// The fixes that stay, in order. One that begins a segment and goes leaves that to the next.
  ///
  /// @param last what none may be before
  static List<TripFix> of(List<TripFix> fixes, long last) {
    List<Arrived> ordered = new ArrayList<>();
    boolean begins = false;
    for (int i = 0; i < fixes.size(); i++) {
      TripFix fix = fixes.get(i);
      begins |= fix.beginsSegment();
      if (fix.unixMillis() >= last) {
        ordered.add(new Arrived(fix.beginningSegment(begins), i));
        begins = false;
      }
    }
    ordered.sort(Comparator.comparingLong(arrived -> arrived.fix().unixMillis()));
    return ordered.subList(0, ordered.size() - jumped(ordered)).stream().map(Arrived::fix).toList();
  }

  /// How many at the end came before the others: fewer than those.
  private static int jumped(List<Arrived> ordered) {
    int size = ordered.size();
    int lastArrived =
        ordered.stream()
            .max(Comparator.comparingInt(Arrived::place))
            .map(ordered::indexOf)
            .orElse(size - 1);
    for (int i = lastArrived + 1; i < size; i++) {
      long gap = ordered.get(i).fix().unixMillis() - ordered.get(i - 1).fix().unixMillis();
      if (gap > JUMP_MILLIS) {
        return size - i < i && cameInOrder(ordered.subList(0, i)) ? size - i : 0;
      }
    }
    return 0;
  }

  private static boolean cameInOrder(List<Arrived> ordered) {
    int back = 0;
    for (int i = 1; i < ordered.size(); i++) {
      back += ordered.get(i).place() < ordered.get(i - 1).place() ? 1 : 0;
    }
    return back * STEPS_FOR_A_STEP_BACK < ordered.size();
  }
}
