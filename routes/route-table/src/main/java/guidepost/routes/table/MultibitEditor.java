package guidepost.routes.table;

/// Brings a [Multibit] up to date with what became of prefixes: below a new one the cells of its
/// parent become its own; below one that is gone its cells become the parent's.
///
/// ```
///   add 10.1.0.0/16 below 10.0.0.0/8    cells of 10.1.0.0/16:  8's ─▶ 16's; longer ones stay
///   remove it                           cells of 10.1.0.0/16: 16's ─▶  8's; nodes that hold
///                                       nothing else any more are given back
/// ```
///
/// Threads: the writer's.
final class MultibitEditor {

  /// Prefixes that came or went, in order.
  ///
  /// @param parent of one that went: id of the longest prefix that covers it and is shorter; -1 if
  ///   there is none. Of one that came it is found in the trie, where its cells are
  /// @param isNew true if it came
  record Change(long high, long low, int length, int id, int parent, boolean isNew) {

    static Change came(Row row) {
      return new Change(row.high(), row.low(), row.length(), row.id(), -1, true);
    }

    static Change went(Row row, int id, int parent) {
      return new Change(row.high(), row.low(), row.length(), id, parent, false);
    }
  }

  private static final int UNKNOWN = -1;

  private final Multibit multibit;
  private final PrefixIds prefixes;
  private boolean isFull;

  /// @param prefixes of all ids that are in the trie or come
  MultibitEditor(Multibit multibit, PrefixIds prefixes) {
    this.multibit = multibit;
    this.prefixes = prefixes;
  }

  /// Makes one change.
  ///
  /// @return false if there is no room for it; then the trie is of no state and must be given up
  boolean apply(Change change) {
    int at = multibit.topCell(change.high());
    if (change.length() <= multibit.topBits()) {
      repaintAll(at, 1 << (multibit.topBits() - change.length()), change);
    } else {
      multibit.setCell(at, repainted(multibit.cell(at), multibit.topBits(), change));
    }
    return !isFull;
  }

  /// Repaints below a cell whose bits end at `bit`, before the prefix does.
  ///
  /// @return what is to be in the cell
  private int repainted(int cell, int bit, Change change) {
    if (cell >= 0 && !change.isNew()) {
      return cell;
    }
    int ref = cell >= 0 ? newNode(bit, cell) : cell;
    if (ref >= 0) {
      isFull = true;
      return cell;
    }
    int at = multibit.cellOf(ref, change.high(), change.low());
    int end = bit + Ref.bits(ref);
    if (change.length() <= end) {
      repaintAll(at, 1 << (end - change.length()), change);
    } else {
      multibit.setCell(at, repainted(multibit.cell(at), end, change));
    }
    return change.isNew() ? ref : collapsed(ref);
  }

  private int newNode(int bit, int cell) {
    return multibit.newNode(bit, multibit.nodeBits(bit, Ref.BITS_MIN), cell);
  }

  private void repaintAll(int first, int count, Change change) {
    if (change.isNew()) {
      repaintParents(first, count, change, UNKNOWN);
    } else {
      repaintAll(first, count, change.id() + 1, change.parent() + 1);
    }
  }

  private void repaintAll(int first, int count, int from, int to) {
    for (int at = first; at < first + count; at++) {
      int cell = multibit.cell(at);
      if (cell < 0) {
        repaintAll(multibit.firstCell(cell), 1 << Ref.bits(cell), from, to);
      } else if (cell == from) {
        multibit.setCell(at, to);
      }
    }
  }

  /// Gives the cells of the parent to a prefix that came: all that are not of longer ones are the
  /// parent's.
  ///
  /// @param known what is in them, or UNKNOWN if none was met yet
  /// @return the same, afterwards
  private int repaintParents(int first, int count, Change change, int known) {
    int parent = known;
    int longer = UNKNOWN;
    for (int at = first; at < first + count; at++) {
      int cell = multibit.cell(at);
      if (cell < 0) {
        parent = repaintParents(multibit.firstCell(cell), 1 << Ref.bits(cell), change, parent);
        continue;
      }
      if (parent == UNKNOWN && cell != longer) {
        boolean isParent = cell == 0 || prefixes.length(cell - 1) < change.length();
        parent = isParent ? cell : UNKNOWN;
        longer = cell;
      }
      if (cell == parent) {
        multibit.setCell(at, change.id() + 1);
      }
    }
    return parent;
  }

  /// The ref, or what all cells of its node hold.
  private int collapsed(int ref) {
    int first = multibit.firstCell(ref);
    int cell = multibit.cell(first);
    for (int at = first + 1; at < first + (1 << Ref.bits(ref)); at++) {
      if (multibit.cell(at) != cell) {
        return ref;
      }
    }
    multibit.free(ref);
    return cell;
  }
}
