package guidepost.guide.service;

import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureCursor;
import guidepost.guide.v1.ListInBoxResponse;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// The features of a box in responses of up to 512, made when they are asked for; at least one.
final class BoxPages implements Iterator<ListInBoxResponse> {

  static final int FEATURES_MAX = 512;

  /// A page is full beyond this: big attributes must not make a response that no client takes.
  private static final int PAGE_BYTES = 256 * 1024;

  private final long revision;
  private final FeatureCursor cursor;
  private final String category;
  private boolean started;

  /// @param category only this one; empty for any
  BoxPages(long revision, FeatureCursor cursor, String category) {
    this.revision = revision;
    this.cursor = cursor;
    this.category = category;
  }

  @Override
  public boolean hasNext() {
    return !started || cursor.hasNext();
  }

  @Override
  public ListInBoxResponse next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no page left");
    }
    started = true;
    ListInBoxResponse.Builder page = ListInBoxResponse.newBuilder().setRevision(revision);
    int bytes = 0;
    while (page.getFeaturesCount() < FEATURES_MAX && bytes < PAGE_BYTES && cursor.hasNext()) {
      Feature feature = cursor.next();
      if (category.isEmpty() || category.equals(feature.category())) {
        var message = FeatureMessages.message(feature);
        bytes += message.getSerializedSize();
        page.addFeatures(message);
      }
    }
    return page.build();
  }
}
