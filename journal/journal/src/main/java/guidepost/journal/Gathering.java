package guidepost.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The requests that wait for a writer, and whether it is time to write them.
///
/// Usually it is as soon as one is there. After a group that was a round over a network, so many
/// are awaited as that group had and as waited behind it: if all of them are of callers that ask
/// one thing after the other, so many are here soon. Half of the largest group is worth a round
/// whoever comes.
///
/// ```
///   expect(3), 2 wait ─▶ awaitExpected: 5 wanted ─▶ isReady ─▶ awaitAny: 1 wanted ─▶ takeGroup
/// ```
///
/// Cost: constant for each request. Threads: one at a time.
///
/// @param <Q> what is asked
/// @param <A> what is answered
final class Gathering<Q, A> {

  /// Most changes in a group: bounds the memory of one append and how long a caller waits.
  static final int GROUP_CHANGES_MAX = 16_384;

  /// One request.
  ///
  /// @param changes that it may make
  /// @param stands see [DomainWriter#submit(Object, int, BooleanSupplier)]
  /// @param observed what the writer's observer knows it by
  record Pending<Q, A>(
      Q request,
      int changes,
      BooleanSupplier stands,
      CompletableFuture<A> answer,
      @Nullable Object observed) {}

  private final int changesMax;
  private final Queue<Pending<Q, A>> queue = new ArrayDeque<>();
  private int changes;

  /// So many requests are worth a group.
  private int wanted = 1;

  /// How many may be here soon.
  private int expected;

  /// @param changesMax most changes that may wait
  Gathering(int changesMax) {
    this.changesMax = changesMax;
  }

  /// True if there is space for a request; for any if none waits.
  boolean hasSpaceFor(int more) {
    return queue.isEmpty() || changes + more <= changesMax;
  }

  void add(Pending<Q, A> pending) {
    queue.add(pending);
    changes += pending.changes();
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /// Changes that wait.
  int changes() {
    return changes;
  }

  /// A round is over: its callers, and those who wait already, may all be here soon.
  ///
  /// @param answered requests of the round
  void expect(int answered) {
    expected = answered + queue.size();
  }

  /// From now on those that were expected last are wanted.
  void awaitExpected() {
    wanted = expected;
    expected = 0;
  }

  /// From now on one is enough.
  void awaitAny() {
    wanted = 1;
  }

  /// True if it is time to write what waits.
  boolean isReady() {
    return queue.size() >= wanted || changes >= Math.min(GROUP_CHANGES_MAX, changesMax) / 2;
  }

  /// Takes out the next group, in order; at least one request if any waits.
  List<Pending<Q, A>> takeGroup() {
    List<Pending<Q, A>> group = new ArrayList<>();
    int taken = 0;
    while (!queue.isEmpty() && taken < GROUP_CHANGES_MAX) {
      Pending<Q, A> next = queue.remove();
      taken += next.changes();
      group.add(next);
    }
    changes -= taken;
    return group;
  }

  /// Takes out all.
  List<Pending<Q, A>> takeAll() {
    List<Pending<Q, A>> all = new ArrayList<>(queue);
    queue.clear();
    changes = 0;
    return all;
  }
}
