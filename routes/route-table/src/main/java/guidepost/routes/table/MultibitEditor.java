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
  /// @param parent id of the longest prefix that covers this one and is shorter; -1 if there is
  ///   none
  /// @param isNew true if it came
  record Change(long high, long low, int length, int id, int parent, boolean isNew) {}

  private final Multibit multibit;
  private boolean isFull;

  MultibitEditor(Multibit multibit) {
    this.multibit = multibit;
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
    int from = (change.isNew() ? change.parent() : change.id()) + 1;
    int to = (change.isNew() ? change.id() : change.parent()) + 1;
    repaintAll(first, count, from, to);
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
