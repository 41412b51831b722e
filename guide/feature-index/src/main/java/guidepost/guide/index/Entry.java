package guidepost.guide.index;

/// A feature in the index, with its rank among those at the same place.
///
/// @param key place on the Hilbert curve
/// @param rank number of the put that brought the feature to its place; unique in an index
record Entry(Feature feature, long key, long rank) implements IdTrie.Slot {

  String id() {
    return feature.id();
  }

  boolean isNamed() {
    return feature.isNamed();
  }

  /// True if this one comes before the position (`otherKey`, `otherRank`).
  boolean isBefore(long otherKey, long otherRank) {
    return key < otherKey || (key == otherKey && rank < otherRank);
  }
}
