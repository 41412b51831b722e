package guidepost.guide.service;

import guidepost.calls.Streaming;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureCursor;
import org.jspecify.annotations.Nullable;

/// The features of a cursor that have a name, as the seed contract's messages.
final class NamedFeatures implements Streaming.Search<guidepost.seed.routeguide.Feature> {

  /// Features that one turn looks at: some tens of microseconds, so that nobody notices the others.
  static final int LOOKS_MAX = 1_024;

  private final FeatureCursor cursor;

  NamedFeatures(FeatureCursor cursor) {
    this.cursor = cursor;
  }

  @Override
  public boolean isOver() {
    return !cursor.hasNext();
  }

  @Override
  public guidepost.seed.routeguide.@Nullable Feature look() {
    for (int looks = 0; looks < LOOKS_MAX && cursor.hasNext(); looks++) {
      Feature feature = cursor.next();
      if (feature.isNamed()) {
        return SeedFeatures.message(feature);
      }
    }
    return null;
  }
}
