package guidepost.guide.index;

/// A [FeatureLoad] in the order of the curve.
///
/// @param keys in their order
/// @param records of the features that have them
@SuppressWarnings("ArrayRecordComponent") // never compared
record SortedLoad(FeatureLoad load, long[] keys, int[] records) {

  static SortedLoad of(FeatureLoad load) {
    KeyOrder.Sorted sorted = load.sorted();
    return new SortedLoad(load, sorted.keys(), sorted.numbers());
  }

  /// How many features have lesser keys.
  int countBefore(long key) {
    int low = 0;
    int high = keys.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keys[middle] < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  long order(int at) {
    return load.order(records[at]);
  }
}
