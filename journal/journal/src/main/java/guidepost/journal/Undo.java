package guidepost.journal;

import java.util.ArrayDeque;
import java.util.Deque;

/// How to take back what was decided and has not become durable yet.
///
/// Threads: the writer of a domain.
public final class Undo {

  private final Deque<Runnable> steps = new ArrayDeque<>();

  /// A change was made that `step` takes back.
  public void add(Runnable step) {
    steps.push(step);
  }

  /// What was decided is durable.
  public void forget() {
    steps.clear();
  }

  /// Takes everything back, the last change first.
  public void run() {
    while (!steps.isEmpty()) {
      steps.pop().run();
    }
  }
}
