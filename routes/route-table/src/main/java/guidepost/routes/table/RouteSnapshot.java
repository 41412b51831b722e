package guidepost.routes.table;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// A [RouteTable] as of one revision. It never changes, however long it is held.
///
/// Threads: any.
public final class RouteSnapshot {

  private final long revision;
  private final PrefixTrie<List<Route>> ipv4;
  private final PrefixTrie<List<Route>> ipv6;
  private final int ipv4Routes;
  private final int ipv6Routes;

  RouteSnapshot(
      long revision,
      PrefixTrie<List<Route>> ipv4,
      PrefixTrie<List<Route>> ipv6,
      int ipv4Routes,
      int ipv6Routes) {
    this.revision = revision;
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
    this.ipv4Routes = ipv4Routes;
    this.ipv6Routes = ipv6Routes;
  }

  /// The revision that this is the state of.
  public long revision() {
    return revision;
  }

  /// Number of routes of a family.
  public int routeCount(Family family) {
    return family == Family.IPV4 ? ipv4Routes : ipv6Routes;
  }

  /// Number of distinct prefixes of a family.
  public int prefixCount(Family family) {
    return trie(family).size();
  }

  /// The best route of the longest prefix that covers an address.
  public Optional<Route> longest(Address destination) {
    return longest(Prefix.host(destination));
  }

  /// The best route of the longest prefix that covers all of `destination`.
  public Optional<Route> longest(Prefix destination) {
    List<Route> routes = trie(destination.family()).longest(destination);
    return routes == null ? Optional.empty() : Optional.of(routes.getFirst());
  }

  /// Every route of the longest prefix that covers all of `destination`, best first; empty if none
  /// does.
  public List<Route> longestAll(Prefix destination) {
    List<Route> routes = trie(destination.family()).longest(destination);
    return routes == null ? List.of() : routes;
  }

  /// The routes of exactly this prefix, best first.
  public List<Route> exact(Prefix prefix) {
    List<Route> routes = trie(prefix.family()).get(prefix);
    return routes == null ? List.of() : routes;
  }

  /// The routes of this prefix and of every more specific one, in [Route#LIST_ORDER]. The cost
  /// grows with the hits.
  public Iterator<Route> longer(Prefix prefix) {
    return new Flattened(List.of(trie(prefix.family()).longer(prefix)).iterator());
  }

  /// The routes of every prefix that covers all of `prefix`, itself included, shortest first.
  public List<Route> shorter(Prefix prefix) {
    List<Route> routes = new ArrayList<>();
    trie(prefix.family()).shorter(prefix, routes::addAll);
    return routes;
  }

  /// All routes, in [Route#LIST_ORDER].
  public Iterator<Route> all() {
    return new Flattened(List.of(ipv4.all(), ipv6.all()).iterator());
  }

  PrefixTrie<List<Route>> trie(Family family) {
    return family == Family.IPV4 ? ipv4 : ipv6;
  }

  /// Throws an AssertionError that names the first rule the snapshot breaks.
  public void checkInvariants() {
    ipv4.checkInvariants();
    ipv6.checkInvariants();
    check(Family.IPV4, ipv4Routes);
    check(Family.IPV6, ipv6Routes);
  }

  private void check(Family family, int expectedRoutes) {
    int routes = 0;
    Iterator<List<Route>> each = trie(family).all();
    while (each.hasNext()) {
      List<Route> ofPrefix = each.next();
      checkRank(ofPrefix);
      routes += ofPrefix.size();
    }
    if (routes != expectedRoutes) {
      throw new AssertionError(
          "%s routes: counted %d, found %d".formatted(family, expectedRoutes, routes));
    }
  }

  private static void checkRank(List<Route> routes) {
    for (int i = 1; i < routes.size(); i++) {
      Route before = routes.get(i - 1);
      Route after = routes.get(i);
      if (!before.prefix().equals(after.prefix()) || Route.RANK.compare(before, after) >= 0) {
        throw new AssertionError("%s: does not rank before %s".formatted(before, after));
      }
    }
  }

  /// The routes of several runs of prefixes, one after the other.
  private static final class Flattened implements Iterator<Route> {
    private final Iterator<Iterator<List<Route>>> runs;
    private Iterator<List<Route>> prefixes = List.<List<Route>>of().iterator();
    private Iterator<Route> routes = List.<Route>of().iterator();

    Flattened(Iterator<Iterator<List<Route>>> runs) {
      this.runs = runs;
    }

    @Override
    public boolean hasNext() {
      while (!routes.hasNext() && (prefixes.hasNext() || runs.hasNext())) {
        if (prefixes.hasNext()) {
          routes = prefixes.next().iterator();
        } else {
          prefixes = runs.next();
        }
      }
      return routes.hasNext();
    }

    @Override
    public Route next() {
      return hasNext() ? routes.next() : List.<Route>of().iterator().next();
    }
  }
}
