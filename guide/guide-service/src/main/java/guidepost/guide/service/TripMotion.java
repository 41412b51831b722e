package guidepost.guide.service;

import guidepost.guide.index.Haversine;
import guidepost.guide.index.Point;
import guidepost.storage.v1.StoredFix;
import guidepost.storage.v1.StoredStay;
import guidepost.storage.v1.StoredStop;
import guidepost.storage.v1.StoredTrip;

/// Tells moving from standing, fix by fix: the stops of a trip, and its way and its time between
/// them.
///
/// **Stops** are stay points [1]: fixes that follow each other and are within 50 m of the first of
/// them, for two minutes or more. A single fix that is farther is a mistake, and left out, if the
/// next is back within those 50 m, so soon that more time was spent there before than away.
///
/// **Way and time.** A receiver that rests reports positions metres apart: smartphones under open
/// sky are within 4.9 m of the truth most of the time [2]. So a fix counts only once it is further
/// from the last one that counted than 5 m and than its own accuracy. The time between two that
/// counted was spent moving, unless it was slower than the slowest walk; after a wait, the time
/// since the last fix of the wait. Of a stop nothing counts but its middle: the way leads there and
/// on from there, and the time until its last fix was spent standing.
///
/// ```
///    counted ──▶ first ──▶ middle ──▶ counted      way
///    ───moving───┤  standing  ├────moving────      time
///              first         last of the stay
/// ```
///
/// While a stay is too short to be a stop, what counted in it is kept apart, to be added or
/// dropped.
///
/// Cost: up to two geodesics and three haversines a fix, 1 us.
///
/// [1] Q. Li et al., Mining User Similarity Based on Location History, ACM GIS 2008. [2] F. van
/// Diggelen, P. Enge, The World's First GPS MOOC and Worldwide Laboratory Using Smartphones, ION
/// GNSS+ 2015.
final class TripMotion {

  static final double JITTER_METRES = 5;
  static final double MOVING_METRES_PER_SECOND = 0.3;
  static final double STOP_METRES = 50;
  static final long STOP_MILLIS = 120_000;

  /// Stops that are kept: more is a trip of a delivery van's month.
  static final int STOPS_MAX = 1_000;

  private static final double MILLIS = 1e3;
  private static final long TURN = 2L * Point.LONGITUDE_E7_MAX;

  /// From the last fix that counted to the next.
  private record Step(double metres, long movingMillis) {
    private static final Step NONE = new Step(0, 0);
  }

  private final StoredTrip.Builder trip;

  /// @param trip takes what is found, and holds all that is known
  TripMotion(StoredTrip.Builder trip) {
    this.trip = trip;
  }

  /// The trip as if it were over: what waits for the next fix counts, and the stay is left.
  static StoredTrip settled(StoredTrip stored) {
    StoredTrip.Builder trip = stored.toBuilder();
    TripMotion motion = new TripMotion(trip);
    motion.countOutlying();
    if (trip.getStay().hasFirst()) {
      motion.leave();
    }
    return trip.build();
  }

  /// Goes on to a fix that is accurate enough to be measured.
  void add(StoredFix fix) {
    if (trip.hasOutlying() && !isBack(fix)) {
      countOutlying();
    }
    trip.clearOutlying();
    if (isOutlying(fix)) {
      trip.setOutlying(fix);
    } else {
      count(fix);
    }
  }

  private void countOutlying() {
    if (trip.hasOutlying()) {
      count(trip.getOutlying());
    }
  }

  private boolean isOutlying(StoredFix fix) {
    return trip.getStay().hasFirst()
        && !isNear(trip.getStay().getFirst(), fix)
        && !isNear(trip.getLast(), fix)
        && isSoon(fix);
  }

  private boolean isBack(StoredFix fix) {
    return isNear(trip.getStay().getFirst(), fix) && isSoon(fix);
  }

  private boolean isSoon(StoredFix fix) {
    StoredStay stay = trip.getStay();
    return fix.getUnixMs() - stay.getLastUnixMs() <= Math.min(STOP_MILLIS, millis(stay));
  }

  private static boolean isNear(StoredFix a, StoredFix b) {
    return Haversine.metres(TripTally.point(a), TripTally.point(b)) <= STOP_METRES;
  }

  private static long millis(StoredStay stay) {
    return stay.getLastUnixMs() - stay.getFirst().getUnixMs();
  }

  private static boolean isStop(StoredStay stay) {
    return stay.hasFirst() && millis(stay) >= STOP_MILLIS;
  }

