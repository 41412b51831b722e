package guidepost.guide.notes;

/// Lets tests of the whole guide hold up, or break, the thread that tells subscribers.
public final class FanoutThread {

  private FanoutThread() {}

  /// Does something on that thread, after what was asked before.
  public static void act(ServedNotes notes, Runnable action) {
    notes.fanout().act(action);
  }
}
