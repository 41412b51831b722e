package guidepost.routes.table;

import java.util.List;
import java.util.Optional;

/// Looks up addresses for a pipeline in the same process: ids of prefixes in arrays of the
/// caller's, without allocation.
///
/// An id stands for one prefix for as long as the reader is open and not refreshed, whatever the
/// writer does. All answers of one call are of one revision; the next call may be of a later one.
///
/// ```java
/// try (LookupReader reader = table.reader()) {
///   while (next(addresses)) {
///     reader.longestIpv4(addresses, addresses.length, ids);   // -1: no route
///     count(ids);
///     reader.refresh();                                       // ids may mean something else now
///   }
/// }
/// ```
///
/// Cost: of IPv4 a few ns an address, of IPv6 some tens; [#route] one search of the tree. An open
/// reader keeps the ids of withdrawn prefixes from being used again, 13 bytes each or 21: refresh
/// it now and then.
///
/// Threads: one at a time.
public final class LookupReader implements AutoCloseable {

  private final RouteTable table;
  private final ReaderEpochs.Reader pin;
  private final Multibit.Scratch scratch = new Multibit.Scratch(Multibit.BLOCK);
  private final int[] oneAddress = new int[1];
  private final int[] oneId = new int[1];
  private RouteSnapshot snapshot;

  LookupReader(RouteTable table, ReaderEpochs.Reader pin) {
    this.table = table;
    this.pin = pin;
    pin.begin();
    snapshot = table.snapshot();
  }

  /// Finds the prefix of the longest match for each of many IPv4 addresses.
  ///
  /// @param addresses 32 bits each
  /// @param count how many of them, from the first on
  /// @param ids gets as many ids; -1 where no route covers the address
  /// @return the revision that all answers are of
  /// @throws IndexOutOfBoundsException if there are fewer addresses, or less room
  public long longestIpv4(int[] addresses, int count, int[] ids) {
    snapshot = table.ipv4(addresses, count, ids);
    return snapshot.revision();
  }

  /// The id of the longest match for one IPv4 address; -1 if no route covers it.
  ///
  /// @param address 32 bits
  public int longestIpv4(int address) {
    oneAddress[0] = address;
    longestIpv4(oneAddress, 1, oneId);
    return oneId[0];
  }

  /// Finds the prefix of the longest match for each of many IPv6 addresses.
  ///
  /// @param highLow the first and the last 64 bits of each, one address after the other
  /// @param count how many of them, from the first on
  /// @param ids gets as many ids; -1 where no route covers the address
  /// @return the revision that all answers are of
  /// @throws IndexOutOfBoundsException if there are fewer addresses, or less room
  public long longestIpv6(long[] highLow, int count, int[] ids) {
    snapshot = table.ipv6(highLow, count, ids, scratch);
    return snapshot.revision();
  }

  /// The prefix that an id stands for.
  ///
  /// @param id found since the reader was opened or refreshed
  public Prefix prefix(Family family, int id) {
    return table.prefix(family, id);
  }

  /// The best route of the prefix that an id stands for, as of the last look-up; empty if it had
  /// been withdrawn by then.
  ///
  /// @param id found since the reader was opened or refreshed
  public Optional<Route> route(Family family, int id) {
    List<Route> routes = snapshot.exact(prefix(family, id));
    return routes.isEmpty() ? Optional.empty() : Optional.of(routes.getFirst());
  }

  /// Gives back all ids found so far: from now on they may stand for other prefixes.
  public void refresh() {
    pin.begin();
    snapshot = table.snapshot();
  }

  /// Gives back all ids. Nothing can be looked up afterwards.
  @Override
  public void close() {
    pin.leave();
  }
}
