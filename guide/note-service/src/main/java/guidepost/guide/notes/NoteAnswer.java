package guidepost.guide.notes;

/// What the writer of the notes answers.
sealed interface NoteAnswer {

  /// A note hangs.
  record Posted(Note note) implements NoteAnswer {}

  /// The key was used before for this note, which still hangs.
  record PostedBefore(Note note) implements NoteAnswer {}

  /// The key was used before for a note that has ended.
  record Ended(long note) implements NoteAnswer {}

  /// A vote was counted, or had been.
  ///
  /// @param note in its new state
  record Heard(Note note, boolean changed) implements NoteAnswer {}

  /// A note was closed.
  ///
  /// @param note in its last state
  record Closed(Note note) implements NoteAnswer {}

  /// There is no such note, or no longer.
  record Unknown(long note) implements NoteAnswer {}

  /// The note is not the caller's.
  record NotYours(Note note) implements NoteAnswer {}

  /// What a request took down.
  ///
  /// @param more true if a sweep stopped at its bound
  record Swept(int notes, boolean more) implements NoteAnswer {}

  /// Done, with nothing to say.
  record Done() implements NoteAnswer {}
}
