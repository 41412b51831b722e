package guidepost.guide.index;

import java.util.Arrays;

/// Sorts numbers by keys: 16 bits of the keys at a time, the lowest first [1].
///
/// Cost: four passes over keys and numbers, some 20 ns a key; as much memory again as both take.
///
/// [1] D. Knuth, The Art of Computer Programming 3, 5.2.5: Sorting by Distribution.
final class KeyOrder {

  /// Four passes over 64 bits, with 65,536 counts each.
  private static final int DIGIT_BITS = 16;

  private static final int DIGITS = 1 << DIGIT_BITS;

  /// Keys in their order, each with the number that came with it.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Sorted(long[] keys, int[] numbers) {}

  private KeyOrder() {}

  /// The first `count` signed keys and their numbers in the order of the keys; equal ones stay in
  /// the order in which they came.
  static Sorted of(long[] keys, int[] numbers, int count) {
    Sorted sorted = sorted(flipped(keys, count), Arrays.copyOf(numbers, count), Long.SIZE);
    return new Sorted(flipped(sorted.keys, count), sorted.numbers);
  }

  /// Signed numbers as unsigned ones in the same order, and back.
  private static long[] flipped(long[] keys, int count) {
    long[] flipped = new long[count];
    for (int i = 0; i < count; i++) {
      flipped[i] = keys[i] ^ Long.MIN_VALUE;
    }
    return flipped;
  }

  /// The numbers 0 to `count` - 1, each standing for a key, in the order of the keys' bits, the
  /// lowest bit first: those with equal lower bits are together.
  static int[] byLowestBits(int[] keys, int count) {
    long[] reversed = new long[count];
    for (int i = 0; i < count; i++) {
      reversed[i] = Integer.toUnsignedLong(Integer.reverse(keys[i]));
    }
    int[] numbers = new int[count];
    Arrays.setAll(numbers, i -> i);
    return sorted(reversed, numbers, Integer.SIZE).numbers;
  }

  private static Sorted sorted(long[] keys, int[] numbersOfKeys, int bits) {
    int count = keys.length;
    long[] from = keys;
    int[] numbers = numbersOfKeys;
    long[] to = new long[count];
    int[] toNumbers = new int[count];
    for (int shift = 0; shift < bits; shift += DIGIT_BITS) {
      int[] next = starts(from, shift);
      for (int i = 0; i < count; i++) {
        int at = next[digit(from[i], shift)]++;
        to[at] = from[i];
        toNumbers[at] = numbers[i];
      }
      long[] keysThen = from;
      from = to;
      to = keysThen;
      int[] numbersThen = numbers;
      numbers = toNumbers;
      toNumbers = numbersThen;
    }
    return new Sorted(from, numbers);
  }

  private static int digit(long key, int shift) {
    return (int) (key >>> shift) & (DIGITS - 1);
  }

  /// Where the keys with each digit begin.
  private static int[] starts(long[] keys, int shift) {
    int[] starts = new int[DIGITS + 1];
    for (long key : keys) {
      starts[digit(key, shift) + 1]++;
    }
    for (int i = 0; i < DIGITS; i++) {
      starts[i + 1] += starts[i];
    }
    return starts;
  }
}
