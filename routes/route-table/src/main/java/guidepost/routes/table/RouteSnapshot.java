package guidepost.routes.table;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// A [RouteTable] as of one revision. It never changes, however long it is held.
///
/// Cost: see [RouteTree]. Routes are made when they are asked for and not kept.
///
/// Threads: any.
public final class RouteSnapshot {

  static final RouteSnapshot EMPTY =
      new RouteSnapshot(0, RouteTree.empty(Family.IPV4), RouteTree.empty(Family.IPV6));

  private final long revision;
  private final RouteTree ipv4;
  private final RouteTree ipv6;

  RouteSnapshot(long revision, RouteTree ipv4, RouteTree ipv6) {
    this.revision = revision;
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /// The revision that this is the state of.
  public long revision() {
    return revision;
  }

  /// Number of routes of a family.
  public int routeCount(Family family) {
    return tree(family).routes();
  }

  /// Number of distinct prefixes of a family.
  public int prefixCount(Family family) {
    return tree(family).prefixes();
  }

  /// The best route of the longest prefix that covers an address.
  public Optional<Route> longest(Address destination) {
    return longest(Prefix.host(destination));
  }

  /// The best route of the longest prefix that covers all of `destination`.
  public Optional<Route> longest(Prefix destination) {
    return tree(destination.family()).longest(destination);
  }

  /// Every route of the longest prefix that covers all of `destination`, best first; empty if none
  /// does.
  public List<Route> longestAll(Prefix destination) {
    return tree(destination.family()).longestAll(destination);
  }

  /// The best route for each of many IPv4 addresses.
  ///
  /// @param addresses 32 bits each
  /// @param count how many of them, from the first on
  /// @throws IndexOutOfBoundsException if there are fewer
  public Lookups longestIpv4(int[] addresses, int count) {
    int[] ids = new int[count];
    ipv4.ipv4(addresses, count, ids);
    return Lookups.ofIpv4(this, addresses, ids);
  }

  /// The best route for each of many IPv6 addresses.
  ///
  /// @param highLow the first and the last 64 bits of each, one address after the other
  /// @param count how many of them, from the first on
  /// @throws IndexOutOfBoundsException if there are fewer
  public Lookups longestIpv6(long[] highLow, int count) {
    int[] ids = new int[count];
    ipv6.ipv6(highLow, count, ids);
    return Lookups.ofIpv6(this, highLow, ids);
  }

  /// The routes of exactly this prefix, best first.
  public List<Route> exact(Prefix prefix) {
    return tree(prefix.family()).exact(prefix);
  }

  /// The routes of this prefix and of every more specific one, in [Route#LIST_ORDER]. The cost
  /// grows with the hits.
  public Iterator<Route> longer(Prefix prefix) {
    return tree(prefix.family()).longer(prefix);
  }

  /// The routes of every prefix that covers all of `prefix`, itself included, shortest first.
  public List<Route> shorter(Prefix prefix) {
    return tree(prefix.family()).shorter(prefix);
  }

  /// All routes, in [Route#LIST_ORDER].
  public Iterator<Route> all() {
    return new Both(ipv4.all(), ipv6.all());
  }

  /// The routes of a prefix and all that stand after it in [Route#LIST_ORDER]: so a list can go on
  /// where it ended. Cost: O(log n) to begin.
  public Iterator<Route> from(Prefix prefix) {
    return switch (prefix.family()) {
      case IPV4 -> new Both(ipv4.from(prefix), ipv6.all());
      case IPV6 -> ipv6.from(prefix);
    };
  }

  /// Bytes of memory that the routes take, shared with other snapshots or not; what their next hops
  /// and names take is not counted. Cost: some microseconds for a thousand routes.
  public long bytes() {
    return ipv4.bytes() + ipv6.bytes();
  }

  RouteTree tree(Family family) {
    return family == Family.IPV4 ? ipv4 : ipv6;
  }

  /// Throws an AssertionError that names the first rule the snapshot breaks.
  public void checkInvariants() {
    ipv4.checkInvariants();
    ipv6.checkInvariants();
  }

  /// First the one, then the other.
  private static final class Both implements Iterator<Route> {
    private final Iterator<Route> first;
    private final Iterator<Route> second;

    Both(Iterator<Route> first, Iterator<Route> second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public boolean hasNext() {
      return first.hasNext() || second.hasNext();
    }

    /// @throws NoSuchElementException if there is none left
    @Override
    public Route next() {
      return first.hasNext() ? first.next() : second.next();
    }
  }
}
