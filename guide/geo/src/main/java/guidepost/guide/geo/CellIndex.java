package guidepost.guide.geo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// What watches which place: for each cell of the globe, those whose areas touch it.
///
/// Cells are squares of degrees in levels, each four times as wide as the one below, from some 1.5
/// km to a sixth of the globe. An area lies in the finest level where it touches few cells, and
/// only there:
///
/// ```
///   level 0   ┌┬┬┬┐ 2^17 E7: a traveller's kilometre touches 4 to 9 cells
///   level 1   ┌───┐ 2^19
///   …
///   level 5   2^27: a country touches a few
///   the rest  the whole globe: asked about every note
/// ```
///
/// So to find those that may want something at a point is one probe a level that is in use, and a
/// look at what lies in six cells. A long note touches several cells; if they are too many,
/// everyone in the level is asked.
///
/// Cost: see `docs/decisions/0011-notes.md`.
///
/// Threads: one.
///
/// @param <S> a subscriber
public final class CellIndex<S> {

  /// Cells of 0.013 degrees, 1.5 km: a small area is in one to four.
  private static final int FINEST_SHIFT = 17;

  /// Each level is four times as wide.
  private static final int SHIFT_STEP = 2;

  /// The widest cells are 13 degrees; what is larger is listed once for everywhere.
  private static final int LEVELS = 6;

  /// Cells that an extent may touch in its level: 4 x 4, so that few are touched for nothing.
  private static final int CELLS_MAX = 16;

  /// Cells that a corridor of many extents may touch in all.
  private static final int CORRIDOR_CELLS_MAX = 1_024;

  /// Cells that are looked up for one note: beyond that it is faster to ask everyone.
  private static final int PROBES_MAX = 64;

  /// A subscriber that is listed.
  ///
  /// @param <S> a subscriber
  public static final class Entry<S> {
    private final S watcher;
    private final int level;
    private final Set<Long> cells;
    private long asked;

    private Entry(S watcher, int level, Set<Long> cells) {
      this.watcher = watcher;
      this.level = level;
      this.cells = cells;
    }
  }

  private final Map<Long, Set<Entry<S>>> cells = new HashMap<>();
  // By level; the last is of those that want everything.
  private final List<Set<Entry<S>>> levels = new ArrayList<>();
  private long asking;
  private int size;

  /// Of nobody.
  public CellIndex() {
    for (int level = 0; level <= LEVELS; level++) {
      levels.add(new HashSet<>());
    }
  }

  /// How many are listed.
  public int size() {
    return size;
  }

  /// Lists a subscriber to what happens in these extents.
  public Entry<S> add(S watcher, List<Extent> extents) {
    int level = 0;
    while (level < LEVELS && !isFew(extents, level)) {
      level++;
    }
    Entry<S> entry =
        new Entry<>(watcher, level, level == LEVELS ? Set.of() : cells(extents, level));
    levels.get(level).add(entry);
    entry.cells.forEach(cell -> cells.computeIfAbsent(cell, _ -> new HashSet<>()).add(entry));
    size++;
    return entry;
  }

  private static boolean isFew(List<Extent> extents, int level) {
    long all = 0;
    for (Extent extent : extents) {
      long count = count(extent, level);
      all += count;
      if (count > CELLS_MAX || all > CORRIDOR_CELLS_MAX) {
        return false;
      }
    }
    return true;
  }

  /// Takes one off the list.
  public void remove(Entry<S> entry) {
    if (levels.get(entry.level).remove(entry)) {
      entry.cells.forEach(cell -> removeFrom(cell, entry));
      size--;
    }
  }

  private void removeFrom(long cell, Entry<S> entry) {
    Set<Entry<S>> there = cells.getOrDefault(cell, Set.of());
    there.remove(entry);
    if (there.isEmpty()) {
      cells.remove(cell);
    }
  }

  /// The same one, now interested in other extents. Cost: nothing to speak of if the cells are the
  /// same.
  public Entry<S> move(Entry<S> entry, List<Extent> extents) {
    boolean same =
        entry.level < LEVELS
            && isFew(extents, entry.level)
            && cells(extents, entry.level).equals(entry.cells);
    if (same) {
      return entry;
    }
    remove(entry);
    return add(entry.watcher, extents);
  }

  /// Shows each subscriber that something in an extent may concern, once.
  public void forEach(Extent extent, Consumer<S> visitor) {
    asking++;
    for (int level = 0; level <= LEVELS; level++) {
      if (!levels.get(level).isEmpty()) {
        ask(extent, level, visitor);
      }
    }
  }

  private void ask(Extent extent, int level, Consumer<S> visitor) {
    long count = level == LEVELS ? Long.MAX_VALUE : count(extent, level);
    if (count > PROBES_MAX) {
      ask(levels.get(level), visitor);
      return;
    }
    if (count == 1 && extent.east() < Extent.HALF_TURN) {
      int shift = shift(level);
      long only = cell(level, extent.south() >> shift, extent.west() >> shift);
      ask(cells.getOrDefault(only, Set.of()), visitor);
      return;
    }
    for (long cell : cells(List.of(extent), level)) {
      ask(cells.getOrDefault(cell, Set.of()), visitor);
    }
  }

  private void ask(Set<Entry<S>> entries, Consumer<S> visitor) {
    for (Entry<S> entry : entries) {
      if (entry.asked != asking) {
        entry.asked = asking;
        visitor.accept(entry.watcher);
      }
    }
  }

  private static int shift(int level) {
    return FINEST_SHIFT + SHIFT_STEP * level;
  }

  private static long count(Extent extent, int level) {
    int shift = shift(level);
    long rows = (extent.north() >> shift) - (extent.south() >> shift) + 1;
    long columns = (extent.east() >> shift) - (extent.west() >> shift) + 1;
    return rows * columns;
  }

  private static Set<Long> cells(List<Extent> extents, int level) {
    int shift = shift(level);
    Set<Long> touched = new HashSet<>();
    for (Extent extent : extents) {
      for (long row = extent.south() >> shift; row <= extent.north() >> shift; row++) {
        addRow(extent, level, row, touched);
      }
    }
    return touched;
  }

  /// Columns are counted from -180 degrees on, and start again where that is reached again.
  private static void addRow(Extent extent, int level, long row, Set<Long> touched) {
    int shift = shift(level);
    for (long column = extent.west() >> shift; column <= extent.east() >> shift; column++) {
      touched.add(cell(level, row, column));
    }
    if (extent.east() >= Extent.HALF_TURN) {
      long end = (extent.east() - 2 * Extent.HALF_TURN) >> shift;
      for (long column = -Extent.HALF_TURN >> shift; column <= end; column++) {
        touched.add(cell(level, row, column));
      }
    }
  }

  private static long cell(int level, long row, long column) {
    return (long) level << 56 | (row & 0xFFFFFFF) << 28 | (column & 0xFFFFFFF);
  }
}
