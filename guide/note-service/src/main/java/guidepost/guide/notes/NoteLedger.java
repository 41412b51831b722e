package guidepost.guide.notes;

import guidepost.guide.geo.Point;
import guidepost.journal.Undo;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// All notes that are kept, as decided so far; what was decided since the last [#publish] can be
/// undone.
///
/// ```
///   walls       place    ─▶ its notes, oldest first     what chats are shown
///   byId        id       ─▶ note                            what confirms, closes, evicts
///   byExpiry    (end of TTL, id)                        what expires next
/// ```
///
/// Cost: O(log n) a change.
///
/// Threads: the writer of its domain.
final class NoteLedger {

  private static final Comparator<Note> BY_EXPIRY =
      Comparator.comparingLong(Note::expiresMillis).thenComparingLong(Note::id);

  private final Undo undo = new Undo();
  private final Map<Point, Wall> walls = new HashMap<>();
  private final TreeMap<Long, Note> byId = new TreeMap<>();
  private final TreeSet<Note> byExpiry = new TreeSet<>(BY_EXPIRY);
  private final NoteKeys keys = new NoteKeys(undo);
  private long bytes;

  int size() {
    return byId.size();
  }

  long bytes() {
    return bytes;
  }

  /// The idempotency keys that are remembered.
  NoteKeys keys() {
    return keys;
  }

  Wall at(Point place) {
    return walls.getOrDefault(place, Wall.EMPTY);
  }

  Optional<Note> get(long id) {
    return Optional.ofNullable(byId.get(id));
  }

  /// The note with the lowest id, which is also the one posted first.
  Optional<Note> oldest() {
    return Optional.ofNullable(byId.firstEntry()).map(Map.Entry::getValue);
  }

  /// The note whose TTL is over first; empty if all are kept until they are closed.
  Optional<Note> firstToExpire() {
    return byExpiry.isEmpty() ? Optional.empty() : Optional.of(byExpiry.first());
  }

  /// When the newest note was posted; 0 if there is none.
  long newestCreatedMillis() {
    return byId.isEmpty() ? 0 : byId.lastEntry().getValue().createdMillis();
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
    return List.copyOf(byId.values());
  }

  /// Hangs a note; its id is greater than any before.
  void add(Note note) {
    insert(note);
    undo.add(() -> forget(note));
    set(note.place(), at(note.place()).with(note));
  }

  /// Gives a note another state.
  void change(Note changed) {
    Note before = forgetNow(changed.id());
    insert(changed);
    undo.add(
        () -> {
          forget(changed);
          insert(before);
        });
    set(changed.place(), at(changed.place()).withChanged(changed));
  }

  /// Takes a note down.
  void remove(Note note) {
    forget(note);
    undo.add(() -> insert(note));
    set(note.place(), at(note.place()).without(note.id()));
  }

  private Note forgetNow(long id) {
    Note note = get(id).orElseThrow();
    forget(note);
    return note;
  }

  private void insert(Note note) {
    byId.put(note.id(), note);
    if (note.expiresMillis() != Note.NEVER) {
      byExpiry.add(note);
    }
    bytes += note.bytes();
  }

  private void forget(Note note) {
    byId.remove(note.id());
    byExpiry.remove(note);
    bytes -= note.bytes();
  }

  private void set(Point place, Wall wall) {
    Wall before = at(place);
    undo.add(() -> replace(place, before));
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
    undo.forget();
  }

  /// What was decided since the last [#publish] did not become durable.
  void rollback() {
    undo.run();
  }
}
