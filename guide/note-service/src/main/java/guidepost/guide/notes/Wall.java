package guidepost.guide.notes;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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
/// freed that are not its own. What happens in the middle, where a note of a shorter TTL or a
/// confirmed one hangs, makes a wall with panels of its own.
///
/// Cost: each operation at an end O(1), copying a few panel references every 16th time; in the
/// middle O(n).
///
/// Threads: only one, and always on from the newest wall of a place, may add; any may read a wall
/// handed to it.
final class Wall {

  /// Notes copied for one more: a wall of thousands is not copied for each.
  private static final int PANEL = 16;

  /// The wall without notes.
  static final Wall EMPTY = new Wall(new Note[0][], 0, 0, 0, true);

  private final @Nullable Note[][] panels;
  private final int from;
  private final int to;
  private final long bytes;

  /// True if no note outlives a later one: then those that expired are the oldest.
  private final boolean inOrderOfExpiry;

  private Wall(@Nullable Note[][] panels, int from, int to, long bytes, boolean inOrderOfExpiry) {
    this.panels = panels;
    this.from = from;
    this.to = to;
    this.bytes = bytes;
    this.inOrderOfExpiry = inOrderOfExpiry;
  }

  private static Wall of(Iterable<Note> notes) {
    Wall wall = EMPTY;
    for (Note note : notes) {
      wall = wall.with(note);
    }
    return wall;
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
    boolean ordered =
        inOrderOfExpiry && (isEmpty() || get(size() - 1).expiresMillis() <= note.expiresMillis());
    return new Wall(wider, from, to + 1, bytes + note.bytes(), ordered);
  }

  /// This wall without its oldest note.
  Wall withoutOldest() {
    long left = bytes - get(0).bytes();
    if (size() == 1) {
      return EMPTY;
    }
    return from + 1 < PANEL
        ? new Wall(panels, from + 1, to, left, inOrderOfExpiry)
        : new Wall(
            Arrays.copyOfRange(panels, 1, panels.length), 0, to - PANEL, left, inOrderOfExpiry);
  }

  /// This wall without one of its notes.
  Wall without(long id) {
    return get(0).id() == id
        ? withoutOldest()
        : of(notes().stream().filter(note -> note.id() != id).toList());
  }

  /// This wall with another state of one of its notes.
  Wall withChanged(Note changed) {
    return of(notes().stream().map(note -> note.id() == changed.id() ? changed : note).toList());
  }

  /// Its notes, oldest first.
  List<Note> notes() {
    return IntStream.range(0, size()).mapToObj(this::get).toList();
  }

  /// This wall without the notes whose TTL is over at a time.
  Wall liveAt(long millis) {
    Wall wall = this;
    while (!wall.isEmpty() && wall.get(0).isOver(millis)) {
      wall = wall.withoutOldest();
    }
    return wall.inOrderOfExpiry || wall.notes().stream().noneMatch(note -> note.isOver(millis))
        ? wall
        : of(wall.notes().stream().filter(note -> !note.isOver(millis)).toList());
  }

  /// The note to evict for a newer one: the oldest words, or if there are none, the oldest.
  Note firstToEvict() {
    for (int i = 0; i < size(); i++) {
      if (get(i).isText()) {
        return get(i);
      }
    }
    return get(0);
  }

  /// Bytes of its notes with a greater id.
  long bytesAfter(long id) {
    long sum = 0;
    for (int i = size() - 1; i >= 0 && get(i).id() > id; i--) {
      sum += get(i).bytes();
    }
    return sum;
  }
}
