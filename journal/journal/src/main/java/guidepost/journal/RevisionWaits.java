package guidepost.journal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/// Callers that wait until readers see a revision, the lowest one first. Whoever is done, or has
/// given up, is held no longer: any caller may name a revision that never comes.
///
/// Cost: logarithmic in those that wait. Threads: one at a time.
final class RevisionWaits {

  /// One caller.
  ///
  /// @param number tells callers that wait for the same revision apart
  record Wait(long revision, long number, CompletableFuture<Void> reached) {}

  private final TreeSet<Wait> waits =
      new TreeSet<>(Comparator.comparingLong(Wait::revision).thenComparingLong(Wait::number));

  private long added;

  /// One more waits.
  Wait add(long revision) {
    Wait wait = new Wait(revision, added, new CompletableFuture<>());
    added++;
    waits.add(wait);
    return wait;
  }

  /// It waits no longer.
  void remove(Wait wait) {
    waits.remove(wait);
  }

  /// Takes out those who wait for a revision or an earlier one.
  List<CompletableFuture<Void>> upTo(long revision) {
    List<CompletableFuture<Void>> reached = new ArrayList<>();
    while (!waits.isEmpty() && waits.first().revision() <= revision) {
      reached.add(waits.removeFirst().reached());
    }
    return reached;
  }

  /// How many wait.
  int size() {
    return waits.size();
  }
}
