package guidepost.guide.notes;

import guidepost.guide.v1.NoteEvent;

/// Something that happened to a note.
///
/// @param note after it; of one that has ended, in its last state
record NoteChange(NoteEvent.Type type, Note note) {

  /// True if the note is no longer kept.
  boolean isEnd() {
    return switch (type) {
      case TYPE_EXPIRED, TYPE_CLOSED, TYPE_EVICTED -> true;
      case TYPE_ADDED,
          TYPE_UPDATED,
          TYPE_CONFIRMED,
          TYPE_ENTERED,
          TYPE_LEFT,
          TYPE_UNSPECIFIED,
          UNRECOGNIZED ->
          false;
    };
  }
}
