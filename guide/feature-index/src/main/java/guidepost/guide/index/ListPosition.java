package guidepost.guide.index;

/// Where a feature stands in the order of lists: features that stay as they are keep it, so a list
/// goes on from there even when others have come and gone.
///
/// Threads: any; immutable.
///
/// @param key the place on the curve that lists follow
/// @param order the place among those at the same place
public record ListPosition(long key, long order) {

  boolean isBefore(long otherKey, long otherOrder) {
    return key < otherKey || (key == otherKey && order < otherOrder);
  }
}
