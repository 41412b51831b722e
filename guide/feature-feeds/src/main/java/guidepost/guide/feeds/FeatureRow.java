package guidepost.guide.feeds;

/// What became of one row of a feed.
///
/// Threads: any; immutable.
public sealed interface FeatureRow {

  /// Where the row stands: its line, or its place among the entries of a JSON array, from 1.
  long number();

  /// The row is a feature.
  ///
  /// @param number where the row stands, from 1
  /// @param feature what it says
  /// @param attributesLeftOut how many attributes it says too, which a feature has no room for
  record Parsed(long number, FeatureDraft feature, int attributesLeftOut) implements FeatureRow {

    Parsed(long number, FeatureDraft feature) {
      this(number, feature, 0);
    }
  }

  /// The row is not a feature, or none that can be taken.
  ///
  /// @param number where the row stands, from 1
  /// @param reason field, value and rule
  record Rejected(long number, String reason) implements FeatureRow {}
}
