package guidepost.guide.trips;

import guidepost.guide.geo.Haversine;
import guidepost.storage.v1.StoredFix;
import guidepost.storage.v1.StoredScatter;
import guidepost.storage.v1.StoredStay;

/// Fixes that follow each other and are near the first of them: a stop, or a way that leads about
/// within those metres, as in a pool, on a playground or up a hairpin road.
///
/// **Which of them** the strides tell: way that is longer than noise makes it. A stride ends where
/// the way is at least 8 m, and as far as the stay's fixes are spread, from where the last one
/// ended. Noise that lasts for a minute takes longer than half of it to lead across its own spread;
/// swimmers and children are faster.
///
/// ```
///   spread 7 m   rest, noise of 5 m that lasts      a stride in 60 s or more
///                25 m of a pool at 1 m/s            one in 10 s
/// ```
///
/// Fixes that are more than 5 s apart cannot tell: strides of noise would be as fast.
///
/// Cost: a haversine a fix.
///
/// @param stored all that is known of them
record TripStay(StoredStay stored) {

  /// A car park or a building: within, a traveller is at one place.
  static final double METRES = 50;

  /// Longer than a red light.
  static final long STOP_MILLIS = 120_000;

  /// Longer than the slowest walk needs for 50 m, with some for its corners.
  static final long STOP_MILLIS_SURE = 333_000;

  /// Fixes of an even walk of 50 m are 14 m from their middle, in the mean of squares; those of a
  /// rest 7 m, if they scatter by 5.
  static final double STOP_SPREAD_METRES = 12.5;

  /// As in TripScatter: farther apart, too much can happen between them.
  private static final long APART_MILLIS_MAX = 5_000;

  /// Less is the noise of a good receiver.
  private static final double STRIDE_METRES = 8;

  /// The most that scatter makes of it: a swimmer's lengths are 25 m.
  private static final double STRIDE_SCATTERED_METRES_MAX = 12;

  /// Noise leads as far as so many deviations in a minute.
  private static final double STRIDE_DEVIATIONS = 13;

  /// Strides are way if they are at least as fast as a slow walk, and lead across the spread in
  /// less than this.
  private static final double STRIDE_METRES_PER_SECOND = 0.25;

  /// Noise that lasts for a minute takes longer than half of it to lead across its own spread.
  private static final double SPREAD_SECONDS = 32;

  private static final double MILLIS = 1e3;

  static boolean isNear(StoredFix a, StoredFix b) {
    return metres(a, b) <= METRES;
  }

  private static double metres(StoredFix a, StoredFix b) {
    return Haversine.metres(TripTally.point(a), TripTally.point(b));
  }

  long millis() {
    return stored.getLastUnixMs() - stored.getFirst().getUnixMs();
  }

  /// The middle of the fixes, at their end.
  StoredFix middle() {
    long fixes = stored.getFixes();
    return TripCluster.moved(
            stored.getFirst(), stored.getNorthE7() / fixes, stored.getEastE7() / fixes)
        .setUnixMs(stored.getLastUnixMs())
        .build();
  }

  /// Distance of the fixes from their middle, the root of the mean square.
  private double spread() {
    double middle = metres(stored.getFirst(), middle());
    double square = stored.getSquareMetres() / stored.getFixes() - middle * middle;
    return Math.sqrt(Math.max(0, square));
  }

  boolean isStop() {
    return millis() >= STOP_MILLIS
        && (millis() >= STOP_MILLIS_SURE || spread() <= STOP_SPREAD_METRES)
        && !isUnderWay();
  }

  private boolean isUnderWay() {
    boolean dense = millis() <= APART_MILLIS_MAX * (stored.getFixes() - 1);
    double speed = Math.max(STRIDE_METRES_PER_SECOND, spread() / SPREAD_SECONDS);
    return dense
        && stored.getMovingMs() * 2 >= millis()
        && stored.getStrideMetres() * MILLIS >= speed * millis();
  }

  /// With one more fix.
  TripStay with(StoredFix fix) {
    StoredFix first = stored.getFirst();
    double metres = metres(first, fix);
    return new TripStay(
        stored.toBuilder()
            .setLastUnixMs(fix.getUnixMs())
            .setFixes(stored.getFixes() + 1)
            .setNorthE7(stored.getNorthE7() + fix.getLatitudeE7() - first.getLatitudeE7())
            .setEastE7(stored.getEastE7() + TripCluster.eastward(first, fix))
            .setSquareMetres(stored.getSquareMetres() + metres * metres)
            .build());
  }

  /// With a piece of the way between two that counted.
  TripStay with(TripMotion.Step step) {
    return new TripStay(
        stored.toBuilder()
            .setWayMetres(stored.getWayMetres() + step.metres())
            .setMovingMs(stored.getMovingMs() + step.movingMillis())
            .build());
  }

  /// The way has come to a point that counts: perhaps a stride ends.
  TripStay strodeTo(StoredFix middle, StoredScatter scatter) {
    if (!stored.hasStrode()) {
      return new TripStay(stored.toBuilder().setStrode(middle).build());
    }
    double metres = metres(stored.getStrode(), middle);
    return metres < strideMetres(scatter)
        ? this
        : new TripStay(
            stored.toBuilder()
                .setStrideMetres(stored.getStrideMetres() + metres)
                .setStrode(middle)
                .build());
  }

  private double strideMetres(StoredScatter scatter) {
    double scattered = STRIDE_DEVIATIONS * scatter.getMetres();
    return Math.max(Math.clamp(scattered, STRIDE_METRES, STRIDE_SCATTERED_METRES_MAX), spread());
  }
}
