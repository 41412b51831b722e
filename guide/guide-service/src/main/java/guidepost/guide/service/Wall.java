package guidepost.guide.service;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The notes at one place, oldest first: a value that shares its notes with the walls before and
/// after it, so that remembering what hung there at some moment costs one small object.
///
/// Notes are added at the new end and taken down at the old one. They hang in panels of 16 that
/// successive walls share; a wall knows which stretch is its own:
///
/// ```
///   earlier wall      [.. 3 ........ 18 ..]
///   panels       [ 0 1 2 3 … 15 ][ 16 17 18 19 . . ]
///   later wall              [ 15 ........ 19 ]
/// ```
///
/// A later wall fills slots of a shared panel that no earlier one looks at, and drops panels that
/// are no longer its own: a wall that somebody still remembers keeps at most 30 notes from being
/// freed that are not its own.
///
/// Cost: each operation O(1), copying a few panel references every 16th time.
///
/// Threads: only one, and always on from the newest wall of a place, may add; any may read a wall
/// handed to it.
final class Wall {

  private static final int PANEL = 16;

  /// The wall without notes.
  static final Wall EMPTY = new Wall(new Note[0][], 0, 0, 0);

  private final @Nullable Note[][] panels;
  private final int from;
  private final int to;
  private final long bytes;

  private Wall(@Nullable Note[][] panels, int from, int to, long bytes) {
    this.panels = panels;
    this.from = from;
    this.to = to;
    this.bytes = bytes;
  }

  int size() {
    return to - from;
  }

  boolean isEmpty() {
    return to == from;
  }

  /// Bytes of all its notes.
  long bytes() {
    return bytes;
  }

  /// The note at a position from 0, the oldest, to `size() - 1`.
  Note get(int position) {
    int at = from + position;
    Note note = panels[at / PANEL][at % PANEL];
    if (position < 0 || at >= to || note == null) {
      throw new IndexOutOfBoundsException("position must be 0..%d: %d".formatted(size(), position));
    }
    return note;
  }

  /// This wall with one more note at the new end.
  Wall with(Note note) {
    boolean full = to == panels.length * PANEL;
    @Nullable Note[][] wider = full ? Arrays.copyOf(panels, panels.length + 1) : panels;
    if (full) {
      wider[panels.length] = new Note[PANEL];
    }
    wider[to / PANEL][to % PANEL] = note;
    return new Wall(wider, from, to + 1, bytes + note.bytes());
  }

  /// This wall without its oldest note.
  Wall withoutOldest() {
    long left = bytes - get(0).bytes();
    if (size() == 1) {
      return EMPTY;
    }
    return from + 1 < PANEL
        ? new Wall(panels, from + 1, to, left)
        : new Wall(Arrays.copyOfRange(panels, 1, panels.length), 0, to - PANEL, left);
  }

  /// This wall without the notes that were posted at or before a time.
  Wall after(long createdMillis) {
    Wall wall = this;
    while (!wall.isEmpty() && wall.get(0).createdMillis() <= createdMillis) {
      wall = wall.withoutOldest();
    }
    return wall;
  }

  /// Bytes of its notes with a greater sequence.
  long bytesAfter(long sequence) {
    long sum = 0;
    for (int i = size() - 1; i >= 0 && get(i).sequence() > sequence; i--) {
      sum += get(i).bytes();
    }
    return sum;
  }
}
