package guidepost.routes.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// From addresses of one family to the ids of their longest matches: a multibit trie [1] with
/// compressed levels [2] in one array of ints, for one writer and any number of readers, which
/// never wait.
///
/// The first cells are for the first 16 bits of an address, or the first 24. A cell holds an id, or
/// refers to a node ([Ref]), which is for the next 4 to 16 bits and has a cell for each value of
/// them. Every cell below a prefix that is not below a longer one holds the id of that prefix, so
/// the first id met is the answer:
///
/// ```
///   192.0.2.77 = c000 02 4d
///
///   cells  [ … | c000: ref | … 65,536 … ][ … | 02: id 7 | … 256 ][ … ]
///                        └────────────────▶ node, bits 16 to 23
///
///   an id is stored as id + 1; 0 is no route; a ref is negative
/// ```
///
/// | | first | then |
/// |---|---|---|
/// | IPv4, from 500,000 prefixes on | 24 bits, which is DIR-24-8 [1] but for its end | 4, 4 |
/// | IPv4 | 16 | 8, 4, 4 |
/// | IPv6 | 16 | the more bits the more prefixes are below, which makes paths short |
///
/// **Readers and the writer.** The writer changes cells in place, between two increments of a
/// sequence counter: it is odd meanwhile (a seqlock). A reader that finds the same even sequence
/// before and after has seen one state, and anything else it throws away [3]. A node that is reused
/// under a reader is such a change, and refs lead nowhere but into the array, so nothing worse than
/// a wrong id can come of reading on.
///
/// **Many at a time.** A processor waits for a dozen reads of memory at once if it finds them close
/// together in the program. So look-ups go in blocks, and the reads of a block stand in a loop with
/// nothing else in it: that alone made IPv6 twice as fast.
///
/// Cost: IPv4 one or two reads of memory, IPv6 three or four in the middle. An edit: the cells
/// below its prefix, at most 16 in the last node for a typical one, and all of them for a default
/// route. Memory: 256 KiB for nothing; with the full Internet table 65 MiB for IPv4, 26 without the
/// first 24 bits, and 36 for IPv6. Routes that would take much more are left to the tree
/// ([MultibitBuilder]). The array does not grow: when it is full another is built, from the tree.
///
/// Threads: one writer; readers any.
///
/// [1] P. Gupta, S. Lin, N. McKeown, Routing Lookups in Hardware at Memory Access Speeds, INFOCOM
/// 1998; V. Srinivasan, G. Varghese, Faster IP Lookups using Controlled Prefix Expansion,
/// SIGMETRICS 1998. [2] S. Nilsson, G. Karlsson, IP-Address Lookup Using LC-Tries, IEEE JSAC 17(6),
/// 1999. [3] H.-J. Boehm, Can Seqlocks Get Along with Programming Language Memory Models?, MSPC
/// 2012.
final class Multibit {

  /// Addresses that a bulk look-up takes at a time; with what it notes of each they stay in the
  /// nearest cache.
  static final int BLOCK = 512;

  /// Where nodes begin after the first cells: the content of an array begins 12 bytes into it with
  /// compact object headers, so that nodes begin with a line of the cache.
  private static final int ALIGNMENT = 13;

  /// IPv4 prefixes that are worth the 64 MiB of the first 24 bits.
  private static final int PREFIXES_FOR_24 = 500_000;

  /// More steps than any address takes: (128 - 16) / 4. A reader that sees a node reused could go
  /// round in circles.
  private static final int STEPS_MAX = 28;

  private static final VarHandle SEQUENCE;

