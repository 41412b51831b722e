package guidepost.routes.table;

import java.util.List;
import java.util.Optional;

/// Routes by prefix, for one writer and many readers.
///
/// The writer puts and removes routes, sees its own changes at once, and [#publish]es them together
/// under a revision. Readers work on the last published [RouteSnapshot]: they never wait, and see
/// all of a revision or nothing of it.
///
/// ```
///   writer: put put remove ─▶ trees being edited ──publish(7)──▶ volatile snapshot ◀── readers
/// ```
///
/// Cost: O(log n) a look-up and an edit ([RouteTree]); the nodes on the path of an edit are copied
/// once between two publishes, so publish once a batch.
///
/// Threads: [#put], [#remove], [#routes] and [#publish] belong to one thread; the rest to any.
public final class RouteTable {

  private final RouteTreeEditor ipv4;
  private final RouteTreeEditor ipv6;
  private final Shared<Attributes> sharedAttributes = new Shared<>();

  private volatile RouteSnapshot published;

  /// An empty table, at revision 0.
  public RouteTable() {
    this(new RouteSnapshot(0, RouteTree.empty(Family.IPV4), RouteTree.empty(Family.IPV6)));
  }

  /// A table that begins as `snapshot` and shares its memory with it.
  public RouteTable(RouteSnapshot snapshot) {
    published = snapshot;
    ipv4 = new RouteTreeEditor(snapshot.tree(Family.IPV4));
    ipv6 = new RouteTreeEditor(snapshot.tree(Family.IPV6));
  }

  /// The last published state.
  public RouteSnapshot snapshot() {
    return published;
  }

  /// The best route of the longest prefix that covers an address, as last published.
  public Optional<Route> longest(Address destination) {
    return published.longest(destination);
  }

  /// The best route of the longest prefix that covers all of `destination`, as last published.
  public Optional<Route> longest(Prefix destination) {
    return published.longest(destination);
  }

  /// The best route for each of many IPv4 addresses, as last published, all of one revision.
  ///
  /// @param addresses 32 bits each
  /// @param count how many of them, from the first on
  /// @throws IndexOutOfBoundsException if there are fewer
  public Lookups longestIpv4(int[] addresses, int count) {
    return published.longestIpv4(addresses, count);
  }

  /// The best route for each of many IPv6 addresses, as last published, all of one revision.
  ///
  /// @param highLow the first and the last 64 bits of each, one address after the other
  /// @param count how many of them, from the first on
  /// @throws IndexOutOfBoundsException if there are fewer
  public Lookups longestIpv6(long[] highLow, int count) {
    return published.longestIpv6(highLow, count);
  }

  /// Adds a route, or replaces the one of the same identity. Seen by readers once published.
  public void put(Route route) {
    editor(route.prefix().family()).put(row(route));
  }

  /// Removes the route of the same identity, whatever its metric. Seen by readers once published.
  ///
  /// @return true if there was one
  public boolean remove(Route route) {
    return editor(route.prefix().family()).remove(row(route));
  }

  /// The routes of exactly this prefix, best first, unpublished changes included.
  public List<Route> routes(Prefix prefix) {
    return editor(prefix.family()).working().exact(prefix);
  }

  /// Shows readers every change made since the last time.
  ///
  /// @param revision what the new state is called
  public void publish(long revision) {
    published = new RouteSnapshot(revision, ipv4.tree(), ipv6.tree());
  }

  private RouteTreeEditor editor(Family family) {
    return family == Family.IPV4 ? ipv4 : ipv6;
  }

  private Row row(Route route) {
    return Row.of(route, sharedAttributes.one(Attributes.of(route)));
  }
}
