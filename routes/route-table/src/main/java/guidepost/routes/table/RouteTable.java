package guidepost.routes.table;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Routes by prefix, for one writer and many readers.
///
/// The writer puts and removes routes, sees its own changes at once, and [#publish]es them together
/// under a revision. Readers work on what was published last: they never wait, and see all of a
/// revision or nothing of it.
///
/// ```
///   writer: put put remove ─▶ trees being edited ──publish(7)──▶ snapshot ◀── lists, single look-ups
///                             prefixes come, gone ─────────────▶ multibit ◀── many addresses at once
/// ```
///
/// Two structures: the routes in order ([RouteTree]), of which every snapshot shares what is the
/// same; and, for a family of thousands of prefixes, the prefixes by address ([Multibit]), of the
/// newest state only. Look-ups of many addresses ask the second, unless the writer comes between
/// three times; then the first, which is slower and always there.
///
/// Cost: O(log n) a single look-up and an edit; some ns an address for many at once. The nodes on
/// the path of an edit are copied once between two publishes, so publish once a batch. Memory: with
/// the full Internet table some 135 bytes a route, a few KiB for a small table.
///
/// Threads: [#put], [#remove], [#routes] and [#publish] belong to one thread; the rest to any.
public final class RouteTable {

  /// How often a look-up of many addresses begins again before it asks the tree.
  private static final int ATTEMPTS = 3;

  /// For each of its addresses, how long such a look-up waits for the end of a change: about what
  /// the tree would take for it, so that waiting at most doubles what it takes anyway.
  private static final long PATIENCE_NANOS = 100;

  private final FamilyTable ipv4;
  private final FamilyTable ipv6;
  private final PrefixIds ipv4Ids;
  private final PrefixIds ipv6Ids;
  private final ReaderEpochs epochs = new ReaderEpochs();
  private final boolean isWhole;
  private final Shared<Attributes> sharedAttributes = new Shared<>();

  /// Look-ups of many addresses that the tree answered, since the writer came between too often.
  private final LongAdder fallbacks = new LongAdder();

  private volatile Published published;

  /// What readers see.
  private record Published(RouteSnapshot snapshot, FamilyState ipv4, FamilyState ipv6) {

    private static Published of(long revision, FamilyState ipv4, FamilyState ipv6) {
      return new Published(new RouteSnapshot(revision, ipv4.tree(), ipv6.tree()), ipv4, ipv6);
    }

    FamilyState state(Family family) {
      return family == Family.IPV4 ? ipv4 : ipv6;
    }
  }

  /// An empty table, at revision 0.
  public RouteTable() {
    this(FamilyTable.MANY_PREFIXES);
  }

  /// @param manyPrefixes how many prefixes of a family call for a [Multibit]
  RouteTable(int manyPrefixes) {
    this(RouteSnapshot.EMPTY, manyPrefixes, true);
  }

  /// A table that begins as `snapshot` and shares its memory with it. It is meant to be edited and
  /// asked a little, as earlier states are: it answers look-ups of many addresses from its tree,
  /// and has no [#reader].
  public RouteTable(RouteSnapshot snapshot) {
    this(snapshot, Integer.MAX_VALUE, false);
  }

  private RouteTable(RouteSnapshot snapshot, int manyPrefixes, boolean isWhole) {
    RouteTree ipv4Tree = snapshot.tree(Family.IPV4);
    RouteTree ipv6Tree = snapshot.tree(Family.IPV6);
    this.isWhole = isWhole;
    ipv4Ids = new PrefixIds(Family.IPV4, epochs, ipv4Tree.idsEnd());
    ipv6Ids = new PrefixIds(Family.IPV6, epochs, ipv6Tree.idsEnd());
    ipv4 = new FamilyTable(ipv4Tree, ipv4Ids, manyPrefixes);
    ipv6 = new FamilyTable(ipv6Tree, ipv6Ids, manyPrefixes);
    published =
        new Published(
            snapshot, new FamilyState(ipv4Tree, null, 0), new FamilyState(ipv6Tree, null, 0));
  }

  /// The last published state.
  public RouteSnapshot snapshot() {
    return published.snapshot();
  }

  /// The best route of the longest prefix that covers an address, as last published.
  public Optional<Route> longest(Address destination) {
    return snapshot().longest(destination);
  }

  /// The best route of the longest prefix that covers all of `destination`, as last published.
  public Optional<Route> longest(Prefix destination) {
    return snapshot().longest(destination);
  }

  /// The best route for each of many IPv4 addresses, as last published, all of one revision.
  ///
  /// @param addresses 32 bits each
  /// @param count how many of them, from the first on
  /// @throws IndexOutOfBoundsException if there are fewer
  public Lookups longestIpv4(int[] addresses, int count) {
    int[] ids = new int[count];
    return Lookups.ofIpv4(ipv4(addresses, count, ids), addresses, ids);
  }

  /// The best route for each of many IPv6 addresses, as last published, all of one revision.
  ///
  /// @param highLow the first and the last 64 bits of each, one address after the other
  /// @param count how many of them, from the first on
  /// @throws IndexOutOfBoundsException if there are fewer
  public Lookups longestIpv6(long[] highLow, int count) {
    int[] ids = new int[count];
    RouteSnapshot state = ipv6(highLow, count, ids, new Multibit.Scratch(count));
    return Lookups.ofIpv6(state, highLow, ids);
  }

  /// Answers for addresses of both families, of one revision.
  public record OfBoth(Lookups ipv4, Lookups ipv6) {}

