package guidepost.guide.notes;

import guidepost.seed.routeguide.RouteNote;

/// The earlier notes at a place, owed to the poster of a later one and read off the wall only when
/// the client takes them.
final class Replay {

  private final Wall wall;
  private final long id;
  private final long charge;
  private int next;

  /// @param wall not empty
  /// @param id of the note that asks for it
  /// @param charge bytes that only this replay keeps from being freed
  Replay(Wall wall, long id, long charge) {
    this.wall = wall;
    this.id = id;
    this.charge = charge;
  }

  long id() {
    return id;
  }

  long charge() {
    return charge;
  }

  /// The next note, oldest first; there is one.
  RouteNote next() {
    return wall.get(next++).heard();
  }

  boolean isDone() {
    return next == wall.size();
  }
}
