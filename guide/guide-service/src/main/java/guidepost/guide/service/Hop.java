package guidepost.guide.service;

import guidepost.guide.index.Point;
import java.util.List;

/// From one point of a line to the next, with what tells at once that most things are far from it:
/// a ball, which is close around a short hop, and a plane, which is close to a long one.
///
/// Cost: some 8 ns to see that two are far apart, against 240 ns to measure how far.
///
/// @param ball around the arc
/// @param steepness length of the arc's normal; 0 if the arc is too short for it to have a
///   direction
record Hop(Arc arc, Ball ball, double steepness) {

  /// Of shorter arcs, 64 m, the ball says enough and the plane too little.
  private static final double FLAT = 1e-5;

  static List<Hop> of(List<Point> line) {
    return Arc.of(line).stream().map(Hop::of).toList();
  }

  private static Hop of(Arc arc) {
    double length = arc.normal().length();
    return new Hop(arc, Ball.around(arc), length < FLAT ? 0 : length);
  }

  static Ball ballAround(List<Hop> hops) {
    return Ball.around(hops.stream().map(Hop::ball).toList());
  }

  /// True if nothing in a ball is within a straight way of this; may be false though it is so.
  boolean isFarFrom(Ball other, double chord) {
    return ball.isFarFrom(other, chord) || isBesidePlane(other, chord);
  }

  private boolean isBesidePlane(Ball other, double chord) {
    double away = Math.abs(arc.normal().dot(other.middle()));
    return steepness > 0 && away > (other.radius() + chord) * steepness;
  }

  /// True if nothing of another is within a straight way of this; may be false though it is so.
  boolean isFarFrom(Hop other, double chord) {
    return isFarFrom(other.ball, chord) || other.isFarFrom(ball, chord);
  }
}
