package guidepost.guide.service;

import guidepost.guide.index.Feature;
import guidepost.journal.Feed;
import guidepost.journal.Journal;
import guidepost.journal.Value;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One change of one feature.
///
/// @param revision that made it
/// @param before null if it was not there
/// @param after null if it is gone
record FeatureEvent(long revision, @Nullable Feature before, @Nullable Feature after) {

  /// What a feature's journal says happened; read from its log where it is no longer in memory.
  static Feed<FeatureEvent> feed(Journal journal) {
    return new Feed<>(journal, FeatureEvent::read);
  }

  private static @Nullable FeatureEvent read(
      long revision, byte[] key, byte @Nullable [] value, @Nullable Value prior) {
    if (value == null && prior == null) {
      return null;
    }
    Feature before =
        prior == null ? null : FeatureStorage.known(key, prior.bytes(), prior.revision());
    Feature after = value == null ? null : FeatureStorage.known(key, value, revision);
    return new FeatureEvent(revision, before, after);
  }

  /// True if one who watches such features is told.
  boolean concerns(Predicate<Feature> watched) {
    return (before != null && watched.test(before)) || (after != null && watched.test(after));
  }

  /// The feature as it is, or was; with the revision of the change.
  Feature feature() {
    if (after != null) {
      return after;
    }
    Feature gone = Objects.requireNonNull(before);
    return new Feature(
        gone.id(), gone.point(), gone.name(), gone.category(), gone.attributes(), revision);
  }
}
