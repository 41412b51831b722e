package guidepost.guide.service;

import guidepost.guide.index.Point;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// All notes that are kept, as decided so far; what was decided since the last [#publish] can be
/// undone.
///
/// Threads: the writer of its domain.
final class NoteLedger {

  private final Map<Point, Wall> walls = new HashMap<>();
  private final TreeMap<Long, Note> bySequence = new TreeMap<>();
  private long bytes;

  /// What to undo: the walls as they were, the notes that came and those that went.
  private final Map<Point, Wall> wallsBefore = new HashMap<>();

  private final List<Note> added = new ArrayList<>();
  private final List<Note> removed = new ArrayList<>();

  int size() {
    return bySequence.size();
  }

  long bytes() {
    return bytes;
  }

  Wall at(Point place) {
    return walls.getOrDefault(place, Wall.EMPTY);
  }

  /// The note with the lowest sequence, which is also the one posted first.
  Optional<Note> oldest() {
    return Optional.ofNullable(bySequence.firstEntry()).map(Map.Entry::getValue);
  }

  /// When the newest note was posted; 0 if there is none.
  long newestCreatedMillis() {
    return bySequence.isEmpty() ? 0 : bySequence.lastEntry().getValue().createdMillis();
  }

  /// Places where more than some number of notes hang.
  List<Point> placesWithMoreThan(int notes) {
    return walls.entrySet().stream()
        .filter(each -> each.getValue().size() > notes)
        .map(Map.Entry::getKey)
        .toList();
  }

  /// All notes, in order.
  List<Note> all() {
    return List.copyOf(bySequence.values());
  }

  /// Hangs a note; its sequence is greater than any before.
  void add(Note note) {
    added.add(note);
    insert(note);
    set(note.place(), at(note.place()).with(note));
  }

  /// Takes the oldest note at a place down; there is one.
  Note removeOldestAt(Point place) {
    Wall wall = at(place);
    Note oldest = wall.get(0);
    removed.add(oldest);
    forget(oldest);
    set(place, wall.withoutOldest());
    return oldest;
  }

  private void insert(Note note) {
    bySequence.put(note.sequence(), note);
    bytes += note.bytes();
  }

  private void forget(Note note) {
    bySequence.remove(note.sequence());
    bytes -= note.bytes();
  }

  private void set(Point place, Wall wall) {
    wallsBefore.putIfAbsent(place, at(place));
    replace(place, wall);
  }

  private void replace(Point place, Wall wall) {
    if (wall.isEmpty()) {
      walls.remove(place);
    } else {
      walls.put(place, wall);
    }
  }

  /// What was decided is durable.
  void publish() {
    wallsBefore.clear();
    added.clear();
    removed.clear();
  }

  /// What was decided since the last [#publish] did not become durable.
  void rollback() {
    wallsBefore.forEach(this::replace);
    removed.forEach(this::insert);
    added.forEach(this::forget);
    publish();
  }
}
