package guidepost.routes.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A node of a [RouteTree]: a column of prefixes in order, and what its kind has beside each.
/// Changed in place by the edition that made it, by nobody afterwards.
///
/// Prefixes are left-aligned as in [Row]. Where the last 64 bits of all of them are zero, as in
/// IPv4 and nearly everywhere in IPv6, there is no column for them.
abstract sealed class RouteNode permits RouteLeaf, RouteInner {

  final Edition edition;
  int size;
  long[] high;
  long @Nullable [] low;
  private byte[] lengths;

  RouteNode(Edition edition, int capacity) {
    this.edition = edition;
    high = new long[capacity];
    lengths = new byte[capacity];
  }

  /// A node with the same prefixes, in the same columns.
  RouteNode(Edition edition, RouteNode of) {
    this.edition = edition;
    size = of.size;
    high = of.high;
    low = of.low;
    lengths = of.lengths;
  }

  final int capacity() {
    return high.length;
  }

  final long low(int at) {
    return low == null ? 0 : low[at];
  }

  final int length(int at) {
    return Byte.toUnsignedInt(lengths[at]);
  }

  final void setPrefix(int at, long newHigh, long newLow, int newLength) {
    high[at] = newHigh;
    lengths[at] = (byte) newLength;
    if (low != null) {
      low[at] = newLow;
    } else if (newLow != 0) {
      low = new long[capacity()];
      low[at] = newLow;
    }
  }

  /// Negative, zero or positive as the prefix there is before, equal to or after another.
  final int compare(int at, long otherHigh, long otherLow, int otherLength) {
    int byHigh = Long.compareUnsigned(high[at], otherHigh);
    if (byHigh != 0) {
      return byHigh;
    }
    int byLow = Long.compareUnsigned(low(at), otherLow);
    return byLow != 0 ? byLow : Integer.compare(length(at), otherLength);
  }

  /// True if the prefix there covers an address.
  final boolean covers(int at, long addressHigh, long addressLow) {
    int length = length(at);
    return ((high[at] ^ addressHigh) & Address.highBits(length)) == 0
        && ((low(at) ^ addressLow) & Address.highBits(length - 64)) == 0;
  }

  /// How many stand before a prefix.
  final int countBefore(long wantedHigh, long wantedLow, int wantedLength) {
    int at = countBefore(wantedHigh);
    while (at < size
        && high[at] == wantedHigh
        && compare(at, wantedHigh, wantedLow, wantedLength) < 0) {
      at++;
    }
    return at;
  }

  /// How many stand before a prefix or are it.
  final int countUpTo(long wantedHigh, long wantedLow, int wantedLength) {
    int at = countBefore(wantedHigh);
    while (at < size
        && high[at] == wantedHigh
        && compare(at, wantedHigh, wantedLow, wantedLength) <= 0) {
      at++;
    }
    return at;
  }

  /// How many have lesser first 64 bits. First the last of every eight is looked at, then eight in
  /// a row, and all without a branch on what is found: the reads do not wait for each other, as
  /// those of a binary search do. The few that share the 64 bits are looked at in turn.
  private int countBefore(long wanted) {
    long flipped = wanted ^ Long.MIN_VALUE;
    int eights = 0;
    for (int i = 7; i < size; i += 8) {
      eights += (high[i] ^ Long.MIN_VALUE) < flipped ? 1 : 0;
    }
    int count = 8 * eights;
    int end = Math.min(count + 8, size);
    for (int i = 8 * eights; i < end; i++) {
      count += (high[i] ^ Long.MIN_VALUE) < flipped ? 1 : 0;
    }
    return count;
  }

  /// Makes the columns `capacity` long.
  void resize(int capacity) {
    high = Arrays.copyOf(high, capacity);
    lengths = Arrays.copyOf(lengths, capacity);
    low = low == null ? null : Arrays.copyOf(low, capacity);
  }

  /// Moves what stands from `from` on to `to`; the columns must have room, `size` stays.
  void shift(int from, int to) {
    int count = size - from;
    System.arraycopy(high, from, high, to, count);
    System.arraycopy(lengths, from, lengths, to, count);
    if (low != null) {
      System.arraycopy(low, from, low, to, count);
    }
  }

  /// Copies the prefixes `from` to `to` of another node behind those here; `size` stays.
  final void appendPrefixes(RouteNode other, int from, int to) {
    int count = to - from;
    System.arraycopy(other.high, from, high, size, count);
    System.arraycopy(other.lengths, from, lengths, size, count);
    if (other.low != null) {
      low = low == null ? new long[capacity()] : low;
      System.arraycopy(other.low, from, low, size, count);
    } else if (low != null) {
      Arrays.fill(low, size, size + count, 0);
    }
  }

  /// This node if it belongs to `wanted`, else a copy that does.
  abstract RouteNode editable(Edition wanted);

  /// True if so little is left that the node should be joined with a neighbour.
  abstract boolean isSparse();

  /// This node and its right neighbour, which is of the same height, as one node or as two of about
  /// the same size.
  abstract RouteNode[] joinedWith(RouteNode right);

  /// Checks what must hold of this node and all below it.
  abstract void check(boolean isRoot, Tally tally);

  /// Bytes that this node and all below it take, objects and arrays.
  abstract long bytes();

  /// Bytes of the prefix columns.
  final long prefixBytes() {
    return Memory.longs(high.length)
        + Memory.bytes(lengths.length)
        + (low == null ? 0 : Memory.longs(low.length));
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError("route tree: " + otherwise);
    }
  }

  /// Counts what edits and checks come across.
  static final class Tally {
    int routes;
    int prefixes;
  }
}