  /// The best route for each of many IPv4 and of many IPv6 addresses, as last published, all of one
  /// revision.
  ///
  /// @param ipv4 32 bits each
  /// @param ipv4Count how many of them, from the first on
  /// @param ipv6 the first and the last 64 bits of each, one address after the other
  /// @param ipv6Count how many of them, from the first on
  /// @throws IndexOutOfBoundsException if there are fewer
  public OfBoth longest(int[] ipv4, int ipv4Count, long[] ipv6, int ipv6Count) {
    int[] ids4 = new int[ipv4Count];
    int[] ids6 = new int[ipv6Count];
    Multibit.Scratch scratch = new Multibit.Scratch(ipv6Count);
    RouteSnapshot state = null;
    for (int attempt = 0; attempt < ATTEMPTS && state == null; attempt++) {
      settled(Family.IPV6, ipv6Count);
      Published current = settled(Family.IPV4, ipv4Count);
      boolean found =
          current.ipv4().ipv4(ipv4, ipv4Count, ids4)
              && current.ipv6().ipv6(ipv6, ipv6Count, ids6, scratch);
      state = found ? current.snapshot() : null;
    }
    return state == null
        ? ofTree(ipv4, ipv4Count, ipv6, ipv6Count)
        : new OfBoth(Lookups.ofIpv4(state, ipv4, ids4), Lookups.ofIpv6(state, ipv6, ids6));
  }

  private OfBoth ofTree(int[] ipv4, int ipv4Count, long[] ipv6, int ipv6Count) {
    fallbacks.increment();
    RouteSnapshot state = snapshot();
    return new OfBoth(state.longestIpv4(ipv4, ipv4Count), state.longestIpv6(ipv6, ipv6Count));
  }

  /// A reader for look-ups without allocation, to be closed.
  ///
  /// @throws IllegalStateException if 1,024 are open, or this table was made of a snapshot
  public LookupReader reader() {
    if (!isWhole) {
      throw new IllegalStateException("table: was made of a snapshot and has no readers");
    }
    return new LookupReader(this, epochs.join());
  }

  /// The state of which all ids found are.
  RouteSnapshot ipv4(int[] addresses, int count, int[] ids) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Published current = settled(Family.IPV4, count);
      if (current.ipv4().ipv4(addresses, count, ids)) {
        return current.snapshot();
      }
    }
    fallbacks.increment();
    Published current = published;
    current.ipv4().tree().ipv4(addresses, count, ids);
    return current.snapshot();
  }

  RouteSnapshot ipv6(long[] highLow, int count, int[] ids, Multibit.Scratch scratch) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Published current = settled(Family.IPV6, count);
      if (current.ipv6().ipv6(highLow, count, ids, scratch)) {
        return current.snapshot();
      }
    }
    fallbacks.increment();
    Published current = published;
    current.ipv6().tree().ipv6(highLow, count, ids);
    return current.snapshot();
  }

  /// How many look-ups of many addresses were answered by the tree, the slower way, because the
  /// writer came between each time.
  long fallbacks() {
    return fallbacks.sum();
  }

  /// What is published, if possible when no change of it is under way.
  private Published settled(Family family, int count) {
    Published current = published;
    if (current.state(family).isSettled()) {
      return current;
    }
    long end = System.nanoTime() + count * PATIENCE_NANOS;
    while (!current.state(family).isSettled() && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
      current = published;
    }
    return current;
  }

  Prefix prefix(Family family, int id) {
    return (family == Family.IPV4 ? ipv4Ids : ipv6Ids).prefix(id);
  }

  /// Adds a route, or replaces the one with the same key. Seen by readers once published.
  public void put(Route route) {
    family(route.prefix().family()).put(route, attributes(route));
  }

  /// Removes the route with the same key, whatever its metric. Seen by readers once published.
  ///
  /// @return true if there was one
  public boolean remove(Route route) {
    return family(route.prefix().family()).remove(route, Attributes.of(route));
  }

  private Attributes attributes(Route route) {
    return sharedAttributes.one(Attributes.of(route));
  }

  /// Takes over all routes of another table, which must not be used any more. Seen by readers once
  /// published.
  ///
  /// Cost: where they stand after all that are here, as the next range of a journal's routes does,
  /// some ns each, since their leaves are taken as they are; elsewhere that of putting each.
  public void takeOver(RouteTable other) {
    ipv4.takeOver(other.ipv4, sharedAttributes);
    ipv6.takeOver(other.ipv6, sharedAttributes);
  }

  /// The routes of exactly this prefix, best first, unpublished changes included.
  public List<Route> routes(Prefix prefix) {
    return family(prefix.family()).exact(prefix);
  }

  /// Shows readers every change made since the last time.
  ///
  /// @param revision what the new state is called
  public void publish(long revision) {
    published = Published.of(revision, ipv4.publish(), ipv6.publish());
    ipv4.published();
    ipv6.published();
  }

  private FamilyTable family(Family family) {
    return family == Family.IPV4 ? ipv4 : ipv6;
  }

  /// Bytes of memory that all structures of the published state take, arrays and headers included;
  /// next hops and names, which routes share, are not. Cost: a visit of every node, a millisecond
  /// or two for a million routes.
  public long bytes() {
    Published current = published;
    return current.ipv4().bytes() + current.ipv6().bytes() + ipv4Ids.bytes() + ipv6Ids.bytes();
  }

  /// Throws an AssertionError that names the first rule that the table breaks. For the writer, with
  /// nothing unpublished.
  void checkInvariants() {
    snapshot().checkInvariants();
    ipv4.checkInvariants(snapshot().tree(Family.IPV4));
    ipv6.checkInvariants(snapshot().tree(Family.IPV6));
  }
}
