package guidepost.guide.geo;

import java.util.List;

/// A part of straight space in which something lies: to see that two things are far apart takes a
/// few multiplications there, and no sine. The globe's radius is 1.
///
/// Threads: any; immutable.
public record Ball(Vector middle, double radius) {

  /// A rounded product must not make anything seem further away than it is: 6 mm.
  private static final double MARGIN = 1e-9;

  /// An arc of up to half a turn is nowhere further from the middle of its chord than at its ends.
  public static Ball around(Arc arc) {
    Vector middle = arc.a().halfwayTo(arc.b());
    return new Ball(middle, Math.sqrt(middle.squareTo(arc.b())));
  }

  /// One around several.
  public static Ball around(List<Ball> balls) {
    Ball first = balls.getFirst();
    Vector middle = first.middle.halfwayTo(balls.getLast().middle);
    double radius =
        balls.stream()
            .mapToDouble(ball -> Math.sqrt(middle.squareTo(ball.middle)) + ball.radius)
            .max()
            .orElseThrow();
    return new Ball(middle, radius);
  }

  /// The straight way between points that are so far apart on the globe, and a little more.
  public static double chord(double metres) {
    return 2 * Math.sin(metres / Haversine.RADIUS_METRES / 2) + MARGIN;
  }

  /// True if nothing in this is within a straight way of anything in another.
  public boolean isFarFrom(Ball other, double chord) {
    double reach = radius + other.radius + chord;
    return middle.squareTo(other.middle) > reach * reach;
  }
}
