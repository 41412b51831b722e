package guidepost.routes.service;

import com.google.protobuf.ByteString;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Lookups;
import guidepost.routes.table.RouteRows;
import guidepost.routes.table.RouteTable;
import guidepost.routes.v1.LookupBatchRequest;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/// Answers one message of addresses, all as of one revision.
///
/// IPv4-mapped addresses among the IPv6 ones are of the other family:
///
/// ```
///   asked   ipv4: a b     ipv6: x ::ffff:c y
///   looked  ipv4: a b c   ipv6: x y
/// ```
///
/// Threads: one.
final class BatchLookup {

  /// Addresses in a message: far more than works well, and some milliseconds of work.
  static final int ADDRESSES_MAX = 65_536;

  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final long MAPPED = 0xffffL;
  private static final int IPV4_BITS = 32;

  private final int asked4;
  private final int asked6;
  // What is looked up: first what was asked as such, then the mapped ones.
  private final int[] ipv4;
  private final long[] ipv6;
  private final boolean[] mapped;
  private int count4;
  private int count6;

  private BatchLookup(LookupBatchRequest request) {
    check(request);
    asked4 = request.getIpv4().size() / IPV4_BYTES;
    asked6 = request.getIpv6().size() / IPV6_BYTES;
    ipv4 = new int[asked4 + asked6];
    ipv6 = new long[2 * asked6];
    mapped = new boolean[asked6];
    read(request.getIpv4().asReadOnlyByteBuffer().asIntBuffer());
    read(request.getIpv6().asReadOnlyByteBuffer().asLongBuffer());
  }

  /// Rejects addresses that are cut off, or too many.
  ///
  /// @throws InvalidRouteException if they are
  static void check(LookupBatchRequest request) {
    int addresses =
        count("ipv4", request.getIpv4(), IPV4_BYTES) + count("ipv6", request.getIpv6(), IPV6_BYTES);
    if (addresses > ADDRESSES_MAX) {
      throw new InvalidRouteException(
          "addresses.max",
          "ipv4",
          Integer.toString(addresses),
          "must be at most %d addresses in a message, with those of ipv6".formatted(ADDRESSES_MAX));
    }
  }

  private static int count(String field, ByteString addresses, int bytes) {
    if (addresses.size() % bytes != 0) {
      throw new InvalidRouteException(
          field + ".bytes",
          field,
          Integer.toString(addresses.size()),
          "must be a multiple of %d bytes".formatted(bytes));
    }
    return addresses.size() / bytes;
  }

  private void read(IntBuffer addresses) {
    count4 = addresses.remaining();
    addresses.get(ipv4, 0, count4);
  }

  private void read(LongBuffer addresses) {
    for (int i = 0; i < asked6; i++) {
      long high = addresses.get();
      long low = addresses.get();
      mapped[i] = high == 0 && low >>> IPV4_BITS == MAPPED;
      if (mapped[i]) {
        ipv4[count4++] = (int) low;
      } else {
        ipv6[2 * count6] = high;
        ipv6[2 * count6 + 1] = low;
        count6++;
      }
    }
  }

  /// The answer to a request about a table.
  ///
  /// @param revision that readers saw before the table was looked at
  /// @param attributes in the detail asked for
  /// @throws InvalidRouteException if a field breaks a rule
  static LookupAnswer answer(
      LookupBatchRequest request, RouteTable table, long revision, AttributeBytes attributes) {
    BatchLookup batch = new BatchLookup(request);
    Found found = batch.find(table);
    RouteRows ipv4 = found.ipv4().rows();
    RouteRows ipv6 = found.ipv6().rows();
    LookupAnswer answer = new LookupAnswer(attributes);
    answer.add(ipv4);
    answer.add(ipv6);
    answer.addIndexes(batch.indexes(found));
    answer.addRevision(
        Math.max(revision, Math.max(found.ipv4().revision(), found.ipv6().revision())));
    return answer;
  }

  /// What was found; nothing was asked of the family of which there is nothing.
  private record Found(Lookups ipv4, Lookups ipv6) {}

  private Found find(RouteTable table) {
    if (count6 == 0) {
      return new Found(table.longestIpv4(ipv4, count4), Lookups.NONE);
    }
    if (count4 == 0) {
      return new Found(Lookups.NONE, table.longestIpv6(ipv6, count6));
    }
    RouteTable.OfBoth found = table.longest(ipv4, count4, ipv6, count6);
    return new Found(found.ipv4(), found.ipv6());
  }

  /// For each address, in the order asked, 1 more than the place of its route; 0 for none.
  private int[] indexes(Found found) {
    int offset6 = found.ipv4().rows().size();
    int[] indexes = new int[asked4 + asked6];
    for (int i = 0; i < asked4; i++) {
      indexes[i] = found.ipv4().index(i) + 1;
    }
    int next4 = asked4;
    int next6 = 0;
    for (int i = 0; i < asked6; i++) {
      if (mapped[i]) {
        indexes[asked4 + i] = found.ipv4().index(next4++) + 1;
      } else {
        int index = found.ipv6().index(next6++);
        indexes[asked4 + i] = index < 0 ? 0 : index + 1 + offset6;
      }
    }
    return indexes;
  }
}
