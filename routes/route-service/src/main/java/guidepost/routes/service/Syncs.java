package guidepost.routes.service;

import guidepost.routes.table.Family;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteTable;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The refreshes of sources that are under way, each of the routes of one table, source and address
/// family: which of them were written since it began, and what was rejected. The others are stale.
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

  private record Scope(RouteTable table, String source, Family family) {}

  /// One under way, since a call began it.
  private static final class Sync {
    final Object call;
    final String owner;
    private final LongSet written;
    private long rejections;
    private String firstRejection = "";
    // What was decided since the last publication.
    private LongSet decided = new LongSet();
    private long decidedRejections;
    private String firstDecidedRejection = "";

    Sync(Object call, String owner) {
      this(call, owner, new LongSet());
    }

    private Sync(Object call, String owner, LongSet written) {
      this.call = call;
      this.owner = owner;
      this.written = written;
    }

    /// Learns what is decided for itself; what was published is shared, and must not change.
    Sync trial() {
      Sync trial = new Sync(call, owner, written);
      trial.rejections = rejections;
      trial.firstRejection = firstRejection;
      trial.decided.addAll(decided);
      trial.decidedRejections = decidedRejections;
      trial.firstDecidedRejection = firstDecidedRejection;
      return trial;
    }

    void rejected(String text) {
      firstDecidedRejection = decidedRejections == 0 ? text : firstDecidedRejection;
      decidedRejections++;
    }

    void keepDecided() {
      firstRejection = firstRejection();
      rejections = rejections();
      if (decided.size() > 0) {
        written.addAll(decided);
      }
      dropDecided();
    }

    void dropDecided() {
      decidedRejections = 0;
      firstDecidedRejection = "";
      if (decided.size() > 0) {
        decided = new LongSet();
      }
    }

    boolean isStale(long installed) {
      return !written.contains(installed) && !decided.contains(installed);
    }

    long rejections() {
      return rejections + decidedRejections;
    }

    String firstRejection() {
      return rejections == 0 ? firstDecidedRejection : firstRejection;
    }
  }

  /// What a call knows of the refreshes that it is about to end.
  ///
  /// @param isStale tells whether a route of the table and source is to be swept
  /// @param rejections operations on these routes that the call was rejected meanwhile
  /// @param firstRejection why the first of them was; empty if there are none
  record UnderWay(Predicate<Route> isStale, long rejections, String firstRejection) {}

  private final Map<Scope, Sync> underWay = new HashMap<>();
  private Map<Scope, Sync> published = Map.of();
  private volatile Set<String> sources = Set.of();

  /// The same refreshes for a dry run: what that begins, writes and ends, these never learn. It
  /// must not be published.
  ///
  /// Cost: a copy of what was decided since the last publication.
  Syncs trial() {
    Syncs trial = new Syncs();
    underWay.forEach((scope, sync) -> trial.underWay.put(scope, sync.trial()));
    return trial;
  }

  /// Begins one, in place of another one of the same table, source, family and owner: a caller that
  /// comes back begins again, although the call that it lost may look open still.
  ///
  /// @param owner whose it is; empty if unknown
  /// @return false if one of another owner is under way: then nothing begins
  boolean begin(RouteTable table, String source, Set<Family> families, Object call, String owner) {
    for (Family family : families) {
      Sync other = underWay.get(new Scope(table, source, family));
      if (other != null && !other.owner.equals(owner)) {
        return false;
      }
    }
    families.forEach(
        family -> underWay.put(new Scope(table, source, family), new Sync(call, owner)));
    return true;
  }

  /// True if there are any, as decided so far.
  boolean areUnderWay() {
    return !underWay.isEmpty();
  }

  /// A route was written, or was to be and was so already.
  ///
  /// @param installed its place in the order of installation
  void written(RouteTable table, String source, Family family, long installed) {
    if (!underWay.isEmpty()) {
      Sync sync = underWay.get(new Scope(table, source, family));
      if (sync != null) {
        sync.decided.add(installed);
      }
    }
  }

  /// A call was rejected an operation on such routes: what it began to refresh may have a hole.
  ///
  /// @param text why
  void rejected(RouteTable table, String source, Set<Family> families, Object call, String text) {
    if (!underWay.isEmpty()) {
      families.stream()
          .map(family -> underWay.get(new Scope(table, source, family)))
          .filter(sync -> sync != null && sync.call == call)
          .forEach(sync -> sync.rejected(text));
    }
  }

  /// Those that a call began.
  ///
  /// @return null if it has not all of them under way
  @Nullable UnderWay of(RouteTable table, String source, Set<Family> families, Object call) {
    Map<Family, Sync> syncs = new EnumMap<>(Family.class);
    for (Family family : families) {
      Sync sync = underWay.get(new Scope(table, source, family));
      if (sync == null || sync.call != call) {
        return null;
      }
      syncs.put(family, sync);
    }
    return new UnderWay(
        route -> isStale(route, syncs.get(route.prefix().family())),
        syncs.values().stream().mapToLong(Sync::rejections).max().orElse(0),
        syncs.values().stream()
            .map(Sync::firstRejection)
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse(""));
  }

  private static boolean isStale(Route route, @Nullable Sync sync) {
    return sync != null && sync.isStale(route.installed());
  }

  /// Ends some.
  void end(RouteTable table, String source, Set<Family> families) {
    families.forEach(family -> underWay.remove(new Scope(table, source, family)));
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

  /// Forgets all of them: the calls that began them were ended, or will be.
  void forget() {
    underWay.clear();
    publish();
  }

  /// True if a source has one under way in some table.
  boolean isSyncing(String source) {
    return sources.contains(source);
  }
}
