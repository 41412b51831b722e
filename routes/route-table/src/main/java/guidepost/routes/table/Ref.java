package guidepost.routes.table;

/// How a cell of a [Multibit] refers to a node: as a negative int.
///
/// ```
///   ~( unit : 21 | low word : 1 | bits / 2 - 2 : 3 | shift : 6 )
///
///   the node      begins at its unit of 16 cells
///   a cell of it  the `bits` lowest bits of (address >>> shift), of the high or the low word
/// ```
///
/// Everything here is a few instructions, as look-ups need it.
final class Ref {

  /// Bits of the smallest node: a line of the cache.
  static final int BITS_MIN = 4;

  /// Bits of the largest node.
  static final int BITS_MAX = 16;

  /// Cells of a unit.
  static final int UNIT = 1 << BITS_MIN;

  /// As many as can be told apart: 128 MiB, some three full tables of the Internet.
  static final int UNITS_MAX = 1 << 21;

  private static final int SIZE_SHIFT = 6;
  private static final int LOW_WORD = 1 << 9;
  private static final int UNIT_SHIFT = 10;

  private Ref() {}

  /// @param bit the first of those that the node is for
  static int of(int unit, int bit, int bits) {
    int shift = wordEnd(bit) - bit - bits;
    int size = ((bits - BITS_MIN) / 2) << SIZE_SHIFT;
    return ~(unit << UNIT_SHIFT | (bit < 64 ? 0 : LOW_WORD) | size | shift);
  }

  /// The bit after the 64 that a bit is one of.
  static int wordEnd(int bit) {
    return bit < 64 ? 64 : 128;
  }

  /// Units that a node takes.
  static int units(int bits) {
    return 1 << (bits - BITS_MIN);
  }

  static int unit(int ref) {
    return ~ref >>> UNIT_SHIFT;
  }

  static int shift(int ref) {
    return ~ref & 63;
  }

  static int bits(int ref) {
    return BITS_MIN + (~ref >>> (SIZE_SHIFT - 1) & 0xe);
  }

  /// The first cell, counted from that of the first unit.
  static int firstCell(int ref) {
    return unit(ref) << BITS_MIN;
  }

  /// The cell of an address, counted from that of the first unit.
  ///
  /// @param high the word of the address for a ref that is not for the low one
  static int cell(int ref, long high) {
    return firstCell(ref) + ((int) (high >>> ~ref) & (1 << bits(ref)) - 1);
  }

  static int cell(int ref, long high, long low) {
    return cell(ref, (~ref & LOW_WORD) == 0 ? high : low);
  }

  /// 1 for a ref to a node that is for the high word of an address, else 0; also for what is no
  /// ref.
  static int leadsOn(int cell) {
    return cell >>> 31 & cell >>> 9;
  }
}
