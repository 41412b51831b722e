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
///   bySequence  sequence ─▶ note                        what confirms, closes, evicts
///   byExpiry    (end of life, sequence)                 what expires next
/// ```
///
/// Cost: O(log n) a change.
///
/// Threads: the writer of its domain.
final class NoteLedger {

  private static final Comparator<Note> BY_EXPIRY =
      Comparator.comparingLong(Note::expiresMillis).thenComparingLong(Note::sequence);

  private final Undo undo = new Undo();
  private final Map<Point, Wall> walls = new HashMap<>();
  private final TreeMap<Long, Note> bySequence = new TreeMap<>();
  private final TreeSet<Note> byExpiry = new TreeSet<>(BY_EXPIRY);
  private final NoteKeys keys = new NoteKeys(undo);
  private long bytes;

  int size() {
    return bySequence.size();
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

  Optional<Note> get(long sequence) {
    return Optional.ofNullable(bySequence.get(sequence));
  }

  /// The note with the lowest sequence, which is also the one posted first.
  Optional<Note> oldest() {
    return Optional.ofNullable(bySequence.firstEntry()).map(Map.Entry::getValue);
  }

  /// The note whose life is over first; empty if all live until they are closed.
  Optional<Note> firstToExpire() {
    return byExpiry.isEmpty() ? Optional.empty() : Optional.of(byExpiry.first());
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
    insert(note);
    undo.add(() -> forget(note));
    set(note.place(), at(note.place()).with(note));
  }

  /// Gives a note another state.
  void change(Note changed) {
    Note before = forgetNow(changed.sequence());
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
    set(note.place(), at(note.place()).without(note.sequence()));
  }

  private Note forgetNow(long sequence) {
    Note note = get(sequence).orElseThrow();
    forget(note);
    return note;
  }

  private void insert(Note note) {
    bySequence.put(note.sequence(), note);
    if (note.expiresMillis() != Note.NEVER) {
      byExpiry.add(note);
    }
    bytes += note.bytes();
  }

  private void forget(Note note) {
    bySequence.remove(note.sequence());
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
