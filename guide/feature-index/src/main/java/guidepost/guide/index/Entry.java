package guidepost.guide.index;

import guidepost.guide.geo.Point;

/// What goes into a leaf for a feature.
///
/// @param key place on the Hilbert curve
/// @param order where it stands at its place
/// @param latitudeE7 canonical
/// @param longitudeE7 canonical
/// @param record the feature, as [FeatureRecord] lays it out
@SuppressWarnings("ArrayRecordComponent") // never compared
record Entry(long key, long order, int latitudeE7, int longitudeE7, byte[] record) {

  /// More than any rank.
  private static final long UNNAMED = 1L << 60;

  static Entry of(Feature feature, long rank) {
    return of(FeatureLoad.Fields.of(feature), feature.point(), rank, feature.revision());
  }

  static Entry of(FeatureLoad.Fields fields, Point point, long rank, long revision) {
    Point place = point.canonical();
    return new Entry(
        Hilbert.key(place),
        order(rank, fields.isNamed()),
        place.latitudeE7(),
        place.longitudeE7(),
        FeatureRecord.of(fields, point, rank, revision));
  }

  /// Named ones by rank, then the others by rank. So the first at a place tells whether any there
  /// has a name.
  static long order(long rank, boolean named) {
    return named ? rank : rank + UNNAMED;
  }

  static long rank(long order) {
    return order & (UNNAMED - 1);
  }

  static boolean isNamed(long order) {
    return order < UNNAMED;
  }

  ListPosition position() {
    return new ListPosition(key, order);
  }

  /// True if this one comes before the position (`otherKey`, `otherOrder`).
  boolean isBefore(long otherKey, long otherOrder) {
    return key < otherKey || (key == otherKey && order < otherOrder);
  }
}
