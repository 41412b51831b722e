package guidepost.guide.index;

/// A feature in the index, with its rank among those at the same place.
///
/// @param key place on the Hilbert curve
/// @param rank number of the put that brought the feature to its place; unique in an index
record Entry(Feature feature, long key, long rank) implements IdTrie.Slot {

  /// More than any rank.
  private static final long UNNAMED = 1L << 62;

  String id() {
    return feature.id();
  }

  boolean isNamed() {
    return feature.isNamed();
  }

  /// Where it stands at its place: named ones by rank, then the others by rank. So the first at a
  /// place tells whether any there has a name.
  long order() {
    return isNamed() ? rank : rank + UNNAMED;
  }

  /// True if this one comes before the position (`otherKey`, `otherOrder`).
  boolean isBefore(long otherKey, long otherOrder) {
    return key < otherKey || (key == otherKey && order() < otherOrder);
  }
}
