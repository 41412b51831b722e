package guidepost.client;

import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteEvent;

/// A watch of the notes around a traveller who moves. After a cut it resumes where it was:
/// positions that the server did not take into account are sent again.
///
/// Threads: any.
public final class MovingWatch implements AutoCloseable {

  private final NoteWatchCalls calls;
  private final Watch<Note, NoteEvent> watch;

  MovingWatch(NoteWatchCalls calls, Watch<Note, NoteEvent> watch) {
    this.calls = calls;
    this.watch = watch;
  }

  /// Where the traveller is now. Waits while the listener is being told something.
  public void position(GeoPoint point) {
    watch.between(() -> calls.position(point));
  }

  /// The watch itself.
  public Watch<Note, NoteEvent> watch() {
    return watch;
  }

  /// Ends it.
  @Override
  public void close() {
    watch.close();
  }
}
