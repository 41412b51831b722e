package guidepost.guide.geo;

import java.util.List;

/// From one point of a line to the next, with what tells at once that most things are far from it:
/// a ball, which is close around a short segment, and a plane, which is close to a long one.
///
/// Cost: about 8 ns to see that two are far apart, against 240 ns to measure how far.
///
/// Threads: any; immutable.
///
/// @param ball around the arc
public record Segment(Arc arc, Ball ball) {

  /// Of shorter arcs, 64 m, the ball says enough and the plane too little.
  private static final double FLAT = 1e-5;

  /// Those of a line; of a single point, one of no length.
  public static List<Segment> of(List<Point> line) {
    return Arc.of(line).stream().map(Segment::of).toList();
  }

  private static Segment of(Arc arc) {
    return new Segment(arc, Ball.around(arc));
  }

  /// A ball around several.
  public static Ball ballAround(List<Segment> segments) {
    return Ball.around(segments.stream().map(Segment::ball).toList());
  }

  /// True if nothing in a ball is within a straight way of this; may be false though it is so.
  public boolean isFarFrom(Ball other, double chord) {
    return ball.isFarFrom(other, chord) || isBesidePlane(other, chord);
  }

  private boolean isBesidePlane(Ball other, double chord) {
    double away = Math.abs(arc.normal().dot(other.middle()));
    return arc.sine() >= FLAT && away > other.radius() + chord;
  }

  /// True if nothing of another is within a straight way of this; may be false though it is so.
  public boolean isFarFrom(Segment other, double chord) {
    return isFarFrom(other.ball, chord) || other.isFarFrom(ball, chord);
  }
}
