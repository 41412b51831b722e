package guidepost.guide.trips;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
/// Files and devices send whole segments newest first too. So each run of a batch is looked at
/// alone, and then whether the last of all are a part of a run or whole ones. A run is what belongs
/// to one segment: it ends before a fix that begins another, or that is a minute before all that
/// came, unless it follows what was recorded before.
///
/// ```
///   arrived   [900 901 5000 902] [1 2 3 4]     left out: 5000, but not 900 901 902
/// ```
///
/// Cost: O(n log n), O(n) if it is in order.
final class TimeOrder {

  /// A minute: fixes of one segment are closer together, and clocks jump farther.
  private static final long JUMP_MILLIS = 60_000;

  /// Of so many steps from one fix to the next one may lead back in a batch that came in order.
  private static final int STEPS_FOR_A_STEP_BACK = 8;

  private TimeOrder() {}

  /// A fix, its place among those that arrived, and the number of its run.
  private record Arrived(TripFix fix, int place, int run) {

    long millis() {
      return fix.unixMillis();
    }

    Arrived beginningSegment(boolean begins) {
      return new Arrived(fix.beginningSegment(begins), place, run);
    }
  }

  private static final Comparator<Arrived> BY_TIME = Comparator.comparingLong(Arrived::millis);

  /// The fixes that stay, in order. One that begins a segment and goes leaves that to the next.
  ///
  /// @param last what none may be before
  static List<TripFix> of(List<TripFix> fixes, long last) {
    List<List<Arrived>> runs = runs(fixes, last);
    boolean goesOn = !runs.isEmpty() && !runs.getFirst().getFirst().fix().beginsSegment();
    List<Arrived> kept = new ArrayList<>();
    runs.forEach(run -> kept.addAll(withoutJump(run)));
    kept.sort(BY_TIME);
    int left = kept.size() - jumped(kept);
    boolean isPart = goesOn && left > 0 && kept.getFirst().millis() - JUMP_MILLIS <= last;
    List<Arrived> stay = isWhole(kept, left, isPart) ? kept : kept.subList(0, left);
    return stay.stream().map(Arrived::fix).toList();
  }

  /// The fixes of a run that stay, in order; the first begins a segment if the first to arrive did.
  private static List<Arrived> withoutJump(List<Arrived> run) {
    boolean begins = run.getFirst().fix().beginsSegment();
    run.sort(BY_TIME);
    List<Arrived> stay = run.subList(0, run.size() - jumped(run));
    stay.replaceAll(each -> each.beginningSegment(false));
    stay.set(0, stay.getFirst().beginningSegment(begins));
    return stay;
  }

  private static List<List<Arrived>> runs(List<TripFix> fixes, long last) {
    List<List<Arrived>> runs = new ArrayList<>();
    boolean begins = false;
    long first = Long.MAX_VALUE;
    for (int i = 0; i < fixes.size(); i++) {
      TripFix fix = fixes.get(i);
      begins |= fix.beginsSegment();
      if (fix.unixMillis() < last) {
        continue;
      }
      if (runs.isEmpty() || begins || isOlder(fix, first, last)) {
        runs.add(new ArrayList<>());
      }
      runs.getLast().add(new Arrived(fix.beginningSegment(begins), i, runs.size() - 1));
      first = Math.min(first, fix.unixMillis());
      begins = false;
    }
    return runs;
  }

  /// True if a fix is a minute before the first of those that came, and no less after those that
  /// were recorded.
  private static boolean isOlder(TripFix fix, long first, long last) {
    return first - fix.unixMillis() > JUMP_MILLIS
        && (last == Long.MIN_VALUE || fix.unixMillis() - last > JUMP_MILLIS);
  }

  /// True if what lies behind a place are runs of which nothing lies before it.
  ///
  /// @param firstIsPart true if the first run goes on with what was recorded before
  private static boolean isWhole(List<Arrived> ordered, int place, boolean firstIsPart) {
    Set<Integer> before = new HashSet<>();
    if (firstIsPart) {
      before.add(0);
    }
    ordered.subList(0, place).forEach(arrived -> before.add(arrived.run()));
    return ordered.subList(place, ordered.size()).stream()
        .noneMatch(arrived -> before.contains(arrived.run()));
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
      long gap = ordered.get(i).millis() - ordered.get(i - 1).millis();
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
