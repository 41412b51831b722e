package guidepost.routes.service;

import guidepost.routes.table.RouteTable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The refreshes of sources that are under way: which of their routes were written since they
/// began. The others are stale.
///
/// A route is known by its place in the order of installation, which it keeps for life.
///
/// Memory: 12 to 24 bytes a route written, until the sync ends.
///
/// Threads: the writer's alone, except [#isSyncing].
@SuppressWarnings("ReferenceEquality") // a call is told from others by being another object
final class Syncs {

  private record Scope(RouteTable table, String source) {}

  private record Sync(Object call, LongSet written) {}

  private final Map<Scope, Sync> underWay = new HashMap<>();
  private volatile Set<String> sources = Set.of();

  /// Begins one, in place of another of the same table and source.
  void begin(RouteTable table, String source, Object call) {
    underWay.put(new Scope(table, source), new Sync(call, new LongSet()));
    show();
  }

  /// A route was written, or was to be and was so already.
  void written(RouteTable table, String source, long installed) {
    if (!underWay.isEmpty()) {
      Sync sync = underWay.get(new Scope(table, source));
      if (sync != null) {
        sync.written().add(installed);
      }
    }
  }

  /// Ends the one that a call began.
  ///
  /// @return the routes that are not stale; null if the call has none under way
  @Nullable LongSet end(RouteTable table, String source, Object call) {
    Scope scope = new Scope(table, source);
    Sync sync = underWay.get(scope);
    if (sync == null || sync.call() != call) {
      return null;
    }
    underWay.remove(scope);
    show();
    return sync.written();
  }

  /// Forgets those of a call.
  void forget(Object call) {
    underWay.values().removeIf(sync -> sync.call() == call);
    show();
  }

  private void show() {
    Set<String> names = ConcurrentHashMap.newKeySet();
    underWay.keySet().forEach(scope -> names.add(scope.source()));
    sources = names;
  }

  /// True if a source has one under way in some table.
  boolean isSyncing(String source) {
    return sources.contains(source);
  }
}
