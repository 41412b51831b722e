package guidepost.guide.trips;

import guidepost.guide.geo.Arc;
import guidepost.guide.geo.Extent;
import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import guidepost.guide.geo.Vector;
import guidepost.guide.geo.Wgs84;
import guidepost.guide.index.Feature;
import guidepost.storage.v1.StoredFix;
import guidepost.storage.v1.StoredTrip;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/// Goes on measuring a trip, fix by fix. All that it needs to know is in what is stored, so a trip
/// goes on over a restart as if there had been none.
///
/// Which fixes are taken is for [TripSpeed] to say; way, time and stops are [TripMotion]'s; a fix
/// that is less accurate than 100 m is none of its.
///
/// **Features passed** are the named ones within 30 m of the line from one fix to the next; across
/// a gap of more than 500 m, of the fixes alone. Those of one line are in the order in which they
/// lie along it.
///
/// Cost: three geodesics, 1 us, and a search of the features, 1 us, a fix.
final class TripTally {

  /// Less accurate is a cell of a network, not a position.
  static final double ACCURACY_METRES_MAX = 100;

  /// The other side of a wide street.
  static final double PASSED_METRES = 30;

  /// The way between two fixes that are farther apart is not known.
  static final double PASSED_GAP_METRES = 500;

  /// Ids of features that are kept.
  static final int FEATURES_MAX = 10_000;

  private final StoredTrip.Builder trip;
  private final TripMotion motion;
  private final TripSpeed speed;
  private final Surroundings surroundings;
  private final Set<String> passed;

  /// @param metresPerSecondMax the greatest speed that is possible
  TripTally(StoredTrip trip, Surroundings surroundings, double metresPerSecondMax) {
    this.trip = trip.toBuilder();
    this.motion = new TripMotion(this.trip);
    this.speed = new TripSpeed(this.trip, metresPerSecondMax);
    this.surroundings = surroundings;
    this.passed = new HashSet<>(trip.getFeatureIdsList());
  }

  /// What is to be stored now.
  StoredTrip.Builder trip() {
    return trip;
  }

  /// Goes on with fixes in order of time.
  ///
  /// @return the same, with what is told of them: where segments begin, which are set aside
  List<TripFix> addAll(List<TripFix> fixes) {
    return fixes.stream().map(this::add).toList();
  }

  private TripFix add(TripFix fix) {
    trip.setFixes(trip.getFixes() + 1);
    boolean begins = fix.beginsSegment() && trip.hasLast();
    StoredFix now = TripStorage.stored(fix);
    TripSpeed.Verdict verdict = begins ? TripSpeed.Verdict.TAKEN : speed.judge(now);
    return switch (verdict) {
      case SET_ASIDE -> fix.asSetAside();
      case TAKEN -> taken(fix.beginningSegment(begins), now);
      case TAKEN_AFTER_A_GAP -> taken(fix.beginningSegment(true), now);
    };
  }

  private TripFix taken(TripFix fix, StoredFix now) {
    boolean follows = trip.hasLast() && !fix.beginsSegment();
    TripExtent.add(trip, fix.point());
    if (fix.beginsSegment()) {
      speed.clear();
      motion.endSegment();
      trip.setSegments(Math.max(1, trip.getSegments()) + 1);
    }
    pass(follows ? point(trip.getLast()) : fix.point(), fix.point());
    if (follows) {
      trip.setMetres(trip.getMetres() + Wgs84.metres(point(trip.getLast()), fix.point()));
    } else if (!trip.hasLast()) {
      trip.setBeginUnixMs(fix.unixMillis());
    }
    if (isAccurate(fix.accuracyMetres())) {
      motion.add(now);
    }
    trip.setLast(now);
    return fix;
  }

  private static boolean isAccurate(OptionalDouble metres) {
    return metres.orElse(0) <= ACCURACY_METRES_MAX;
  }

  private void pass(Point last, Point to) {
    Point from = Haversine.metres(last, to) <= PASSED_GAP_METRES ? last : to;
    Arc way = Arc.of(from, to);
    surroundings
        .named(Extent.of(List.of(from, to)).widened(Wgs84.onSphereMost(PASSED_METRES)))
        .filter(each -> way.isWithin(Arc.of(each.point(), each.point()), PASSED_METRES))
        .sorted(
            Comparator.comparingDouble((Feature each) -> way.ahead(Vector.of(each.point())))
                .thenComparing(Feature::id))
        .forEach(this::pass);
  }

  private void pass(Feature feature) {
    if (trip.getFeatureIdsCount() < FEATURES_MAX && passed.add(feature.id())) {
      trip.addFeatureIds(feature.id());
    }
  }

  static Point point(StoredFix fix) {
    return new Point(fix.getLatitudeE7(), fix.getLongitudeE7());
  }
}
