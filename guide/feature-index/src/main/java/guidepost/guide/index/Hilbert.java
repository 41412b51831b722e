package guidepost.guide.index;

import guidepost.guide.geo.Point;

/// The place of a point on a Hilbert curve [1]: places that are near each other on the curve are
/// near each other on the globe, so a run of keys fills a compact box.
///
/// The curve of order 32 runs through a grid of 2^32 by 2^32 cells, one cell per E7 unit: every
/// place has a key of its own, and equal keys mean the same place ([Point#samePlace]).
///
/// Each level of the curve cuts a square in four and visits the quarters in the order of a rotated
/// or mirrored U. Two bits of state say which [2]; `i` is the longitude bit, `j` the latitude bit:
///
/// ```
///   state 0         1 (swap)        2 (invert)      3 (swap + invert)
///   j ^ 1  2        j ^ 3  2        j ^ 3  0        j ^ 1  0
///   | | 0  3        | | 0  1        | | 2  1        | | 2  3
///   +----> i        +----> i        +----> i        +----> i
/// ```
///
/// Four levels are taken at a time, from a table made of the rule above.
///
/// Cost: 8 steps of a table look-up, some 10 ns.
///
/// [1] D. Hilbert, Ueber die stetige Abbildung einer Linie auf ein Flaechenstueck, Mathematische
/// Annalen 38, 1891. [2] C. Hamilton, Compact Hilbert Indices, Dalhousie University CS-2006-07,
/// 2006.
final class Hilbert {

  private static final int ORDER = 32;

  /// Quarter number by state and 2 * i + j.
  private static final byte[][] QUARTER = {{0, 1, 3, 2}, {0, 3, 1, 2}, {2, 3, 1, 0}, {2, 1, 3, 0}};

  /// What entering a quarter does to the state: the first is transposed, the last also turned.
  private static final byte[] TURN = {1, 0, 0, 3};

  /// Levels a step: the table of all steps, 1,024 shorts, stays in the first cache.
  private static final int LEVELS = 4;

  private static final int MASK = (1 << LEVELS) - 1;
  private static final int KEY_BITS = 2 * LEVELS;

  /// By state and four bits each of x and y: the state afterwards and eight bits of the key.
  private static final short[] STEPS = steps();

  private Hilbert() {}

  private static short[] steps() {
    short[] steps = new short[QUARTER.length << KEY_BITS];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = (short) step(i >>> KEY_BITS, i >>> LEVELS & MASK, i & MASK);
    }
    return steps;
  }

  private static int step(int from, int x, int y) {
    int key = 0;
    int state = from;
    for (int bit = LEVELS - 1; bit >= 0; bit--) {
      int quarter = QUARTER[state][((x >>> bit) & 1) << 1 | ((y >>> bit) & 1)];
      key = key << 2 | quarter;
      state ^= TURN[quarter];
    }
    return state << KEY_BITS | key;
  }

  /// The key of a canonical point; keys compare as signed numbers.
  static long key(Point canonical) {
    return key(
        canonical.longitudeE7() + Point.LONGITUDE_E7_MAX,
        canonical.latitudeE7() + Point.LATITUDE_E7_MAX);
  }

  /// The key of cell (`x`, `y`), both unsigned.
  static long key(int x, int y) {
    long key = 0;
    int state = 0;
    for (int bit = ORDER - LEVELS; bit >= 0; bit -= LEVELS) {
      int step = STEPS[state << KEY_BITS | (x >>> bit & MASK) << LEVELS | (y >>> bit & MASK)];
      key = key << KEY_BITS | (step & 0xFF);
      state = step >>> KEY_BITS;
    }
    return key ^ Long.MIN_VALUE;
  }
}
