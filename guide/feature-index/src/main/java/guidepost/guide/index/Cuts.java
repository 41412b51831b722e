package guidepost.guide.index;

import java.util.Arrays;
import java.util.List;

/// Cuts a row of things along the curve into pieces, so that the boxes around the pieces are small:
/// the sum of their heights and widths is the least possible. A box that is asked for then touches
/// few of them.
///
/// ```
///   ┌───┐ ┌───┐           ┌───┐────┐
///   │o o│ │o o│           │o o│o o │       the same curve, cut one thing later: the second
///   │o o│ │o o│   not     │o┌─┼────┤       box is larger and overlaps the first
///   └───┘ └───┘           └─┴─┴────┘
/// ```
///
/// By dynamic programming over where the last piece begins, for some thousand things at once. The
/// last two pieces of such a portion are cut again with the next one, so none is short for being
/// the last.
///
/// Cost: some 110 ns a thing. Memory: some 500 KB, and 4 bytes a piece.
///
/// Threads: one.
final class Cuts {

  /// Things at once: enough for the ends of portions not to count.
  private static final int PORTION = 1 << 14;

  /// Two pieces, which are cut again.
  private static final int PIECES_CUT_AGAIN = 2;

  /// More than any sum of heights and widths of a portion: what each thing costs that a piece has
  /// too few.
  private static final long SHORT = 1L << 48;

  private final int lengthMin;
  private final int lengthMax;
  private final int bytesMax;

  private final int[] souths = new int[PORTION];
  private final int[] wests = new int[PORTION];
  private final int[] norths = new int[PORTION];
  private final int[] easts = new int[PORTION];
  private final int[] bytes = new int[PORTION];
  private int size;

  /// The least sum of the pieces before each thing, and how long the last of them is.
  private final long[] sums = new long[PORTION + 1];

  private final int[] last = new int[PORTION + 1];

  private int[] lengths = new int[64];
  private int count;

  /// @param lengthMin of a piece, if the row and the bytes allow it
  /// @param bytesMax of the things of a piece together, unless it has only one
  Cuts(int lengthMin, int lengthMax, int bytesMax) {
    this.lengthMin = lengthMin;
    this.lengthMax = lengthMax;
    this.bytesMax = bytesMax;
  }

  /// Adds the next thing: its extremes and its size.
  void add(int south, int west, int north, int east, int itsBytes) {
    if (size == PORTION) {
      cut(PIECES_CUT_AGAIN);
    }
    souths[size] = south;
    wests[size] = west;
    norths[size] = north;
    easts[size] = east;
    bytes[size] = itsBytes;
    size++;
  }

  /// Says that the row ends here.
  void end() {
    cut(0);
  }

  /// True if there are pieces that [#lengths] did not tell yet.
  boolean hasPieces() {
    return count > 0;
  }

  /// The lengths of all pieces that are settled since this was asked last.
  int[] lengths() {
    int[] all = Arrays.copyOf(lengths, count);
    count = 0;
    return all;
  }

  /// @param again pieces at the end that are left to be cut again
  private void cut(int again) {
    int begin = 0;
    long together = 0;
    for (int end = 1; end <= size; end++) {
      together += bytes[end - 1];
      while (end - begin > lengthMax || (together > bytesMax && end - begin > 1)) {
        together -= bytes[begin++];
      }
      findLast(end, end - begin);
    }
    int end = size;
    for (int i = 0; i < again; i++) {
      end -= last[end];
    }
    settle(end);
    drop(end);
  }

  private void settle(int settled) {
    int pieces = 0;
    for (int end = settled; end > 0; end -= last[end]) {
      pieces++;
    }
    count += pieces;
    lengths = count > lengths.length ? Arrays.copyOf(lengths, 2 * count) : lengths;
    int at = count;
    for (int end = settled; end > 0; end -= last[end]) {
      lengths[--at] = last[end];
    }
  }

  private void drop(int first) {
    size -= first;
    for (int[] each : List.of(souths, wests, norths, easts, bytes)) {
      System.arraycopy(each, first, each, 0, size);
    }
  }

  /// Finds how long the last piece should be if the row ended at `end`.
  private void findLast(int end, int longest) {
    int south = Integer.MAX_VALUE;
    int west = Integer.MAX_VALUE;
    int north = Integer.MIN_VALUE;
    int east = Integer.MIN_VALUE;
    long least = Long.MAX_VALUE;
    for (int length = 1; length <= longest; length++) {
      int begin = end - length;
      south = Math.min(south, souths[begin]);
      west = Math.min(west, wests[begin]);
      north = Math.max(north, norths[begin]);
      east = Math.max(east, easts[begin]);
      long missing = Math.max(lengthMin - length, 0);
      long sum = sums[begin] + ((long) north - south) + ((long) east - west) + missing * SHORT;
      if (sum < least) {
        least = sum;
        last[end] = length;
      }
    }
    sums[end] = least;
  }
}
