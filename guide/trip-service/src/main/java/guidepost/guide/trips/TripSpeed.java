package guidepost.guide.trips;

import guidepost.guide.geo.Haversine;
import guidepost.storage.v1.StoredFix;
import guidepost.storage.v1.StoredTrip;

/// Sets fixes aside that would need an impossible speed, as one at 0,0 in the middle of a drive:
/// they are no part of the way.
///
/// Impossible is more than a setting; and between fixes a few seconds apart, more than three times
/// as fast as the trip has been of late, or 40 m/s if that is more. Some metres are always
/// possible, as positions are wrong and times are rounded.
///
/// A first fix may be the wrong one. So after three in a row that are set aside, and may well
/// follow each other, the trip goes on with the third, after a gap that is no way.
///
/// Cost: two haversines a fix.
final class TripSpeed {

  /// A position may be off by as much without any speed.
  private static final double SLACK_METRES = 50;

  /// Metres per second that are possible for any traveller.
  private static final double OWN_MIN = 40;

  /// A traveller may become three times as fast as before.
  private static final double OWN_TIMES = 3;

  /// Farther apart, two fixes tell no speed of a traveller.
  private static final long DENSE_MILLIS_MAX = 10_000;

  /// What was fastest counts half after a minute.
  private static final double HALVED_MILLIS = 60_000;

  /// What one fix may add to twice the trip's own speed, metres a second.
  private static final double SPEEDING_UP = 20;

  /// So many fixes that agree are believed against those before.
  private static final int RUN = 3;

  private static final double MILLIS = 1e3;

  /// What is to be done with a fix.
  enum Verdict {
    TAKEN,
    SET_ASIDE,
    /// It is taken, and what lies between it and the one before is no way.
    TAKEN_AFTER_A_GAP
  }

  private final StoredTrip.Builder trip;
  private final double metresPerSecondMax;

  TripSpeed(StoredTrip.Builder trip, double metresPerSecondMax) {
    this.trip = trip;
    this.metresPerSecondMax = metresPerSecondMax;
  }

  /// @param fix the next one of the segment of the last
  Verdict judge(StoredFix fix) {
    if (!trip.hasLast()) {
      return Verdict.TAKEN;
    }
    if (isPossible(trip.getLast(), fix)) {
      note(trip.getLast(), fix);
      clear();
      return Verdict.TAKEN;
    }
    boolean follows = trip.hasAside() && isPossible(trip.getAside(), fix);
    trip.setAsideRun(follows ? trip.getAsideRun() + 1 : 1).setAside(fix);
    if (trip.getAsideRun() == RUN) {
      clear();
      trip.setSpeedMetresPerSecond(0);
      return Verdict.TAKEN_AFTER_A_GAP;
    }
    trip.setSetAside(trip.getSetAside() + 1);
    return Verdict.SET_ASIDE;
  }

  /// What was set aside before a pause says nothing of what follows it.
  void clear() {
    trip.clearAside().clearAsideRun();
  }

  private boolean isPossible(StoredFix from, StoredFix to) {
    long millis = to.getUnixMs() - from.getUnixMs();
    double metres = metres(from, to) - SLACK_METRES - to.getAccuracyMetres();
    return metres <= most(millis) * millis / MILLIS;
  }

  private double most(long millis) {
    double own = OWN_TIMES * trip.getSpeedMetresPerSecond();
    return trip.getSpeedMetresPerSecond() == 0 || millis > DENSE_MILLIS_MAX
        ? metresPerSecondMax
        : Math.min(metresPerSecondMax, Math.max(OWN_MIN, own));
  }

  private void note(StoredFix from, StoredFix to) {
    long millis = to.getUnixMs() - from.getUnixMs();
    double left = trip.getSpeedMetresPerSecond() * Math.pow(0.5, millis / HALVED_MILLIS);
    double now = millis < MILLIS ? 0 : metres(from, to) * MILLIS / millis;
    double believed = left == 0 ? now : Math.min(now, 2 * left + SPEEDING_UP);
    trip.setSpeedMetresPerSecond(Math.max(left, believed));
  }

  private static double metres(StoredFix a, StoredFix b) {
    return Haversine.metres(TripTally.point(a), TripTally.point(b));
  }
}
