package guidepost.guide.index;

/// How much farther than the nearest something may be and still be told, for a caller that measures
/// better or to which a little more is the same.
///
/// Threads: any; immutable.
///
/// @param factor times as far, at least 1
/// @param metres and so much more, at least 0
public record Slack(double factor, double metres) {

  /// The nearest alone.
  public static final Slack NONE = new Slack(1, 0);

  /// @throws IllegalArgumentException if either is out of range
  public Slack {
    if (!(factor >= 1)) {
      throw new IllegalArgumentException("factor must be at least 1: " + factor);
    }
    if (!(metres >= 0)) {
      throw new IllegalArgumentException("metres must be at least 0: " + metres);
    }
  }

  double most(double nearestMetres) {
    return nearestMetres * factor + metres;
  }
}
