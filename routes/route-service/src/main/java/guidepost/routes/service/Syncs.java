package guidepost.routes.service;

import guidepost.routes.table.RouteTable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The refreshes of sources that are under way: which of their routes were written since they
/// began. The others are stale.
///
/// A route is known by its place in the order of installation, which it keeps for life.
///
/// What is decided counts at once for what is decided after it, and is kept by [#publish] once it
/// is durable, or taken back by [#abandon].
///
/// Memory: 16 to 32 bytes a route written, until the sync ends.
///
/// Threads: the writer's alone, except [#isSyncing].
@SuppressWarnings("ReferenceEquality") // a call is told from others by being another object
final class Syncs {

  private record Scope(RouteTable table, String source) {}

  /// One under way, since a call began it.
  private static final class Sync {
    final Object call;
    private final LongSet written = new LongSet();
    // What was decided since the last publication.
    private LongSet decided = new LongSet();

    Sync(Object call) {
      this.call = call;
    }

    void keepDecided() {
      if (decided.size() > 0) {
        written.addAll(decided);
        decided = new LongSet();
      }
    }

    void dropDecided() {
      if (decided.size() > 0) {
        decided = new LongSet();
      }
    }

    boolean isStale(long installed) {
      return !written.contains(installed) && !decided.contains(installed);
    }
  }

  private final Map<Scope, Sync> underWay = new HashMap<>();
  private Map<Scope, Sync> published = Map.of();
  private volatile Set<String> sources = Set.of();

  /// Begins one, in place of another of the same table and source.
  void begin(RouteTable table, String source, Object call) {
    underWay.put(new Scope(table, source), new Sync(call));
  }

  /// A route was written, or was to be and was so already.
  void written(RouteTable table, String source, long installed) {
    if (!underWay.isEmpty()) {
      Sync sync = underWay.get(new Scope(table, source));
      if (sync != null) {
        sync.decided.add(installed);
      }
    }
  }

  /// Ends the one that a call began.
  ///
  /// @return tells by its place whether a route is stale; null if the call has none under way
  @Nullable LongPredicate end(RouteTable table, String source, Object call) {
    Scope scope = new Scope(table, source);
    Sync sync = underWay.get(scope);
    if (sync == null || sync.call != call) {
      return null;
    }
    underWay.remove(scope);
    return sync::isStale;
  }

  /// Forgets those of a call that is over.
  void endCall(Object call) {
    underWay.values().removeIf(sync -> sync.call == call);
  }

  /// Forgets those of a table that is dropped.
  void dropTable(RouteTable table) {
    underWay.keySet().removeIf(scope -> scope.table() == table);
  }

  /// Forgets those of a source that is deleted.
  void deleteSource(String source) {
    underWay.keySet().removeIf(scope -> scope.source().equals(source));
  }

  /// What was decided is durable.
  void publish() {
    underWay.values().forEach(Sync::keepDecided);
    if (!underWay.equals(published)) {
      published = Map.copyOf(underWay);
      sources = published.keySet().stream().map(Scope::source).collect(Collectors.toSet());
    }
  }

  /// What was decided since the last publication is not done.
  void abandon() {
    underWay.clear();
    underWay.putAll(published);
    underWay.values().forEach(Sync::dropDecided);
  }

  /// True if a source has one under way in some table.
  boolean isSyncing(String source) {
    return sources.contains(source);
  }
}
