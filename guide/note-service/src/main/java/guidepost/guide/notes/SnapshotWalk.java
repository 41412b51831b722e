package guidepost.guide.notes;

import guidepost.guide.v1.NoteSnapshot;
import java.util.Optional;

/// The notes that a subscriber is told to begin with, a page when it is asked for, found in turns
/// of a bounded length.
///
/// Threads: one at a time.
final class SnapshotWalk {

  /// A message of some 60 KB.
  private static final int NOTES_MAX = 256;

  /// A page is full beyond this.
  private static final int PAGE_BYTES = 64 * 1024;

  /// Notes that one turn looks at: some tens of microseconds.
  private static final int LOOKS_MAX = 1_024;

  private final long revision;
  private final NoteMap.Walk walk;
  private NoteSnapshot.Builder page = NoteSnapshot.newBuilder();
  private int bytes;
  private long notes;

  /// @param revision that the notes are of
  SnapshotWalk(long revision, NoteMap.Walk walk) {
    this.revision = revision;
    this.walk = walk;
  }

  long revision() {
    return revision;
  }

  /// Notes in the pages that were taken.
  long notes() {
    return notes;
  }

  /// Looks for the next page.
  ///
  /// @return false if it looked at enough for one turn, and the page may not be complete
  boolean gather() {
    for (int looks = 0; !isFull() && !walk.isOver(); looks++) {
      if (looks == LOOKS_MAX) {
        return false;
      }
      walk.look().ifPresent(this::add);
    }
    return true;
  }

  private boolean isFull() {
    return page.getNotesCount() == NOTES_MAX || bytes >= PAGE_BYTES;
  }

  private void add(Note note) {
    var message = NoteMessages.message(note);
    bytes += message.getSerializedSize();
    page.addNotes(message);
  }

  /// The page that was gathered; empty at the end.
  Optional<NoteSnapshot> takePage() {
    if (page.getNotesCount() == 0) {
      return Optional.empty();
    }
    NoteSnapshot full = page.build();
    notes += full.getNotesCount();
    page = NoteSnapshot.newBuilder();
    bytes = 0;
    return Optional.of(full);
  }
}
