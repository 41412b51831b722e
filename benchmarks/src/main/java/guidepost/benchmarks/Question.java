package guidepost.benchmarks;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;

/// What is asked of features, by whichever program keeps them.
sealed interface Question {

  /// Nothing: what a call costs by itself.
  record Nothing() implements Question {}

  /// What is in a box that does not cross the antimeridian.
  record InBox(GeoBox box) implements Question {}

  /// What is in a circle, and how far from its middle.
  record InCircle(Point centre, double metres) implements Question {}

  /// The nearest, nearest first, and how far they are.
  ///
  /// @param enoughMetres within so many there are as many; for stores that must be told where to
  ///   stop
  record Nearest(Point from, int count, double enoughMetres) implements Question {}
}
