package guidepost.guide.trips;

import guidepost.guide.geo.Wgs84;
import guidepost.storage.v1.StoredCluster;
import guidepost.storage.v1.StoredFix;
import guidepost.storage.v1.StoredStay;
import guidepost.storage.v1.StoredStop;
import guidepost.storage.v1.StoredTrip;

/// Tells moving from standing, fix by fix: the stops of a trip, and its way and its time between
/// them.
///
/// **Way and time.** Positions are metres off: smartphones under open sky are within 4.9 m of the
/// truth most of the time [2], and a fix a second then makes several times the way of a walk. So
/// fixes that are near each other count as one, their middle ([TripCluster]); how near depends on
/// how far positions scatter ([TripScatter]) and on their accuracy. The way leads from middle to
/// middle, and the time between two middles was spent moving, unless it was slower than the slowest
/// walk. Fixes that stay near each other for longer than such a walk takes, or for 20 s in which
/// they drift nowhere, are a wait: the time from their first to their last was spent standing.
///
/// **How near.** White noise shows from fix to fix, and 2.6 of its deviations are near. Noise of
/// some metres that lasts for a minute shows little, but it shows; with the square of what shows
/// the radius grows from 0.5 m, where corners are kept, to 4 m.
///
/// ```
///     ..:.         .:..        .::.        the way of fixes: several times too long
///   (  :· )──────( ·:  )─────( :.· )       of middles
/// ```
///
/// **Stops** are stay points [1]: fixes that follow each other and are within 50 m of the first of
/// them, for two minutes or more. A slow walk crosses those 50 m in as long a time, but evenly: up
/// to five minutes and a half a stay is a stop only if its fixes are near its middle. One whose
/// fixes lead about is none, however long ([TripStay]). A single fix that is farther is a mistake,
/// and left out, if the next is back within those 50 m, so soon that more time was spent there
/// before than away. Of a stop nothing counts but its middle: the way leads there and on from
/// there, and the time until its last fix was spent standing.
///
/// ```
///    counted ──▶ first ──▶ middle ──▶ counted      way
///    ───moving───┤  standing  ├────moving────      time
///              first         last of the stay
/// ```
///
/// While a stay lasts, what counted in it is kept apart, to be added or dropped.
///
/// **Climbs** are counted between the middles of altitudes, once they are 5 m from where the last
/// one ended.
///
/// Cost: up to two geodesics and five haversines a fix, 2 us.
///
/// [1] Q. Li et al., Mining User Similarity Based on Location History, ACM GIS 2008. [2] F. van
/// Diggelen, P. Enge, The World's First GPS MOOC and Worldwide Laboratory Using Smartphones, ION
/// GNSS+ 2015.
final class TripMotion {

  /// Least radius within which fixes count as one, where it is not known how far they scatter.
  static final double NEAR_METRES = 3.5;

  /// The same where they scatter by nothing: corners are not cut.
  static final double NEAR_CLEAN_METRES = 0.5;

  /// Metres for each square metre of the scatter: noise that lasts for a minute shows as little.
  static final double NEAR_LASTING = 25;

  /// The most that this makes of it.
  static final double NEAR_LASTING_MAX = 4;

  /// The same in standard deviations of the scatter: 97 of 100 fixes are within.
  static final double NEAR_DEVIATIONS = 2.6;

  /// The most that scatter makes of it: streets are no nearer to each other.
  static final double NEAR_SCATTERED_METRES_MAX = 20;

  /// Slower than the slowest walk.
  static final double MOVING_METRES_PER_SECOND = 0.25;

  /// A cluster that lasts is a wait if its fixes drift more slowly.
  static final double WAIT_METRES_PER_SECOND = 0.2;

  /// How long it must last: at lights people wait for longer.
  static final long WAIT_MILLIS = 20_000;

  /// And for each metre of its radius.
  static final double WAIT_MILLIS_PER_METRE = 3_000;

  /// What barometers and receivers scatter by.
  static final double CLIMB_METRES = 5;

  /// Stops that are kept: more is a trip of a delivery van's month.
  static final int STOPS_MAX = 1_000;

