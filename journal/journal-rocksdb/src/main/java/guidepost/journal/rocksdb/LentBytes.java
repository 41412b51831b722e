package guidepost.journal.rocksdb;

import org.jspecify.annotations.Nullable;

/// Lends what the engine shows as arrays of exactly its length, the same ones again and again: an
/// array for every key and value would be most of what a replay costs.
///
/// Threads: one.
final class LentBytes {

  /// Of what lies in the engine.
  @FunctionalInterface
  interface Source {
    /// Copies as much as fits.
    ///
    /// @return bytes that there are
    int copyTo(byte[] target);
  }

  /// Longer ones are rare, and get an array each.
  private static final int LENGTH_MAX = 1_024;

  private final byte[] @Nullable [] arrays = new byte[LENGTH_MAX + 1][];
  private byte[] whole = new byte[LENGTH_MAX];
  private int length;

  /// What the source has behind its first `skipped` bytes; nothing if it has no more than those.
  byte[] lend(Source source, int skipped) {
    length = source.copyTo(whole);
    if (length > whole.length) {
      whole = new byte[length];
      length = source.copyTo(whole);
    }
    byte[] lent = array(Math.max(length - skipped, 0));
    System.arraycopy(whole, Math.min(skipped, length), lent, 0, lent.length);
    return lent;
  }

  private byte[] array(int wanted) {
    if (wanted > LENGTH_MAX) {
      return new byte[wanted];
    }
    byte[] known = arrays[wanted];
    if (known == null) {
      known = new byte[wanted];
      arrays[wanted] = known;
    }
    return known;
  }

  /// Bytes that the source had, those skipped included.
  int length() {
    return length;
  }

  /// The first eight bytes that the source had, most significant first.
  long firstLong() {
    long first = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      first = first << Byte.SIZE | Byte.toUnsignedLong(whole[i]);
    }
    return first;
  }
}
