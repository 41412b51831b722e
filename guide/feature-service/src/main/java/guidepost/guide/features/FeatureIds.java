package guidepost.guide.features;

import guidepost.guide.index.FeatureIndex;

/// Chooses ids for features that come without one: `g57-0`, the first that revision 57 chose.
///
/// Revisions never come again, so neither do ids made of them; a caller may have chosen one,
/// though. Each number of a revision is tried once, so ids that callers chose ahead of time cost
/// one look each, not one for every put.
///
/// Threads: the writer's alone.
final class FeatureIds {

  /// Features at one place that get their ids from here: bounds what a careless import piles up.
  static final int FEATURES_PER_POINT_MAX = 10_000;

  private final FeatureIndex index;
  private long numbered;
  private long number;

  FeatureIds(FeatureIndex index) {
    this.index = index;
  }

  /// An id that no feature has.
  ///
  /// @param revision that of the batch that will put it
  String next(long revision) {
    if (numbered != revision) {
      numbered = revision;
      number = 0;
    }
    String id;
    do {
      id = "g%d-%d".formatted(revision, number++);
    } while (index.get(id).isPresent());
    return id;
  }
}