  private static final double MILLIS = 1e3;

  /// From what counted to what counts next.
  record Step(double metres, long movingMillis) {}

  private final StoredTrip.Builder trip;

  /// @param trip takes what is found, and holds all that is known
  TripMotion(StoredTrip.Builder trip) {
    this.trip = trip;
  }

  /// The trip as if it were over: what waits for the next fix counts, and the stay is left.
  static StoredTrip settled(StoredTrip stored) {
    StoredTrip.Builder trip = stored.toBuilder();
    new TripMotion(trip).settle();
    return trip.build();
  }

  /// Counts all that was found. What lies between it and the next fix is no way.
  void endSegment() {
    settle();
    trip.clearCounted()
        .clearStay()
        .clearCluster()
        .clearOutlying()
        .clearAltitudeMetres()
        .setScatter(TripScatter.paused(trip.getScatter()));
  }

  private void settle() {
    countOutlying();
    if (!trip.getStay().hasFirst()) {
      return;
    }
    if (stay().isStop()) {
      leaveStop();
    } else {
      countToTheEnd();
      leaveWay();
    }
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
        && !TripStay.isNear(trip.getStay().getFirst(), fix)
        && !TripStay.isNear(trip.getLast(), fix)
        && isSoon(fix);
  }

  private boolean isBack(StoredFix fix) {
    return TripStay.isNear(trip.getStay().getFirst(), fix) && isSoon(fix);
  }

  private boolean isSoon(StoredFix fix) {
    return fix.getUnixMs() - trip.getStay().getLastUnixMs()
        <= Math.min(TripStay.STOP_MILLIS, stay().millis());
  }

  private TripStay stay() {
    return new TripStay(trip.getStay());
  }

  private void count(StoredFix fix) {
    StoredStay stay = trip.getStay();
    if (!stay.hasFirst()) {
      begin(fix);
    } else if (!TripStay.isNear(stay.getFirst(), fix)) {
      leave();
      begin(fix);
    }
    trip.setScatter(TripScatter.with(trip.getScatter(), fix));
    cluster(fix);
    trip.setStay(stay().with(fix).stored());
  }

  private void begin(StoredFix first) {
    StoredFix entered =
        trip.hasCounted()
            ? trip.getCounted()
            : trip.getCluster().hasFirst() ? trip.getCluster().getFirst() : first;
    trip.setStay(StoredStay.newBuilder().setFirst(first).setEntered(entered));
  }

  private void leave() {
    if (stay().isStop()) {
      leaveStop();
      trip.setCluster(StoredCluster.getDefaultInstance());
    } else {
      leaveWay();
    }
  }

  private void leaveWay() {
    StoredStay stay = trip.getStay();
    addWay(new Step(stay.getWayMetres(), stay.getMovingMs()));
  }

  private void addWay(Step step) {
    trip.setFilteredMetres(trip.getFilteredMetres() + step.metres())
        .setMovingMs(trip.getMovingMs() + step.movingMillis());
  }

  private void addToStay(Step step) {
    trip.setStay(stay().with(step).stored());
  }

  private void cluster(StoredFix fix) {
    if (!trip.getCluster().hasFirst()) {
      trip.setCluster(firstCluster(fix).stored());
      return;
    }
    TripCluster cluster = new TripCluster(trip.getCluster());
    TripCluster next =
        switch (cluster.fit(fix, radius(fix))) {
          case INSIDE -> cluster.with(fix);
          case DOUBTFUL -> cluster.withDoubtful(fix);
          case OUTSIDE -> {
            close(cluster);
            yield cluster.next(fix);
          }
        };
    trip.setCluster(next.stored());
  }

  /// The stay that an earlier release stored goes on as one.
  private TripCluster firstCluster(StoredFix fix) {
    StoredStay stay = trip.getStay();
    if (stay.getFixes() == 0) {
      return TripCluster.of(fix);
    }
    StoredCluster earlier =
        StoredCluster.newBuilder()
            .setFirst(stay.getFirst())
            .setLast(stay.getFirst().toBuilder().setUnixMs(stay.getLastUnixMs()))
            .setFixes(stay.getFixes())
            .setNorthE7(stay.getNorthE7())
            .setEastE7(stay.getEastE7())
            .setSinceMs(stay().millis() / 2 * stay.getFixes())
            .build();
    return new TripCluster(earlier).with(fix);
  }

