package guidepost.guide.notes;

/// Something that a subscriber is still to be told.
sealed interface Waiting permits Delivery, MoveWalk {

  /// Bytes that are kept for it, at the most.
  int bytes();
}
