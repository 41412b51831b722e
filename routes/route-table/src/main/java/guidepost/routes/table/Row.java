package guidepost.routes.table;

import java.util.Comparator;

/// A route as a [RouteLeaf] holds it, its prefix left-aligned in 128 bits:
///
/// ```
///   192.0.2.0/24    high 0xc0000200_00000000   low 0   length 24
///   2001:db8::/32   high 0x20010db8_00000000   low 0   length 32
/// ```
///
/// @param high first 64 bits of the prefix
/// @param low last 64 bits of the prefix; 0 for IPv4
/// @param length of the prefix, bits
/// @param attributes shared with the routes that have equal ones
/// @param metric 32 bits, unsigned
/// @param installed place in the order of installation
/// @param revision that wrote it last
/// @param id of the prefix ([PrefixIds])
record Row(
    long high,
    long low,
    int length,
    Attributes attributes,
    int metric,
    long installed,
    long revision,
    int id) {

  private static final Comparator<Row> RANK =
      Comparator.<Row>comparingInt(row -> row.attributes.distance())
          .thenComparing((a, b) -> Integer.compareUnsigned(a.metric, b.metric))
          .thenComparingLong(Row::installed)
          .thenComparing(Row::attributes, Attributes.BY_IDENTITY);

  /// @param id for the prefix, unless it has one
  static Row of(Route route, Attributes attributes, int id) {
    Address address = route.prefix().address();
    return new Row(
        address.leftHigh(),
        address.leftLow(),
        route.prefix().length(),
        attributes,
        (int) route.metric(),
        route.installed(),
        route.revision(),
        id);
  }

  Row with(Attributes equal, int newId) {
    return new Row(high, low, length, equal, metric, installed, revision, newId);
  }

  Row withId(int newId) {
    return newId == id ? this : with(attributes, newId);
  }

  boolean samePrefix(Row other) {
    return high == other.high && low == other.low && length == other.length;
  }

  /// True if it stands before another row of the same prefix ([Route#RANK]).
  boolean ranksBefore(Row other) {
    return RANK.compare(this, other) < 0;
  }
}
