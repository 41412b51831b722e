package guidepost.calls;

import java.util.IdentityHashMap;
import java.util.function.Consumer;

/// Finds the watches that a change concerns: so that with many watches of little each, a change
/// costs what it concerns and not what there is.
///
/// Threads: one at a time, under the handler's lock.
///
/// @param <C> a change
/// @param <P> what a watch is to be sent
public interface WatchFinder<C, P> {

  /// A watch begins.
  void add(Watcher watch, P plan);

  /// A watch has ended.
  void remove(Watcher watch);

  /// Shows every watch that wants a change, and may show others.
  void find(C change, Consumer<Watcher> found);

  /// Asks each watch about each change: for domains where there are few.
  ///
  /// @param <C> a change
  /// @param <P> what a watch is to be sent
  static <C, P extends WatchPlan<C, ?>> WatchFinder<C, P> each() {
    IdentityHashMap<Watcher, P> plans = new IdentityHashMap<>();
    return new WatchFinder<>() {
      @Override
      public void add(Watcher watch, P plan) {
        plans.put(watch, plan);
      }

      @Override
      public void remove(Watcher watch) {
        plans.remove(watch);
      }

      @Override
      public void find(C change, Consumer<Watcher> found) {
        plans.forEach(
            (watch, plan) -> {
              if (plan.wants(change)) {
                found.accept(watch);
              }
            });
      }
    };
  }
}
