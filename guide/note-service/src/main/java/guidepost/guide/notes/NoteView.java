package guidepost.guide.notes;

/// The notes as of one revision. Nothing in it ever changes.
///
/// Threads: any.
record NoteView(long revision, NoteMap map) {}
