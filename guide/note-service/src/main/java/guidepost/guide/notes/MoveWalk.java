package guidepost.guide.notes;

import guidepost.guide.v1.NoteChanges;
import guidepost.guide.v1.NoteEvent;
import java.util.Optional;
import java.util.Set;

/// What left a traveller's reach by a move and then what came into it, as of one revision: a page
/// when it is asked for, found in turns of a bounded length. So a move among many notes costs no
/// more memory than one among few, and delays nobody.
///
/// Threads: one at a time.
final class MoveWalk implements Waiting {

  /// A message of some 60 KB.
  private static final int EVENTS_MAX = 256;

  /// A page is full beyond this.
  private static final int PAGE_BYTES = 64 * 1024;

  /// Notes that one turn looks at: some tens of microseconds.
  private static final int LOOKS_MAX = 1_024;

  /// Itself and its two walks; beside them it keeps the notes of its revision from being freed.
  private static final int BYTES = 1_024;

  /// The notes of one reach that are not in the other.
  private record Half(NoteEvent.Type type, NoteMap.Walk walk, NoteArea other) {

    Optional<NoteChange> look() {
      return walk.look().filter(note -> !other.has(note)).map(note -> new NoteChange(type, note));
    }
  }

  private final long revision;
  private final Half left;
  private final Half entered;
  private NoteChanges.Builder page = NoteChanges.newBuilder();
  private int bytes;

  /// @param view the notes as of the move
  /// @param from the reach before it
  /// @param to the reach after it
  /// @param kinds that are wanted; none: all
  MoveWalk(NoteView view, NoteArea from, NoteArea to, Set<String> kinds) {
    this.revision = view.revision();
    this.left = new Half(NoteEvent.Type.TYPE_LEFT, walk(view, from, kinds), to);
    this.entered = new Half(NoteEvent.Type.TYPE_ENTERED, walk(view, to, kinds), from);
  }

  private static NoteMap.Walk walk(NoteView view, NoteArea area, Set<String> kinds) {
    return view.map().walk(area, kinds, NoteMap.Mark.BEGIN);
  }

  long revision() {
    return revision;
  }

  @Override
  public int bytes() {
    return BYTES;
  }

  /// Looks for the next page.
  ///
  /// @return false if it looked at enough for one turn, and the page may not be complete
  boolean gather() {
    for (int looks = 0; !isFull() && !isOver(); looks++) {
      if (looks == LOOKS_MAX) {
        return false;
      }
      (left.walk().isOver() ? entered : left).look().ifPresent(this::add);
    }
    return true;
  }

  /// True if the page that was gathered is the last.
  boolean isOver() {
    return left.walk().isOver() && entered.walk().isOver();
  }

  private boolean isFull() {
    return page.getEventsCount() == EVENTS_MAX || bytes >= PAGE_BYTES;
  }

  private void add(NoteChange change) {
    NoteEvent event = NoteMessages.event(revision, change);
    bytes += event.getSerializedSize();
    page.addEvents(event);
  }

  /// The page that was gathered; the next one begins.
  NoteChanges takePage() {
    NoteChanges full = page.build();
    page = NoteChanges.newBuilder();
    bytes = 0;
    return full;
  }
}