  static {
    try {
      SEQUENCE = MethodHandles.lookup().findVarHandle(Multibit.class, "sequence", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Family family;
  private final int topBits;
  private final int firstNode;
  private final int[] cells;
  private final int units;
  private final IntStack[] free = new IntStack[(Ref.BITS_MAX - Ref.BITS_MIN) / 2 + 1];
  private int usedUnits;

  @SuppressWarnings("UnusedVariable") // by SEQUENCE
  private long sequence;

  /// @param topBits see [#topBits]
  /// @param units room for nodes; at most [Ref#UNITS_MAX]
  Multibit(Family family, int topBits, int units) {
    this.family = family;
    this.topBits = topBits;
    this.units = units;
    firstNode = (1 << topBits) + ALIGNMENT;
    cells = new int[firstNode + Ref.UNIT * units];
    Arrays.setAll(free, i -> new IntStack());
  }

  /// Bits that the first cells are for.
  static int topBits(Family family, int prefixes) {
    return family == Family.IPV4 && prefixes >= PREFIXES_FOR_24 ? 24 : 16;
  }

  // Readers.

  /// Before a look-up.
  long sequence() {
    return (long) SEQUENCE.getAcquire(this);
  }

  /// After one: true if all that was read since is of the state with that sequence.
  boolean isStill(long before) {
    VarHandle.acquireFence();
    return (long) SEQUENCE.getOpaque(this) == before;
  }

  /// The id for one address; -1 for no route.
  int id(long high, long low) {
    return below(cells[topCell(high)], high, low) - 1;
  }

  private int below(int cell, long high, long low) {
    int answer = cell;
    for (int step = 0; answer < 0 && step < STEPS_MAX; step++) {
      answer = cells[firstNode + Ref.cell(answer, high, low)];
    }
    return Math.max(answer, 0);
  }

  /// The id for each of many IPv4 addresses; -1 for no route.
  void ipv4(int[] addresses, int count, int[] ids) {
    for (int from = 0; from < count; from += BLOCK) {
      int to = Math.min(count, from + BLOCK);
      if (topBits == 16) {
        ipv4Top16(addresses, from, to, ids);
      } else {
        ipv4Top24(addresses, from, to, ids);
      }
      ipv4Rest(addresses, from, to, ids);
    }
  }

  private void ipv4Top24(int[] addresses, int from, int to, int[] found) {
    int[] all = cells;
    for (int i = from; i < to; i++) {
      found[i] = all[addresses[i] >>> 8];
    }
  }

  private void ipv4Top16(int[] addresses, int from, int to, int[] found) {
    int[] all = cells;
    for (int i = from; i < to; i++) {
      found[i] = all[addresses[i] >>> 16];
    }
    for (int i = from; i < to; i++) {
      found[i] = nextCell(found[i], addresses[i]);
    }
    for (int i = from; i < to; i++) {
      found[i] = all[found[i]];
    }
  }

  /// The cell for the first 24 bits of an address: in the node that the one for the first 16 refers
  /// to, or that one itself. Without a branch, which could not be predicted.
  private int nextCell(int cell, int address) {
    int isRef = cell >> 31;
    int inNode = firstNode + Ref.firstCell(cell) + (address >>> 8 & 0xff);
    return (inNode & isRef) | (address >>> 16 & ~isRef);
  }

  private void ipv4Rest(int[] addresses, int from, int to, int[] found) {
    for (int i = from; i < to; i++) {
      int cell = found[i];
      found[i] = (cell < 0 ? below(cell, (long) addresses[i] << 32, 0) : cell) - 1;
    }
  }

  /// The id for each of many IPv6 addresses, of two longs each; -1 for no route.
  void ipv6(long[] highLow, int count, int[] ids, Scratch scratch) {
    for (int from = 0; from < count; from += BLOCK) {
      int to = Math.min(count, from + BLOCK);
      ipv6(highLow, from, to, ids, scratch);
      ipv6Rest(highLow, from, to, ids);
    }
  }

  /// What a look-up of IPv6 addresses notes: the places of those that are still open, and the cell
  /// to read for each.
  static final class Scratch {
    private final int[] open;
    private final int[] cells;

    /// @param count addresses that it is for
    Scratch(int count) {
      int block = Math.min(count, BLOCK);
      open = new int[block];
      cells = new int[block];
    }
  }

  private void ipv6(long[] highLow, int from, int to, int[] found, Scratch scratch) {
    int[] all = cells;
    int[] open = scratch.open;
    int[] next = scratch.cells;
    for (int i = from; i < to; i++) {
      int top = (int) (highLow[2 * i] >>> 48);
      open[i - from] = i;
      next[i - from] = following(top, all[top], highLow[2 * i]);
    }
    int left = to - from;
    for (int step = 0; left > 0 && step < STEPS_MAX; step++) {
      for (int j = 0; j < left; j++) {
        next[j] = all[next[j]];
      }
      left = step(highLow, left, found, open, next);
    }
  }

  /// The cell that one of the first leads to, or that one itself. So few of the first have anything
  /// below that they are near, and reading them needs no step of its own.
  private int following(int at, int cell, long high) {
    int leadsOn = -Ref.leadsOn(cell);
    return at ^ ((at ^ (firstNode + Ref.cell(cell, high))) & leadsOn);
  }

  /// Notes what was read, and what to read next.
  ///
  /// @return how many are still open, counted without a branch
  private int step(long[] highLow, int left, int[] found, int[] open, int[] next) {
    int still = 0;
    for (int j = 0; j < left; j++) {
      int i = open[j];
      int cell = next[j];
      found[i] = cell;
      open[still] = i;
      next[still] = firstNode + Ref.cell(cell, highLow[2 * i]);
      still += Ref.leadsOn(cell);
    }
    return still;
  }

  /// What the low words lead to.
  private void ipv6Rest(long[] highLow, int from, int to, int[] found) {
    for (int i = from; i < to; i++) {
      int cell = found[i];
      found[i] = (cell < 0 ? below(cell, highLow[2 * i], highLow[2 * i + 1]) : cell) - 1;
    }
  }

  // The writer.

  /// Begins changes; readers notice.
  ///
  /// @return the sequence that [#endChanges] gives the new state
  long beginChanges() {
    SEQUENCE.setOpaque(this, sequence + 1);
    VarHandle.fullFence();
    return sequence + 1;
  }

  /// Ends them.
  void endChanges() {
    SEQUENCE.setRelease(this, sequence + 1);
  }

  /// Writes cells, within one node or in the first 65,536.
  void fill(int from, int to, int cell) {
    Arrays.fill(cells, from, to, cell);
  }

  int cell(int at) {
    return cells[at];
  }

  void setCell(int at, int cell) {
    cells[at] = cell;
  }

  /// The cell of an address among the first.
  int topCell(long high) {
    return (int) (high >>> (64 - topBits));
  }

  int topBits() {
    return topBits;
  }

  /// The first cell of a node.
  int firstCell(int ref) {
    return firstNode + Ref.firstCell(ref);
  }

  /// The cell of an address in a node.
  int cellOf(int ref, long high, long low) {
    return firstNode + Ref.cell(ref, high, low);
  }

  /// Bits of a node for those from `bit` on.
  ///
  /// @param wanted bits if there is a choice
  int nodeBits(int bit, int wanted) {
    return nodeBits(family, bit, wanted);
  }

  /// Bits of a node: an even number that leaves none or at least four of the word.
  static int nodeBits(Family family, int bit, int wanted) {
    if (family == Family.IPV4) {
      return bit == 16 ? 8 : Ref.BITS_MIN;
    }
    int left = Ref.wordEnd(bit) - bit;
    int bits = Math.clamp((wanted + 1) & ~1, Ref.BITS_MIN, Math.min(left, Ref.BITS_MAX));
    return left - bits == 2 ? (bits == Ref.BITS_MIN ? left : bits - 2) : bits;
  }

  /// A node with `cell` in each of its cells, for the bits from `bit` on.
  ///
  /// @return a ref to it; 0 if there is no room
  int newNode(int bit, int bits, int cell) {
    int unit = takeUnits(bits);
    if (unit < 0) {
      return 0;
    }
    int ref = Ref.of(unit, bit, bits);
    fill(firstCell(ref), firstCell(ref) + (1 << bits), cell);
    return ref;
  }

  private int takeUnits(int bits) {
    IntStack reusable = free[(bits - Ref.BITS_MIN) / 2];
    if (!reusable.isEmpty()) {
      return reusable.pop();
    }
    int wanted = Ref.units(bits);
    if (usedUnits + wanted > units) {
      return -1;
    }
    usedUnits += wanted;
    return usedUnits - wanted;
  }

  /// Gives a node back; its children must have been.
  void free(int ref) {
    free[(Ref.bits(ref) - Ref.BITS_MIN) / 2].push(Ref.unit(ref));
  }

  long bytes() {
    return Memory.ints(cells.length) + Arrays.stream(free).mapToLong(IntStack::bytes).sum();
  }

  /// Throws an AssertionError unless every node is reached once or free.
  void checkInvariants() {
    boolean[] seen = new boolean[usedUnits];
    for (int i = 0; i < 1 << topBits; i++) {
      mark(cells[i], seen, topBits);
    }
    for (int i = 0; i < free.length; i++) {
      int size = Ref.units(Ref.BITS_MIN + 2 * i);
      free[i].forEach(unit -> mark(seen, unit, size));
    }
    for (int unit = 0; unit < usedUnits; unit++) {
      require(seen[unit], "node at unit %d: neither free nor reached".formatted(unit));
    }
  }

  private void mark(int cell, boolean[] seen, int bit) {
    if (cell >= 0) {
      return;
    }
    int first = firstCell(cell);
    int count = Ref.bits(cell);
    require(
        Ref.shift(cell) == Ref.wordEnd(bit) - bit - count,
        "node of bit %d: shift %d".formatted(bit, Ref.shift(cell)));
    mark(seen, Ref.unit(cell), Ref.units(count));
    boolean isUniform = true;
    for (int i = first; i < first + (1 << count); i++) {
      isUniform &= cells[i] == cells[first];
      mark(cells[i], seen, bit + count);
    }
    require(!isUniform, "node of bit %d: holds nothing of its own".formatted(bit));
  }

  private static void mark(boolean[] seen, int unit, int count) {
    for (int i = unit; i < unit + count; i++) {
      require(!seen[i], "node at unit %d: is there twice".formatted(i));
      seen[i] = true;
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError("multibit trie: " + otherwise);
    }
  }
}
