package guidepost.guide.index;

import guidepost.guide.geo.Haversine;
import java.util.List;

/// A feature beside a path, and where the path comes near it.
///
/// Threads: any; immutable.
///
/// @param view the feature
/// @param approaches where the path comes nearest, first; then where else it comes nearly as near.
///   At least one. Of equally near ones, rounding says which is first
public record AlongPath(FeatureView view, List<Approach> approaches) {

  /// A place where a path comes near something, measured on the sphere of [Haversine].
  ///
  /// @param segment from this point of the path to the next, from 0
  /// @param fraction of the segment that lies before, 0 to 1
  /// @param metres from the path
  /// @param side of the path; [Side#ON] if it is on the path exactly
  public record Approach(int segment, double fraction, double metres, Side side) {}

  /// Copies the approaches.
  public AlongPath {
    approaches = List.copyOf(approaches);
  }

  /// Where the path comes nearest.
  public Approach nearest() {
    return approaches.getFirst();
  }
}
