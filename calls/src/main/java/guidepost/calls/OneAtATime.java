package guidepost.calls;

import java.util.concurrent.atomic.AtomicInteger;

/// A step that any thread may ask for and one at a time runs.
///
/// A thread that asks while another is running it just leaves a mark, and that one runs it once
/// more: no thread waits, and no lock is held meanwhile. What one run writes, the next one sees.
///
/// ```
///   writer thread ──┐            pending 0 → 1: this thread runs the step
///   event loop ─────┼─▶ run ───▶ pending n → n+1: the running thread goes round again
///   timer ──────────┘
/// ```
///
/// Threads: any.
final class OneAtATime implements Runnable {

  private final Runnable step;
  private final AtomicInteger pending = new AtomicInteger();

  /// @param step must not throw
  OneAtATime(Runnable step) {
    this.step = step;
  }

  @Override
  public void run() {
    if (pending.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      step.run();
      seen = pending.addAndGet(-seen);
    } while (seen != 0);
  }
}
