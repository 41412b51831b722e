package guidepost.benchmarks;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureLoad;
import guidepost.guide.index.Near;
import guidepost.guide.index.NearestSearch;
import java.util.List;

/// Questions with about so many hits each, around places where people live.
///
/// Boxes keep away from the antimeridian, across which only some can ask.
final class GuideQuestions {

  /// A circle that is large enough on the ellipsoid is so on a sphere, too.
  private static final double ENOUGH = 1.02;

  private static final int LOOK_AT_MAX = 1_000_000;

  private final FeatureIndex index;
  private final List<Point> centres;

  GuideQuestions(List<Feature> features, List<Point> centres) {
    FeatureLoad load = new FeatureLoad();
    for (int i = 0; i < features.size(); i++) {
      load.add(features.get(i), i + 1);
    }
    this.index = load.finish(1);
    this.centres = centres;
  }

  /// Squares with the area of a circle that has so many.
  List<Question> boxes(int count, int hits) {
    return centres.stream()
        .map(centre -> GeoBox.around(centre, metresTo(centre, hits) * Math.sqrt(Math.PI) / 2))
        .filter(box -> box.westE7() < box.eastE7() && box.westE7() > -Point.LONGITUDE_E7_MAX)
        .limit(count)
        .<Question>map(Question.InBox::new)
        .toList();
  }

  List<Question> circles(int count, int hits) {
    return centres.stream()
        .limit(count)
        .<Question>map(centre -> new Question.InCircle(centre, metresTo(centre, hits)))
        .toList();
  }

  List<Question> nearest(int count, int hits) {
    return centres.stream()
        .limit(count)
        .<Question>map(
            centre -> new Question.Nearest(centre, hits, metresTo(centre, hits) * ENOUGH))
        .toList();
  }

  private double metresTo(Point centre, int hits) {
    NearestSearch search =
        index.snapshot().nearest(centre, hits, Double.POSITIVE_INFINITY, 1, view -> true);
    while (!search.look(LOOK_AT_MAX)) {}
    List<Near> found = search.found();
    return found.get(hits - 1).metres();
  }
}
