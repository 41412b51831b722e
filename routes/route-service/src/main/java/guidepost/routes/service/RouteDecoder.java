package guidepost.routes.service;

import guidepost.routes.table.Address;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import java.util.Arrays;
import java.util.List;

/// Decodes the routes of a journal in key order, in a third of the time that [RouteRecord] takes
/// for each alone, and to the same routes.
///
/// Routes that stand together mostly have one source and one next hop, and no tags. So of a key
/// that ends as the one before did only the prefix is read:
///
/// ```
///   default 4 10.0.0.0 /8  static via 192.0.2.1      read by RouteRecord
///   default 4 10.1.0.0 /16 static via 192.0.2.1      same end: address and length are read
///                          └── the end
/// ```
///
/// and of a value, its numbers. What looks otherwise is left to [RouteRecord].
///
/// Threads: one.
final class RouteDecoder {

  private static final byte[] NONE = new byte[0];

  /// Tags of the numbers of a StoredRoute: their field, shifted by the wire type of an integer.
  private static final int DISTANCE = 1 << 3;

  private static final int METRIC = 2 << 3;
  private static final int INSTALLED = 3 << 3;

  private byte[] end = NONE;
  private String source = "";
  private NextHop nextHop = new NextHop.Blackhole();
  private long pathId;

  // The value being read.
  private long distance;
  private long metric;
  private long installed;
  private int at;

  /// @throws IllegalArgumentException or java.nio.BufferUnderflowException if the bytes are no
  ///   route
  Route decode(byte[] key, byte[] value, long revision) {
    int family = 1 + Byte.toUnsignedInt(key[0]);
    int endAt = family + 2 + addressBytes(key, family);
    return endsAsBefore(key, endAt) && readNumbers(value)
        ? new Route(
            prefix(key, family + 1, endAt - 1),
            source,
            nextHop,
            (int) distance,
            metric,
            installed,
            revision,
            List.of(),
            pathId)
        : whole(key, endAt, value, revision);
  }

  private static int addressBytes(byte[] key, int family) {
    return family < key.length && key[family] == 6 ? 16 : 4;
  }

  private boolean endsAsBefore(byte[] key, int endAt) {
    return end.length > 0
        && endAt < key.length
        && Arrays.equals(key, endAt, key.length, end, 0, end.length)
        && isFamily(key[1 + Byte.toUnsignedInt(key[0])]);
  }

  private static boolean isFamily(byte family) {
    return family == 4 || family == 6;
  }

  private Route whole(byte[] key, int endAt, byte[] value, long revision) {
    Route route = RouteRecord.decode(key, value, revision);
    end = Arrays.copyOfRange(key, endAt, key.length);
    source = route.source();
    nextHop = route.nextHop();
    pathId = route.pathId();
    return route;
  }

  /// @param from of the address
  /// @param lengthAt where it ends and the length stands
  private static Prefix prefix(byte[] key, int from, int lengthAt) {
    Address address = Address.ofBytes(Arrays.copyOfRange(key, from, lengthAt));
    return new Prefix(address, Byte.toUnsignedInt(key[lengthAt]));
  }

  /// @return false if there is more in it, or something else
  private boolean readNumbers(byte[] value) {
    distance = 0;
    metric = 0;
    installed = 0;
    at = 0;
    while (at < value.length) {
      int tag = value[at++];
      long number = number(value);
      if (number < 0) {
        return false;
      }
      switch (tag) {
        case DISTANCE -> distance = number;
        case METRIC -> metric = number;
        case INSTALLED -> installed = number;
        default -> {
          return false;
        }
      }
    }
    return distance <= Route.DISTANCE_MAX && metric <= Route.METRIC_MAX;
  }

  /// A number of at most nine bytes of seven bits, least first; -1 if there is none.
  private long number(byte[] value) {
    long number = 0;
    for (int shift = 0; shift < 63 && at < value.length; shift += 7) {
      byte next = value[at++];
      number |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return number;
      }
    }
    return -1;
  }
}
