package guidepost.routes.table;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers to many look-ups, all of one revision.
///
/// ```
///   asked    192.0.2.1   10.1.2.3   203.0.113.9   192.0.2.77
///   index    0           1          -1            0
///   routes   [ 192.0.2.0/24 via …, 10.0.0.0/8 via … ]
/// ```
///
/// Memory: 4 bytes an address and 8 a route that was found; a [Route] for each once [#routes] was
/// called.
///
/// Threads: any.
public final class Lookups {

  /// Answers to no look-ups.
  public static final Lookups NONE = new Lookups(0, new int[0], RouteRows.NONE);

  private final long revision;
  private final int[] indexes;
  private final RouteRows rows;

  /// Made when first asked for; by two threads at once perhaps twice.
  private @Nullable List<Route> routes;

  private Lookups(long revision, int[] indexes, RouteRows rows) {
    this.revision = revision;
    this.indexes = indexes;
    this.rows = rows;
  }

  /// @param ids of the longest matches in `state`; become the indexes
  static Lookups ofIpv4(RouteSnapshot state, int[] addresses, int[] ids) {
    FoundRoutes found = new FoundRoutes(state.tree(Family.IPV4), ids.length);
    for (int i = 0; i < ids.length; i++) {
      ids[i] = ids[i] < 0 ? -1 : found.place(ids[i], (long) addresses[i] << 32, 0);
    }
    return new Lookups(state.revision(), ids, found.rows());
  }

  /// @param ids of the longest matches in `state`; become the indexes
  static Lookups ofIpv6(RouteSnapshot state, long[] highLow, int[] ids) {
    FoundRoutes found = new FoundRoutes(state.tree(Family.IPV6), ids.length);
    for (int i = 0; i < ids.length; i++) {
      ids[i] = ids[i] < 0 ? -1 : found.place(ids[i], highLow[2 * i], highLow[2 * i + 1]);
    }
    return new Lookups(state.revision(), ids, found.rows());
  }

  /// The revision that all answers are of.
  public long revision() {
    return revision;
  }

  /// Number of addresses asked for.
  public int size() {
    return indexes.length;
  }

  /// Where in [#routes] the answer to an address is; -1 if no route covers it.
  ///
  /// @param i place of the address among those asked for, from 0
  public int index(int i) {
    return indexes[i];
  }

  /// The best routes of the longest matches, each once, in the order in which they were first
  /// found.
  public List<Route> routes() {
    List<Route> made = routes;
    if (made == null) {
      made = rows.routes();
      routes = made;
    }
    return made;
  }

  /// The same routes, in the same order, read where they stand.
  public RouteRows rows() {
    return rows;
  }

  @Override
  public String toString() {
    return "revision %d: %s of %s".formatted(revision, Arrays.toString(indexes), routes());
  }
}
