package guidepost.guide.index;

/// Eight numbers in the eight bytes of a long, compared with a limit at once [1].
///
/// Each is 0 to 127, so the highest bit of its byte is free to say how the comparison ended:
///
/// ```
///   numbers        ..  5   17   40        (numbers | highs) - from:    the bit stays unless 1 was
///   at least 16?   ..  0    1    1         borrowed from it
///   below 40?      ..  1    1    0        (limits + lows) - numbers
/// ```
///
/// The numbers are coordinates: how many steps of a grid over a node something lies from the node's
/// southern or western edge [2]. A grid has at most 128 steps to a side, and a step is a power of
/// two wide, so finding it is a shift. What is compared by steps is in doubt only in the steps that
/// an edge of the question runs through.
///
/// Cost: a nanosecond or less a comparison.
///
/// [1] L. Lamport, Multiple Byte Processing with Full-Word Instructions, CACM 18(8), 1975. [2] K.
/// Kim, S. Cha and K. Kwon, Optimizing Multidimensional Index Trees for Main Memory Access, SIGMOD
/// 2001.
final class Lanes {

  /// Numbers in a word.
  static final int COUNT = 8;

  private static final int BITS = 7;
  private static final long LIMIT_MAX = 1 << BITS;
  private static final long ONES = 0x0101010101010101L;
  private static final long LOWS = 0x7F7F7F7F7F7F7F7FL;
  private static final long HIGHS = ~LOWS;

  /// Moves the lowest bits of eight bytes into the highest byte.
  private static final long GATHER = 0x0102040810204080L;

  private Lanes() {}

  /// How wide the steps of a grid are that is so long: the exponent of 2.
  static int shift(int from, int to) {
    long length = Math.max((long) to - from, 0);
    return Math.max(Long.SIZE - Long.numberOfLeadingZeros(length) - BITS, 0);
  }

  /// A word with another number in one place.
  static long with(long word, int number, int step) {
    int at = number * Byte.SIZE;
    return (word & ~(0xFFL << at)) | (long) step << at;
  }

  /// One number of a word.
  static int step(long word, int number) {
    return (int) (word >>> (number * Byte.SIZE)) & 0xFF;
  }

  /// What [#atLeast] compares with: the step of the least coordinate that is wanted.
  ///
  /// @param distance of that coordinate from the beginning of the grid
  static long from(long distance, int shift) {
    return limit(distance >> shift) * ONES;
  }

  /// What [#atMost] compares with: the step of the greatest coordinate that is wanted.
  static long upTo(long distance, int shift) {
    return limit((distance >> shift) + 1) * ONES + LOWS;
  }

  private static long limit(long step) {
    return Math.max(0, Math.min(LIMIT_MAX, step));
  }

  /// The highest bit of each number that is not below; the other bits mean nothing.
  static long atLeast(long word, long from) {
    return (word | HIGHS) - from;
  }

  /// The highest bit of each number that is not above; the other bits mean nothing.
  static long atMost(long word, long upTo) {
    return upTo - word;
  }

  /// The highest bits as the lowest eight of a number, that of the first lane last.
  static int bits(long highest) {
    return (int) ((((highest & HIGHS) >>> BITS) * GATHER) >>> (Long.SIZE - COUNT));
  }
}
