package guidepost.routes.service;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// A timer that runs nothing before the test says so.
final class ManualTimer extends ScheduledThreadPoolExecutor {

  /// What waits.
  ///
  /// @param millis after which it was to run
  record Waiting(long millis, Runnable task, ScheduledFuture<?> future) {}

  private final List<Waiting> all = new CopyOnWriteArrayList<>();

  ManualTimer() {
    super(1, Thread.ofPlatform().daemon().factory());
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    ScheduledFuture<?> future = super.schedule(() -> {}, Integer.MAX_VALUE, TimeUnit.DAYS);
    all.add(new Waiting(unit.toMillis(delay), task, future));
    return future;
  }

  /// What was asked for and not cancelled, in order.
  List<Waiting> waiting() {
    return all.stream().filter(each -> !each.future().isCancelled()).toList();
  }

  /// What was asked for, cancelled or not, in order.
  List<Waiting> all() {
    return List.copyOf(all);
  }
}
