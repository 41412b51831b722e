package guidepost.routes.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Routes by prefix, for one writer and many readers.
///
/// The writer puts and removes routes, sees its own changes at once, and [#publish]es them together
/// under a revision. Readers work on the last published [RouteSnapshot]: they never wait, and see
/// all of a revision or nothing of it.
///
/// ```
///   writer: put put remove ─▶ tries being edited ──publish(7)──▶ volatile snapshot ◀── readers
/// ```
///
/// Cost: a look-up visits about 20 nodes in the full Internet table. An edit costs as much; the
/// nodes on its path are copied once between two publishes.
///
/// Threads: [#put], [#remove], [#routes] and [#publish] belong to one thread; [#snapshot] and
/// [#longest] to any.
public final class RouteTable {

  /// Bounds the memory that sharing takes; past it sharing starts afresh.
  private static final int SHARED_MAX = 65_536;

  private final PrefixTrie.Editor<List<Route>> ipv4;
  private final PrefixTrie.Editor<List<Route>> ipv6;
  private final Map<NextHop, NextHop> sharedNextHops = new HashMap<>();
  private final Map<String, String> sharedSources = new HashMap<>();
  private int ipv4Routes;
  private int ipv6Routes;

  private volatile RouteSnapshot published;

  /// An empty table, at revision 0.
  public RouteTable() {
    this(new RouteSnapshot(0, PrefixTrie.empty(), PrefixTrie.empty(), 0, 0));
  }

  /// A table that begins as `snapshot` and shares its memory with it.
  public RouteTable(RouteSnapshot snapshot) {
    published = snapshot;
    ipv4 = snapshot.trie(Family.IPV4).edit();
    ipv6 = snapshot.trie(Family.IPV6).edit();
    ipv4Routes = snapshot.routeCount(Family.IPV4);
    ipv6Routes = snapshot.routeCount(Family.IPV6);
  }

  /// The last published state.
  public RouteSnapshot snapshot() {
    return published;
  }

  /// The best route of the longest prefix that covers an address, as last published.
  public Optional<Route> longest(Address destination) {
    return published.longest(destination);
  }

  /// Adds a route, or replaces the one of the same identity. Seen by readers once published.
  public void put(Route route) {
    List<Route> before = routes(route.prefix());
    if (before.isEmpty()) {
      set(route.prefix(), List.of(shared(route)), 1);
      return;
    }
    List<Route> after = new ArrayList<>(before.size() + 1);
    for (Route other : before) {
      if (!other.sameIdentity(route)) {
        after.add(other);
      }
    }
    after.add(shared(route));
    after.sort(Route.RANK);
    set(route.prefix(), after, after.size() - before.size());
  }

  /// Removes the route of the same identity, whatever its metric. Seen by readers once published.
  ///
  /// @return true if there was one
  public boolean remove(Route route) {
    List<Route> before = routes(route.prefix());
    List<Route> after = before.stream().filter(other -> !other.sameIdentity(route)).toList();
    if (after.size() == before.size()) {
      return false;
    }
    set(route.prefix(), after, -1);
    return true;
  }

  /// The routes of exactly this prefix, best first, unpublished changes included.
  public List<Route> routes(Prefix prefix) {
    List<Route> routes = editor(prefix.family()).get(prefix);
    return routes == null ? List.of() : routes;
  }

  /// Shows readers every change made since the last time.
  ///
  /// @param revision what the new state is called
  public void publish(long revision) {
    published = new RouteSnapshot(revision, ipv4.trie(), ipv6.trie(), ipv4Routes, ipv6Routes);
  }

  private PrefixTrie.Editor<List<Route>> editor(Family family) {
    return family == Family.IPV4 ? ipv4 : ipv6;
  }

  private void set(Prefix prefix, List<Route> routes, int change) {
    editor(prefix.family()).set(prefix, routes.isEmpty() ? null : List.copyOf(routes));
    switch (prefix.family()) {
      case IPV4 -> ipv4Routes += change;
      case IPV6 -> ipv6Routes += change;
    }
  }

  /// The same route, sharing its next hop and source with the routes that have equal ones.
  private Route shared(Route route) {
    return new Route(
        route.prefix(),
        shared(sharedSources, route.source()),
        shared(sharedNextHops, route.nextHop()),
        route.distance(),
        route.metric(),
        route.installed(),
        route.revision());
  }

  private static <T> T shared(Map<T, T> known, T value) {
    if (known.size() >= SHARED_MAX) {
      known.clear();
    }
    return known.computeIfAbsent(value, same -> same);
  }
}
