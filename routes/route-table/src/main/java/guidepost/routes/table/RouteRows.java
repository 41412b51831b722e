package guidepost.routes.table;

import java.util.Arrays;
import java.util.List;

/// Routes that were found, read where they stand in a table: no object a route, for callers that
/// pass on thousands.
///
/// ```
///   place   0                     1                2
///           192.0.2.0/24 via …    10.0.0.0/8 …     2001:db8::/32 …
/// ```
///
/// A column at a time: the reads of a column do not wait for each other, which halves the time
/// where routes are far apart.
///
/// Memory: 8 bytes a route; it keeps the leaves that they are in.
///
/// Threads: any.
public final class RouteRows {

  /// The most bytes that [#writePrefix] writes: an address, a slash and three digits.
  public static final int PREFIX_BYTES_MAX = AddressText.BYTES_MAX + 4;

  static final RouteRows NONE = new RouteRows(Family.IPV4, new RouteLeaf[0], new int[0]);

  private final Family family;
  private final RouteLeaf[] leaves;
  private final int[] rows;

  /// @param rows where in its leaf each one is
  RouteRows(Family family, RouteLeaf[] leaves, int[] rows) {
    this.family = family;
    this.leaves = leaves;
    this.rows = rows;
  }

  /// How many there are.
  public int size() {
    return rows.length;
  }

  /// Source, next hop, distance and tags of each route, by place.
  public Attributes[] attributes() {
    Attributes[] column = new Attributes[rows.length];
    for (int i = 0; i < column.length; i++) {
      column[i] = leaves[i].attributes(rows[i]);
    }
    return column;
  }

  /// Metric of each route, by place: 32 bits, unsigned.
  public int[] metrics() {
    int[] column = new int[rows.length];
    for (int i = 0; i < column.length; i++) {
      column[i] = leaves[i].metric(rows[i]);
    }
    return column;
  }

  /// When each route was installed, by place, as [Route#installed].
  public long[] installed() {
    long[] column = new long[rows.length];
    for (int i = 0; i < column.length; i++) {
      column[i] = leaves[i].installed(rows[i]);
    }
    return column;
  }

  /// Revision that wrote each route last, by place.
  public long[] revisions() {
    long[] column = new long[rows.length];
    for (int i = 0; i < column.length; i++) {
      column[i] = leaves[i].revision(rows[i]);
    }
    return column;
  }

  /// Writes the canonical text of the prefix of the route at a place, as of [Prefix#toString].
  ///
  /// @param to has room for [#PREFIX_BYTES_MAX] more bytes
  /// @return where it ends
  public int writePrefix(int place, byte[] to, int from) {
    RouteLeaf leaf = leaves[place];
    int row = rows[place];
    int at = AddressText.write(family, leaf.high[row], leaf.low(row), to, from);
    to[at] = '/';
    return AddressText.number(leaf.length(row), to, at + 1);
  }

  /// The route at a place.
  public Route route(int place) {
    return leaves[place].route(family, rows[place]);
  }

  /// All of them.
  List<Route> routes() {
    Route[] routes = new Route[rows.length];
    Arrays.setAll(routes, this::route);
    return List.of(routes);
  }
}
