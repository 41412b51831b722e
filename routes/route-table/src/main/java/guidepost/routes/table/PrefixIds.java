package guidepost.routes.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A small number for every prefix of one family that has routes, and the prefix of every number.
/// It stays the same for as long as the prefix has a route, whatever becomes of those.
///
/// ```
///   given ──last route removed──▶ retired ──published──▶ waiting ──grace period──▶ free ─▶ given
/// ```
///
/// A number that nobody has in hand any more is given again ([ReaderEpochs]); so there are little
/// more than there are prefixes.
///
/// Memory: 9 bytes an IPv4 prefix, 17 an IPv6 one of more than 64 bits and its 1,023 neighbours.
///
/// Threads: readers call [#prefix]; the rest belongs to the writer.
final class PrefixIds {

  /// Chunks of 1,024 prefixes: to add one copies none of the others.
  private static final int CHUNK_BITS = 10;

  private static final int CHUNK = 1 << CHUNK_BITS;

  private final Family family;
  private final ReaderEpochs epochs;
  private final int first;
  private int end;
  private IntStack free = new IntStack();
  private IntStack retired = new IntStack();
  private IntStack waiting = new IntStack();
  private long waitingFor;

  private volatile @Nullable Chunk[] chunks = new Chunk[4];

  /// The prefixes of 1,024 numbers in a row, in columns.
  private static final class Chunk {
    final long[] high = new long[CHUNK];
    final byte[] lengths = new byte[CHUNK];
    volatile long @Nullable [] low;

    void set(int at, long newHigh, long newLow, int newLength) {
      high[at] = newHigh;
      lengths[at] = (byte) newLength;
      long[] column = low;
      if (column == null && newLow != 0) {
        column = new long[CHUNK];
        low = column;
      }
      if (column != null) {
        column[at] = newLow;
      }
    }

    Prefix prefix(Family family, int at) {
      long[] column = low;
      Address address = Address.ofLeft(family, high[at], column == null ? 0 : column[at]);
      return new Prefix(address, Byte.toUnsignedInt(lengths[at]));
    }

    long bytes() {
      return Memory.longs(CHUNK) * (low == null ? 1 : 2) + Memory.bytes(CHUNK);
    }
  }

  /// @param first the least number to give; lesser ones belong to others and are not given again
  PrefixIds(Family family, ReaderEpochs epochs, int first) {
    this.family = family;
    this.epochs = epochs;
    this.first = first;
    end = first;
  }

  /// The number that [#give] gives next.
  int next() {
    return free.isEmpty() ? end : free.peek();
  }

  /// Gives [#next] to a prefix.
  void give(long high, long low, int length) {
    int id = free.isEmpty() ? end++ : free.pop();
    chunk(id).set((id - first) & (CHUNK - 1), high, low, length);
  }

  private Chunk chunk(int id) {
    int at = (id - first) >>> CHUNK_BITS;
    if (at == chunks.length) {
      chunks = Arrays.copyOf(chunks, 2 * at);
    }
    Chunk chunk = chunks[at];
    if (chunk == null) {
      chunk = new Chunk();
      chunks[at] = chunk;
    }
    return chunk;
  }

  /// Takes a number out of use; published states may still have it.
  void retire(int id) {
    if (id >= first) {
      retired.push(id);
    }
  }

  /// To be called after each publication.
  void published() {
    if (!waiting.isEmpty() && epochs.isOver(waitingFor)) {
      waiting.drainTo(free);
    }
    if (waiting.isEmpty() && !retired.isEmpty()) {
      IntStack empty = waiting;
      waiting = retired;
      retired = empty;
      waitingFor = epochs.advance();
    }
  }

  /// More than any number given so far.
  int end() {
    return end;
  }

  /// The prefix of a number that a reader has in hand.
  ///
  /// @throws IndexOutOfBoundsException if it was never given
  Prefix prefix(int id) {
    return given(id).prefix(family, (id - first) & (CHUNK - 1));
  }

  private Chunk given(int id) {
    @Nullable Chunk[] all = chunks;
    int at = (id - first) >>> CHUNK_BITS;
    Chunk chunk = id < first || at >= all.length ? null : all[at];
    if (chunk == null) {
      throw new IndexOutOfBoundsException("id %d: no prefix has had it".formatted(id));
    }
    return chunk;
  }

  /// Bits of the prefix of a number that was given.
  int length(int id) {
    return Byte.toUnsignedInt(given(id).lengths[(id - first) & (CHUNK - 1)]);
  }

  long bytes() {
    long bytes = Memory.references(chunks.length);
    for (Chunk chunk : chunks) {
      bytes += chunk == null ? 0 : chunk.bytes();
    }
    return bytes + free.bytes() + retired.bytes() + waiting.bytes();
  }
}