  private double radius(StoredFix fix) {
    double scatter = trip.getScatter().getMetres();
    double scattered = Math.min(NEAR_SCATTERED_METRES_MAX, NEAR_DEVIATIONS * scatter);
    return Math.max(least(scatter), Math.max(scattered, fix.getAccuracyMetres() / 2));
  }

  private double least(double scatter) {
    if (!TripScatter.isKnown(trip.getScatter())) {
      return NEAR_METRES;
    }
    return Math.clamp(NEAR_LASTING * scatter * scatter, NEAR_CLEAN_METRES, NEAR_LASTING_MAX);
  }

  /// The next fixes are elsewhere: what these are counts.
  private void close(TripCluster cluster) {
    climb(cluster);
    StoredFix middle = cluster.middle();
    boolean waited = isWait(cluster);
    trip.setStay(stay().strodeTo(middle, trip.getScatter()).stored());
    if (trip.hasCounted()) {
      addToStay(step(trip.getCounted(), middle, waited ? cluster.first() : middle));
    } else if (!waited) {
      addToStay(step(cluster.first(), middle, middle));
    }
    long left = waited ? cluster.last().getUnixMs() : middle.getUnixMs();
    trip.setCounted(middle.toBuilder().setUnixMs(left));
  }

  /// The last fixes count too, up to the very last, unless they are all there are.
  private void countToTheEnd() {
    if (!trip.getCluster().hasFirst()) {
      return;
    }
    TripCluster cluster = new TripCluster(trip.getCluster());
    TripCluster last =
        trip.getCluster().hasDoubtful() ? cluster.with(trip.getCluster().getDoubtful()) : cluster;
    if (!trip.hasCounted()) {
      climb(last);
      return;
    }
    close(last);
    if (!isWait(last)) {
      addToStay(step(trip.getCounted(), last.last(), last.last()));
    }
  }

  /// True if the fixes stayed near each other for longer than a walk does, or for a while in which
  /// they drifted nowhere. The while is longer than a brisk walk needs to lead in and out again.
  private boolean isWait(TripCluster cluster) {
    double radius = radius(cluster.last());
    long millis = cluster.millis();
    if (millis == 0) {
      return false;
    }
    boolean lasted = millis >= Math.max(WAIT_MILLIS, WAIT_MILLIS_PER_METRE * radius);
    return moving(2 * radius, millis) == 0 || (lasted && cluster.drift() < WAIT_METRES_PER_SECOND);
  }

  /// @param arrived its time is when the way ended
  private static Step step(StoredFix from, StoredFix to, StoredFix arrived) {
    double metres = metres(from, to);
    return new Step(metres, moving(metres, arrived.getUnixMs() - from.getUnixMs()));
  }

  /// All of the time, or nothing if it was too slow.
  private static long moving(double metres, long millis) {
    return millis > 0 && metres >= MOVING_METRES_PER_SECOND * millis / MILLIS ? millis : 0;
  }

  private void climb(TripCluster cluster) {
    cluster
        .altitude()
        .ifPresent(
            altitude -> {
              double climbed = altitude - trip.getAltitudeMetres();
              if (!trip.hasAltitudeMetres()) {
                trip.setAltitudeMetres((float) altitude);
              } else if (Math.abs(climbed) >= CLIMB_METRES) {
                trip.setAscentMetres(trip.getAscentMetres() + Math.max(0, climbed))
                    .setDescentMetres(trip.getDescentMetres() + Math.max(0, -climbed))
                    .setAltitudeMetres((float) altitude);
              }
            });
  }

  private void leaveStop() {
    if (trip.getCluster().hasFirst()) {
      climb(new TripCluster(trip.getCluster()));
    }
    StoredStay stay = trip.getStay();
    StoredFix middle = stay().middle();
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
