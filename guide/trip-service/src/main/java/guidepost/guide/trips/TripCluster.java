package guidepost.guide.trips;

import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import guidepost.storage.v1.StoredCluster;
import guidepost.storage.v1.StoredFix;
import java.util.OptionalDouble;

/// Fixes that are so near to each other that noise may be all that parts them: they count as one
/// point, their middle, which scatters less the more of them there are.
///
/// A fix within the radius of the middle is one of them. A first one that is a little farther, up
/// to twice the radius, is in doubt until the next: if that is back, both are.
///
/// Cost: a haversine a fix.
///
/// @param stored all that is known of them
record TripCluster(StoredCluster stored) {

  private static final double MILLIS = 1e3;

  /// Seconds of drift that are measured: one would be rounded to whole E7.
  private static final double DRIFT = 100;

  private static final long TURN = 2L * Point.LONGITUDE_E7_MAX;

  /// How a fix lies.
  enum Fit {
    INSIDE,
    DOUBTFUL,
    OUTSIDE
  }

  static TripCluster of(StoredFix first) {
    return new TripCluster(StoredCluster.newBuilder().setFirst(first).build()).with(first);
  }

  /// @param radius metres
  Fit fit(StoredFix fix, double radius) {
    double metres = Haversine.metres(TripTally.point(middle()), TripTally.point(fix));
    if (metres <= radius) {
      return Fit.INSIDE;
    }
    return stored.hasDoubtful() || metres > 2 * radius ? Fit.OUTSIDE : Fit.DOUBTFUL;
  }

  /// With one more, and with the one in doubt.
  TripCluster with(StoredFix fix) {
    StoredCluster.Builder more = stored.toBuilder().clearDoubtful();
    if (stored.hasDoubtful()) {
      add(more, stored.getDoubtful());
    }
    add(more, fix);
    return new TripCluster(more.build());
  }

  private static void add(StoredCluster.Builder more, StoredFix fix) {
    StoredFix first = more.getFirst();
    more.setLast(fix)
        .setFixes(more.getFixes() + 1)
        .setNorthE7(more.getNorthE7() + fix.getLatitudeE7() - first.getLatitudeE7())
        .setEastE7(more.getEastE7() + eastward(first, fix))
        .setSinceMs(more.getSinceMs() + fix.getUnixMs() - first.getUnixMs());
    double since = (fix.getUnixMs() - first.getUnixMs()) / MILLIS;
    more.setSinceSquare(more.getSinceSquare() + since * since)
        .setNorthSince(more.getNorthSince() + since * (fix.getLatitudeE7() - first.getLatitudeE7()))
        .setEastSince(more.getEastSince() + since * eastward(first, fix));
    if (fix.hasAltitudeMetres()) {
      more.setAltitudeMetres(more.getAltitudeMetres() + fix.getAltitudeMetres())
          .setAltitudes(more.getAltitudes() + 1);
    }
  }

  TripCluster withDoubtful(StoredFix fix) {
    return new TripCluster(stored.toBuilder().setDoubtful(fix).build());
  }

  /// That of the fix in doubt, if there is one, and of this, which are away together.
  TripCluster next(StoredFix fix) {
    return stored.hasDoubtful() ? of(stored.getDoubtful()).with(fix) : of(fix);
  }

  /// Eastward from one to the other, the shorter way round, E7.
  static long eastward(StoredFix from, StoredFix to) {
    long east = (long) to.getLongitudeE7() - from.getLongitudeE7();
    return east > TURN / 2 ? east - TURN : east < -TURN / 2 ? east + TURN : east;
  }

  /// A point by its distance from another, E7.
  static StoredFix.Builder moved(StoredFix from, long north, long east) {
    long longitude = from.getLongitudeE7() + east;
    return StoredFix.newBuilder()
        .setLatitudeE7((int) (from.getLatitudeE7() + north))
        .setLongitudeE7((int) (Math.floorMod(longitude + TURN / 2, TURN) - TURN / 2));
  }

  /// Their middle, at the middle of their times.
  StoredFix middle() {
    long fixes = stored.getFixes();
    return moved(stored.getFirst(), stored.getNorthE7() / fixes, stored.getEastE7() / fixes)
        .setUnixMs(stored.getFirst().getUnixMs() + stored.getSinceMs() / fixes)
        .build();
  }

  StoredFix first() {
    return stored.getFirst();
  }

  StoredFix last() {
    return stored.getLast();
  }

  long millis() {
    return last().getUnixMs() - first().getUnixMs();
  }

  /// Metres a second from the first to the last, of the straight and even way that fits them best:
  /// of white noise little remains. 0 for one time alone.
  double drift() {
    long fixes = stored.getFixes();
    double since = stored.getSinceMs() / MILLIS;
    double square = stored.getSinceSquare() - since * since / fixes;
    if (square <= 0) {
      return 0;
    }
    double north = stored.getNorthSince() - since * stored.getNorthE7() / fixes;
    double east = stored.getEastSince() - since * stored.getEastE7() / fixes;
    StoredFix first = stored.getFirst();
    StoredFix second =
        moved(first, Math.round(north / square * DRIFT), Math.round(east / square * DRIFT)).build();
    return Haversine.metres(TripTally.point(first), TripTally.point(second)) / DRIFT;
  }

  /// The middle of the altitudes that are known.
  OptionalDouble altitude() {
    return stored.getAltitudes() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(stored.getAltitudeMetres() / stored.getAltitudes());
  }
}
