package guidepost.guide.features;

import guidepost.calls.WatchFinder;
import guidepost.calls.Watcher;
import guidepost.guide.geo.CellIndex;
import guidepost.guide.geo.Extent;
import guidepost.guide.index.Feature;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds the watches of the areas that a feature was in or is in, by the cells that areas touch: a
/// change costs the watches near it, however many there are elsewhere.
///
/// Cost: about a microsecond a change, and what the watches near it cost.
///
/// Threads: one at a time.
final class FeatureWatchFinder implements WatchFinder<FeatureEvent, FeatureWatch> {

  private record Listed(Watcher watch, FeatureWatch plan) {}

  private final CellIndex<Listed> areas = new CellIndex<>();
  private final Map<Watcher, CellIndex.Entry<Listed>> entries = new HashMap<>();

  @Override
  public void add(Watcher watch, FeatureWatch plan) {
    entries.put(
        watch, areas.add(new Listed(watch, plan), List.of(Extent.of(plan.watched().area().box()))));
  }

  @Override
  public void remove(Watcher watch) {
    CellIndex.Entry<Listed> entry = entries.remove(watch);
    if (entry != null) {
      areas.remove(entry);
    }
  }

  @Override
  public void find(FeatureEvent change, Consumer<Watcher> found) {
    if (entries.isEmpty()) {
      return;
    }
    Feature before = change.before();
    Feature after = change.after();
    find(before, change, found);
    if (after != null && (before == null || !before.point().equals(after.point()))) {
      find(after, change, found);
    }
  }

  private void find(@Nullable Feature place, FeatureEvent change, Consumer<Watcher> found) {
    if (place == null) {
      return;
    }
    areas.forEach(
        Extent.of(place.point()),
        each -> {
          if (each.plan().wants(change)) {
            found.accept(each.watch());
          }
        });
  }
}
