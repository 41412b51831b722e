package guidepost.guide.service;

import guidepost.guide.index.Point;
import guidepost.seed.routeguide.RouteNote;

/// What a traveller said about a place. Shared by everything that sends it.
///
/// @param sequence place in the one order of all notes: the revision that made it durable
/// @param createdMillis when it was posted, never less than that of an earlier note
/// @param place canonical
/// @param message as posted, with the point's own digits
record Note(long sequence, long createdMillis, Point place, RouteNote message) {

  /// What a note takes in memory beside its message.
  private static final long OVERHEAD_BYTES = 200;

  long bytes() {
    return OVERHEAD_BYTES + message.getSerializedSize();
  }
}
