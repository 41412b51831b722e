package guidepost.guide.trips;

import guidepost.guide.geo.Haversine;
import guidepost.storage.v1.StoredFix;
import guidepost.storage.v1.StoredScatter;
import java.util.List;

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

  /// The mean of half a minute of a fix a second: longer would hide that a receiver has come out of
  /// a street.
  private static final int FIXES_MAX = 30;

  /// The first few may lie where the way bends: they are believed in part, as if those before them
  /// had not scattered.
  private static final int FIXES_MIN = 8;

  /// What a fix says is the median of so many: a corner bends the way at one or two of them.
  private static final int MEDIAN_OF = 5;

  /// Mean of that median, for a deviation of 1 along each axis.
  private static final double MEDIAN_OF_DEVIATION = 1.196;

  /// What a single fix may say.
  private static final double METRES_MAX = 12;

  private TripScatter() {}

  /// With one more fix.
  static StoredScatter with(StoredScatter scatter, StoredFix fix) {
    StoredScatter.Builder more = scatter.toBuilder();
    if (scatter.hasBefore() && isDense(scatter, fix)) {
      int fixes = Math.min(scatter.getFixes() + 1, FIXES_MAX);
      more.addBesideMetres((float) metres(scatter.getBefore(), scatter.getLast(), fix));
      double metres = Math.min(METRES_MAX, median(more.getBesideMetresList()));
      if (more.getBesideMetresCount() == MEDIAN_OF) {
        List<Float> kept = List.copyOf(more.getBesideMetresList().subList(1, MEDIAN_OF));
        more.clearBesideMetres().addAllBesideMetres(kept);
      }
      more.setFixes(fixes)
          .setMetres(
              scatter.getMetres() + (metres - scatter.getMetres()) / Math.max(fixes, FIXES_MIN));
    }
    if (scatter.hasLast()) {
      more.setBefore(scatter.getLast());
    }
    return more.setLast(fix).build();
  }

  private static double median(List<Float> metres) {
    return metres.stream().sorted().skip((metres.size() - 1) / 2).findFirst().orElse(0f);
  }

  /// True if it is known well, from fixes of late.
  static boolean isKnown(StoredScatter scatter) {
    return scatter.getFixes() >= FIXES_MIN
        && scatter.hasBefore()
        && scatter.getLast().getUnixMs() - scatter.getBefore().getUnixMs() <= APART_MILLIS_MAX;
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
    return beside / wider / MEDIAN_OF_DEVIATION;
  }
}
