package guidepost.guide.index;

/// On which side of a path something lies, for a traveller along it.
public enum Side {
  /// To the left.
  LEFT,
  /// To the right.
  RIGHT,
  /// On it.
  ON
}
