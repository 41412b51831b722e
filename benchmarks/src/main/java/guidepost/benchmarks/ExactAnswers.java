package guidepost.benchmarks;

import guidepost.benchmarks.FeatureStore.Session;
import guidepost.benchmarks.FeatureStore.Tolerance;
import guidepost.benchmarks.FeatureStore.Way;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import net.sf.geographiclib.Geodesic;
import net.sf.geographiclib.GeodesicMask;

/// What is right, by looking at every feature and by GeographicLib; feature number `i` has the id
/// that [JitteredPlaces] gives it.
final class ExactAnswers {

  /// A sphere is less wrong than this.
  private static final double SPHERE = 1.01;

  private static final double MILLIMETRE = 1e-3;

  private final List<Feature> features;
  private final int[] latitudesE7;
  private final int[] longitudesE7;

  ExactAnswers(List<Feature> features) {
    this.features = features;
    this.latitudesE7 = features.stream().mapToInt(each -> each.point().latitudeE7()).toArray();
    this.longitudesE7 = features.stream().mapToInt(each -> each.point().longitudeE7()).toArray();
  }

  /// Asks, and compares.
  ///
  /// @throws IllegalStateException if the answer is wrong by more than the way's tolerance
  void require(Way way, Session session, Question question) throws Exception {
    List<Integer> found = new ArrayList<>();
    Tolerance tolerance = way.tolerance();
    session.ask(
        question,
        (id, name, latitudeE7, longitudeE7) -> {
          int number = Integer.parseInt(id.substring(1));
          requireSame(features.get(number), name, latitudeE7, longitudeE7, tolerance.edgeE7());
          found.add(number);
        });
    boolean isRight =
        switch (question) {
          case Question.Nothing() -> found.isEmpty();
          case Question.InBox(GeoBox box) -> isRight(setOf(found), box, tolerance.edgeE7());
          case Question.InCircle(Point centre, double metres) ->
              isRight(setOf(found), centre, metres, tolerance.circle());
          case Question.Nearest(Point from, int count, double enough) ->
              found.size() == count && isNearest(found, from, enough, tolerance.nearest());
        };
    if (!isRight) {
      throw new IllegalStateException("%s answers wrongly: %s".formatted(way.name(), question));
    }
  }

  private static void requireSame(
      Feature feature, String name, int latitudeE7, int longitudeE7, int tolerance) {
    boolean isSame =
        feature.name().equals(name)
            && Math.abs((long) feature.point().latitudeE7() - latitudeE7) <= tolerance
            && Math.abs((long) feature.point().longitudeE7() - longitudeE7) <= tolerance;
    if (!isSame) {
      throw new IllegalStateException(
          "not %s, but %s at %d, %d".formatted(feature, name, latitudeE7, longitudeE7));
    }
  }

  private static BitSet setOf(List<Integer> found) {
    BitSet set = new BitSet();
    found.forEach(set::set);
    if (set.cardinality() != found.size()) {
      throw new IllegalStateException("a feature was sent twice");
    }
    return set;
  }

  private boolean isRight(BitSet found, GeoBox box, long tolerance) {
    return IntStream.range(0, latitudesE7.length)
        .allMatch(i -> isInside(i, box) == found.get(i) || distanceToEdge(i, box) <= tolerance);
  }

  /// Of a box that does not cross the antimeridian.
  private boolean isInside(int i, GeoBox box) {
    return latitudesE7[i] >= box.southE7()
        && latitudesE7[i] <= box.northE7()
        && longitudesE7[i] >= box.westE7()
        && longitudesE7[i] <= box.eastE7();
  }

  /// To the edge's line, or less.
  private long distanceToEdge(int i, GeoBox box) {
    long latitude = latitudesE7[i];
    long longitude = longitudesE7[i];
    return Math.min(
        Math.min(Math.abs(latitude - box.southE7()), Math.abs(latitude - box.northE7())),
        Math.min(Math.abs(longitude - box.westE7()), Math.abs(longitude - box.eastE7())));
  }

  /// All that is surely nearer, nothing that is surely farther.
  private boolean isRight(BitSet found, Point centre, double metres, double tolerance) {
    double surely = metres * (1 - tolerance) - MILLIMETRE;
    double perhaps = metres * (1 + tolerance) + MILLIMETRE;
    BitSet near = near(centre, metres * (1 + tolerance));
    BitSet farther = (BitSet) found.clone();
    farther.andNot(near);
    return farther.isEmpty()
        && near.stream()
            .allMatch(
                i -> {
                  double distance = metres(centre, features.get(i).point());
                  return found.get(i) ? distance <= perhaps : distance >= surely;
                });
  }

  /// All within so many metres, and some more.
  private BitSet near(Point centre, double metres) {
    GeoBox around = GeoBox.around(centre, metres * SPHERE + 1);
    BitSet near = new BitSet();
    for (int i = 0; i < latitudesE7.length; i++) {
      boolean isNear = latitudesE7[i] >= around.southE7() && latitudesE7[i] <= around.northE7();
      if (isNear && around.contains(features.get(i).point())) {
        near.set(i);
      }
    }
    return near;
  }

  private boolean isNearest(List<Integer> found, Point from, double enough, double tolerance) {
    if (Double.isInfinite(tolerance)) {
      return true;
    }
    double[] nearest =
        near(from, enough).stream()
            .mapToDouble(i -> metres(from, features.get(i).point()))
            .sorted()
            .toArray();
    return isOrdered(found, from, tolerance)
        && isRight(setOf(found), from, nearest[found.size() - 1], tolerance);
  }

  private boolean isOrdered(List<Integer> found, Point from, double tolerance) {
    double before = 0;
    for (int number : found) {
      double metres = metres(from, features.get(number).point());
      if (metres < before * (1 - tolerance) - MILLIMETRE) {
        return false;
      }
      before = metres;
    }
    return true;
  }

  private static double metres(Point a, Point b) {
    return Geodesic.WGS84.Inverse(
            a.latitude(), a.longitude(), b.latitude(), b.longitude(), GeodesicMask.DISTANCE)
        .s12;
  }
}
