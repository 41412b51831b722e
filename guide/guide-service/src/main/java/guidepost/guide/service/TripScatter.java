package guidepost.guide.service;

import guidepost.guide.index.Haversine;
import guidepost.storage.v1.StoredFix;
import guidepost.storage.v1.StoredScatter;

/// How far positions scatter about the way: from how far each fix lies beside the line between the
/// two around it, which a walk or a drive bends little in some seconds.
///
/// For white noise of a standard deviation `s` along each axis the distance from that line, at the
/// fraction `f` of its time, has one of `s * sqrt(1 + f^2 + (1 - f)^2)` along each, and a mean of
/// `sqrt(pi / 2)` times that. The mean over the last 30 is kept, which corners move less than they
/// would a mean of squares. Noise that changes slowly is not seen, and does little harm.
final class TripScatter {

  /// Fixes that are farther apart say nothing: too much can happen between them.
  private static final long APART_MILLIS_MAX = 5_000;

  private static final int FIXES_MAX = 30;

  /// The first few may lie where the way bends: they are believed in part, as if those before them
  /// had not scattered.
  private static final int FIXES_MIN = 8;

  private static final double MEAN_OF_DEVIATION = Math.sqrt(Math.PI / 2);

  /// What a single fix may say.
  private static final double METRES_MAX = 12;

  private TripScatter() {}

  /// With one more fix.
  static StoredScatter with(StoredScatter scatter, StoredFix fix) {
    StoredScatter.Builder more = scatter.toBuilder();
    if (scatter.hasBefore() && isDense(scatter, fix)) {
      int fixes = Math.min(scatter.getFixes() + 1, FIXES_MAX);
      double metres = Math.min(METRES_MAX, metres(scatter.getBefore(), scatter.getLast(), fix));
      more.setFixes(fixes)
          .setMetres(
              scatter.getMetres() + (metres - scatter.getMetres()) / Math.max(fixes, FIXES_MIN));
    }
    if (scatter.hasLast()) {
      more.setBefore(scatter.getLast());
    }
    return more.setLast(fix).build();
  }

  /// What is known, without the fixes before a pause.
  static StoredScatter paused(StoredScatter scatter) {
    return scatter.toBuilder().clearBefore().clearLast().build();
  }

  private static boolean isDense(StoredScatter scatter, StoredFix fix) {
    long first = scatter.getLast().getUnixMs() - scatter.getBefore().getUnixMs();
    long second = fix.getUnixMs() - scatter.getLast().getUnixMs();
    return first + second > 0 && Math.max(first, second) <= APART_MILLIS_MAX;
  }

  private static double metres(StoredFix before, StoredFix fix, StoredFix after) {
    double fraction =
        (fix.getUnixMs() - before.getUnixMs()) / (double) (after.getUnixMs() - before.getUnixMs());
    StoredFix between =
        TripCluster.moved(
                before,
                Math.round(fraction * (after.getLatitudeE7() - before.getLatitudeE7())),
                Math.round(fraction * TripCluster.eastward(before, after)))
            .build();
    double beside = Haversine.metres(TripTally.point(between), TripTally.point(fix));
    double wider = Math.sqrt(1 + fraction * fraction + (1 - fraction) * (1 - fraction));
    return beside / wider / MEAN_OF_DEVIATION;
  }
}
