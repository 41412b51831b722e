package guidepost.guide.service;

import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureCursor;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The features of a cursor that have a name, as the seed contract's messages.
final class NamedFeatures implements Iterator<guidepost.seed.routeguide.Feature> {

  private final FeatureCursor cursor;
  private @Nullable Feature next;

  NamedFeatures(FeatureCursor cursor) {
    this.cursor = cursor;
  }

  @Override
  public boolean hasNext() {
    while (next == null && cursor.hasNext()) {
      Feature feature = cursor.next();
      next = feature.isNamed() ? feature : null;
    }
    return next != null;
  }

  @Override
  public guidepost.seed.routeguide.Feature next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("no named feature left");
    }
    Feature found = next;
    next = null;
    return SeedMessages.message(found);
  }
}
