package guidepost.routes.table;

import org.jspecify.annotations.Nullable;

/// Builds a [Multibit] of all prefixes of a tree.
///
/// The prefixes come in order, each before all that it covers: painting the cells of one after the
/// other leaves the longest on top. Those that are longer than a node reaches go into a node below,
/// one run after the other:
///
/// ```
///   node of bits 16 to 23    10.1.0.0/17   paints cells 0 to 127
///                            10.1.2.0/24   paints cell 2
///                            10.1.2.64/26 ┐
///                            10.1.2.80/28 ┘ a run: a node below cell 2, at first all of 10.1.2.0/24
/// ```
///
/// A node gets the bits that give it no more than 32 cells for each prefix below it. IPv4 does
/// without the choice.
///
/// Cost: some 100 ns a prefix. Memory while it builds: 22 bytes a prefix.
///
/// Threads: one.
final class MultibitBuilder {

  /// Cells that a node may have for each prefix below it: the more, the fewer steps an IPv6 address
  /// takes. Eight take a tenth longer and half the memory.
  private static final int CELLS_PER_PREFIX = 32;

  /// Room left for growth, a part of what is built: one in this many.
  private static final int SPARE_PART = 4;

  /// So that a small table can grow for a while before it is built again.
  private static final int SPARE_UNITS_MIN = 1_024;

  /// What it may take for each prefix, and for all beside that: 512 bytes and 4 MiB. The full table
  /// takes 64 bytes for each of IPv4 and 150 of IPv6; only host routes far from each other, above
  /// all of IPv6, take more.
  private static final int UNITS_PER_PREFIX_MAX = 8;

  /// Units that a table may take beside those for its prefixes: the nodes at the top are few and
  /// large.
  private static final int UNITS_BESIDE_MAX = 65_536;

  private final Family family;
  private final long[] high;
  private final long[] low;
  private final byte[] lengths;
  private final int[] ids;
  private int size;

  private MultibitBuilder(RouteTree tree) {
    family = tree.family();
    high = new long[tree.prefixes()];
    low = new long[family == Family.IPV4 ? 0 : tree.prefixes()];
    lengths = new byte[tree.prefixes()];
    ids = new int[tree.prefixes()];
    gather(tree);
  }

  /// Builds it, with room for growth.
  ///
  /// @return null if it would take too much memory for what it is worth
  static @Nullable Multibit build(RouteTree tree) {
    return new MultibitBuilder(tree).build();
  }

  private void gather(RouteTree tree) {
    for (RowCursor cursor = tree.rows(); cursor.hasRow(); cursor.advance()) {
      RouteLeaf leaf = cursor.leaf();
      int at = cursor.at();
      if (at == 0 || !leaf.samePrefix(at - 1, at)) {
        add(leaf, at);
      }
    }
  }

  private void add(RouteLeaf leaf, int at) {
    high[size] = leaf.high[at];
    if (family == Family.IPV6) {
      low[size] = leaf.low(at);
    }
    lengths[size] = (byte) leaf.length(at);
    ids[size] = leaf.id(at);
    size++;
  }

  private @Nullable Multibit build() {
    int topBits = Multibit.topBits(family, size);
    long units = units(0, size, topBits);
    long unitsMax = (long) UNITS_PER_PREFIX_MAX * size + UNITS_BESIDE_MAX;
    if (units > Math.min(unitsMax, Ref.UNITS_MAX)) {
      return null;
    }
    long withSpare = units + units / SPARE_PART + SPARE_UNITS_MIN;
    Multibit built = new Multibit(family, topBits, (int) Math.min(withSpare, Ref.UNITS_MAX));
    paintTop(built);
    return built;
  }

  /// Room that the nodes for the bits from `bit` on take.
  private long units(int from, int to, int bit) {
    long units = 0;
    int next;
    for (int i = from; i < to; i = next) {
      next = i + 1;
      if (length(i) > bit) {
        next = endOfRun(i, to, bit);
        int bits = bits(bit, i, next);
        units += Ref.units(bits) + units(i, next, bit + bits);
      }
    }
    return units;
  }

  /// Bits of a node: the more the more prefixes are below it, and no more than they have.
  private int bits(int bit, int from, int to) {
    int wanted = Ref.BITS_MIN;
    while (wanted < Ref.BITS_MAX && 2L << wanted <= (long) CELLS_PER_PREFIX * (to - from)) {
      wanted++;
    }
    int longest = 0;
    for (int i = from; i < to; i++) {
      longest = Math.max(longest, length(i));
    }
    return Multibit.nodeBits(family, bit, Math.min(wanted & ~1, longest - bit));
  }

  private int length(int i) {
    return Byte.toUnsignedInt(lengths[i]);
  }

  private long low(int i) {
    return family == Family.IPV4 ? 0 : low[i];
  }

  /// Where the prefixes end that share their first `bit` bits with the one at `from`.
  private int endOfRun(int from, int to, int bit) {
    int end = from + 1;
    while (end < to && sharesBits(from, end, bit)) {
      end++;
    }
    return end;
  }

  private boolean sharesBits(int one, int other, int bits) {
    return ((high[one] ^ high[other]) & Address.highBits(bits)) == 0
        && ((low(one) ^ low(other)) & Address.highBits(bits - 64)) == 0;
  }

  private void paintTop(Multibit built) {
    int next;
    for (int i = 0; i < size; i = next) {
      int cell = built.topCell(high[i]);
      next = paint(built, i, size, cell, built.topBits());
    }
  }

  private void paintNode(Multibit built, int ref, int bit, int from, int to) {
    int next;
    for (int i = from; i < to; i = next) {
      int cell = built.cellOf(ref, high[i], low(i));
      next = paint(built, i, to, cell, bit + Ref.bits(ref));
    }
  }

  /// Paints the cells of one prefix, or makes the node below a cell.
  ///
  /// @param cell its first
  /// @param end the bit after those that the cell is for
  /// @return the next prefix to paint
  private int paint(Multibit built, int i, int to, int cell, int end) {
    if (length(i) <= end) {
      built.fill(cell, cell + (1 << (end - length(i))), ids[i] + 1);
      return i + 1;
    }
    int next = endOfRun(i, to, end);
    int ref = built.newNode(end, bits(end, i, next), built.cell(cell));
    built.setCell(cell, ref);
    paintNode(built, ref, end, i, next);
    return next;
  }
}