  private void count(StoredFix fix) {
    StoredStay stay = trip.getStay();
    if (!stay.hasFirst()) {
      begin(fix, fix);
    } else if (!isNear(stay.getFirst(), fix)) {
      leave();
      addWay(step(fix));
      begin(fix, trip.getCounted());
    } else if (!isStop(stay)) {
      addToStay(step(fix));
    }
    extend(fix);
  }

  private void begin(StoredFix first, StoredFix entered) {
    trip.setCounted(entered).setStay(StoredStay.newBuilder().setFirst(first).setEntered(entered));
  }

  private void addWay(Step step) {
    trip.setFilteredMetres(trip.getFilteredMetres() + step.metres())
        .setMovingMs(trip.getMovingMs() + step.movingMillis());
  }

  private void addToStay(Step step) {
    StoredStay.Builder stay = trip.getStayBuilder();
    stay.setWayMetres(stay.getWayMetres() + step.metres())
        .setMovingMs(stay.getMovingMs() + step.movingMillis());
  }

  private Step step(StoredFix fix) {
    StoredFix from = trip.getCounted();
    double metres = metres(from, fix);
    double jitter = Math.max(JITTER_METRES, fix.getAccuracyMetres());
    if (metres < jitter) {
      return Step.NONE;
    }
    trip.setCounted(fix);
    long since = waited(from, jitter) ? trip.getStay().getLastUnixMs() : from.getUnixMs();
    return new Step(metres, moving(metres, fix.getUnixMs() - since));
  }

  /// True if the fixes after one that counted stayed within its jitter for longer than a walk does.
  private boolean waited(StoredFix from, double jitter) {
    StoredStay stay = trip.getStay();
    double room = Math.max(jitter, stay.getLastAccuracyMetres());
    return moving(room, stay.getLastUnixMs() - from.getUnixMs()) == 0
        && stay.getLastUnixMs() > from.getUnixMs();
  }

  /// All of the time, or nothing if it was too slow.
  private static long moving(double metres, long millis) {
    return metres >= MOVING_METRES_PER_SECOND * millis / MILLIS ? millis : 0;
  }

  private void extend(StoredFix fix) {
    StoredStay.Builder stay = trip.getStayBuilder();
    StoredFix first = stay.getFirst();
    stay.setLastUnixMs(fix.getUnixMs())
        .setLastAccuracyMetres(fix.getAccuracyMetres())
        .setFixes(stay.getFixes() + 1)
        .setNorthE7(stay.getNorthE7() + fix.getLatitudeE7() - first.getLatitudeE7())
        .setEastE7(stay.getEastE7() + eastward(first, fix));
  }

  private static long eastward(StoredFix from, StoredFix to) {
    long east = (long) to.getLongitudeE7() - from.getLongitudeE7();
    return east > TURN / 2 ? east - TURN : east < -TURN / 2 ? east + TURN : east;
  }

  private void leave() {
    StoredStay stay = trip.getStay();
    if (!isStop(stay)) {
      addWay(new Step(stay.getWayMetres(), stay.getMovingMs()));
      return;
    }
    StoredFix middle = middle(stay);
    if (stay.hasEntered()) { // else an earlier release has counted the way already
      addWay(arriving(stay, middle));
    }
    trip.setCounted(middle);
    add(
        StoredStop.newBuilder()
            .setLatitudeE7(middle.getLatitudeE7())
            .setLongitudeE7(middle.getLongitudeE7())
            .setBeginUnixMs(stay.getFirst().getUnixMs())
            .setEndUnixMs(stay.getLastUnixMs())
            .build());
  }

  private static Step arriving(StoredStay stay, StoredFix middle) {
    StoredFix entered = stay.getEntered();
    long millis = stay.getFirst().getUnixMs() - entered.getUnixMs();
    return new Step(metres(entered, middle), moving(metres(entered, stay.getFirst()), millis));
  }

  /// The middle of a stay, at its end.
  private static StoredFix middle(StoredStay stay) {
    long longitude = stay.getFirst().getLongitudeE7() + stay.getEastE7() / stay.getFixes();
    long north = stay.getNorthE7() / stay.getFixes();
    return StoredFix.newBuilder()
        .setLatitudeE7((int) (stay.getFirst().getLatitudeE7() + north))
        .setLongitudeE7((int) (Math.floorMod(longitude + TURN / 2, TURN) - TURN / 2))
        .setUnixMs(stay.getLastUnixMs())
        .build();
  }

  private void add(StoredStop stop) {
    trip.setStopCount(trip.getStopCount() + 1);
    if (trip.getStopsCount() < STOPS_MAX) {
      trip.addStops(stop);
    }
  }

  private static double metres(StoredFix a, StoredFix b) {
    return Wgs84.metres(TripTally.point(a), TripTally.point(b));
  }
}
