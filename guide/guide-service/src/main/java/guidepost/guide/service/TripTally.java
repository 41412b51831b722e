package guidepost.guide.service;

import guidepost.guide.index.Feature;
import guidepost.guide.index.Haversine;
import guidepost.guide.index.Point;
import guidepost.storage.v1.StoredFix;
import guidepost.storage.v1.StoredStay;
import guidepost.storage.v1.StoredStop;
import guidepost.storage.v1.StoredTrip;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import net.sf.geographiclib.Geodesic;
import net.sf.geographiclib.GeodesicMask;

/// Goes on measuring a trip, fix by fix. All that it needs to know is in what is stored, so a trip
/// goes on over a restart as if there had been none.
///
/// **Without jitter.** A receiver that rests reports positions metres apart: smartphones under open
/// sky are within 4.9 m of the truth most of the time [1]. So a fix counts only once it is further
/// from the last one that counted than 5 m and than its own accuracy, and a fix that is less
/// accurate than 100 m never does. The time between two that counted was spent moving, unless it
/// was slower than the slowest walk.
///
/// **Stops** are stay points [2]: fixes that follow each other and are within 50 m of the first of
/// them, for two minutes or more.
///
/// **Features passed** are the named ones within 30 m of the line from one fix to the next; across
/// a gap of more than 500 m, of the fixes alone.
///
/// Cost: two geodesics, 1 us, and a search of the features, 1 us, a fix.
///
/// [1] F. van Diggelen, P. Enge, The World's First GPS MOOC and Worldwide Laboratory Using
/// Smartphones, ION GNSS+ 2015. [2] Q. Li et al., Mining User Similarity Based on Location History,
/// ACM GIS 2008.
final class TripTally {

  static final double JITTER_METRES = 5;
  static final double ACCURACY_METRES_MAX = 100;
  static final double MOVING_METRES_PER_SECOND = 0.3;
  static final double STOP_METRES = 50;
  static final long STOP_MILLIS = 120_000;
  static final double PASSED_METRES = 30;
  static final double PASSED_GAP_METRES = 500;

  /// Stops that are kept: more is a trip of a delivery van's month.
  static final int STOPS_MAX = 1_000;

  /// Ids of features that are kept.
  static final int FEATURES_MAX = 10_000;

  /// Features that are looked at for one fix: a city has more beside a long hop than matter.
  static final int LOOKS_MAX = 1_000;

  private static final double MILLIS = 1e3;
  private static final long TURN = 2L * Point.LONGITUDE_E7_MAX;

  /// Where features are looked for.
  @FunctionalInterface
  interface Surroundings {
    /// Those in an extent, and perhaps more.
    Stream<Feature> in(Extent extent);
  }

  private final StoredTrip.Builder trip;
  private final Surroundings surroundings;
  private final Set<String> passed;

  TripTally(StoredTrip trip, Surroundings surroundings) {
    this.trip = trip.toBuilder();
    this.surroundings = surroundings;
    this.passed = new HashSet<>(trip.getFeatureIdsList());
  }

  /// What is to be stored now.
  StoredTrip.Builder trip() {
    return trip;
  }

  void addAll(List<TripFix> fixes) {
    fixes.forEach(this::add);
  }

  private void add(TripFix fix) {
    StoredFix now = TripStorage.stored(fix);
    pass(fix.point());
    if (trip.hasLast()) {
      trip.setMetres(trip.getMetres() + metres(point(trip.getLast()), fix.point()));
    } else {
      trip.setBeginUnixMs(fix.unixMillis());
    }
    if (isAccurate(fix.accuracyMetres())) {
      count(fix, now);
      stay(fix.point(), now);
    }
    trip.setLast(now).setFixes(trip.getFixes() + 1);
  }

  private static boolean isAccurate(OptionalDouble metres) {
    return metres.orElse(0) <= ACCURACY_METRES_MAX;
  }

  private void count(TripFix fix, StoredFix now) {
    if (!trip.hasCounted()) {
      trip.setCounted(now);
      return;
    }
    double step = metres(point(trip.getCounted()), fix.point());
    if (step < Math.max(JITTER_METRES, fix.accuracyMetres().orElse(0))) {
      return;
    }
    long millis = now.getUnixMs() - trip.getCounted().getUnixMs();
    boolean moved = step >= MOVING_METRES_PER_SECOND * millis / MILLIS;
    trip.setFilteredMetres(trip.getFilteredMetres() + step)
        .setMovingMs(trip.getMovingMs() + (moved ? millis : 0))
        .setCounted(now);
  }

  private void stay(Point point, StoredFix now) {
    StoredStay.Builder stay = trip.getStayBuilder();
    boolean near =
        stay.hasFirst() && Haversine.metres(point(stay.getFirst()), point) <= STOP_METRES;
    if (!near) {
      stop(stay.build()).ifPresent(this::add);
      stay.clear().setFirst(now);
    }
    stay.setLastUnixMs(now.getUnixMs())
        .setFixes(stay.getFixes() + 1)
        .setNorthE7(stay.getNorthE7() + point.latitudeE7() - stay.getFirst().getLatitudeE7())
        .setEastE7(stay.getEastE7() + eastward(stay.getFirst(), point));
  }

  private static long eastward(StoredFix from, Point to) {
    long east = (long) to.longitudeE7() - from.getLongitudeE7();
    return east > TURN / 2 ? east - TURN : east < -TURN / 2 ? east + TURN : east;
  }

  private void add(StoredStop stop) {
    trip.setStopCount(trip.getStopCount() + 1);
    if (trip.getStopsCount() < STOPS_MAX) {
      trip.addStops(stop);
    }
  }

  /// The stop that a stay is, if it is long enough.
  static Optional<StoredStop> stop(StoredStay stay) {
    if (!stay.hasFirst() || stay.getLastUnixMs() - stay.getFirst().getUnixMs() < STOP_MILLIS) {
      return Optional.empty();
    }
    long fixes = stay.getFixes();
    long longitude = stay.getFirst().getLongitudeE7() + stay.getEastE7() / fixes;
    return Optional.of(
        StoredStop.newBuilder()
            .setLatitudeE7((int) (stay.getFirst().getLatitudeE7() + stay.getNorthE7() / fixes))
            .setLongitudeE7((int) (Math.floorMod(longitude + TURN / 2, TURN) - TURN / 2))
            .setBeginUnixMs(stay.getFirst().getUnixMs())
            .setEndUnixMs(stay.getLastUnixMs())
            .build());
  }

  private void pass(Point to) {
    Point last = trip.hasLast() ? point(trip.getLast()) : to;
    Point from = Haversine.metres(last, to) <= PASSED_GAP_METRES ? last : to;
    Arc hop = Arc.of(from, to);
    surroundings
        .in(Extent.of(List.of(from, to)).widened(PASSED_METRES))
        .filter(Feature::isNamed)
        .filter(each -> hop.metres(Arc.of(each.point(), each.point())) <= PASSED_METRES)
        .forEach(this::pass);
  }

  private void pass(Feature feature) {
    if (trip.getFeatureIdsCount() < FEATURES_MAX && passed.add(feature.id())) {
      trip.addFeatureIds(feature.id());
    }
  }

  private static Point point(StoredFix fix) {
    return new Point(fix.getLatitudeE7(), fix.getLongitudeE7());
  }

  private static double metres(Point a, Point b) {
    return Geodesic.WGS84.Inverse(
            a.latitude(), a.longitude(), b.latitude(), b.longitude(), GeodesicMask.DISTANCE)
        .s12;
  }
}
