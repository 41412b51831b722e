package guidepost.guide.service;

import guidepost.calls.Streaming;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureCursor;
import guidepost.guide.v1.ListInBoxResponse;
import org.jspecify.annotations.Nullable;

/// The features of a box in responses of up to 512, made when they are asked for; at least one.
final class BoxPages implements Streaming.Search<ListInBoxResponse> {

  static final int FEATURES_MAX = 512;

  /// A page is full beyond this: big attributes must not make a response that no client takes.
  private static final int PAGE_BYTES = 256 * 1024;

  private final long revision;
  private final FeatureCursor cursor;
  private final String category;
  private ListInBoxResponse.Builder page;
  private int pageBytes;
  private boolean over;

  /// @param category only this one; empty for any
  BoxPages(long revision, FeatureCursor cursor, String category) {
    this.revision = revision;
    this.cursor = cursor;
    this.category = category;
    this.page = emptyPage();
  }

  private ListInBoxResponse.Builder emptyPage() {
    return ListInBoxResponse.newBuilder().setRevision(revision);
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public @Nullable ListInBoxResponse look() {
    int looks = 0;
    while (!isFull() && looks < NamedFeatures.LOOKS_MAX && cursor.hasNext()) {
      looks++;
      add(cursor.next());
    }
    over = !cursor.hasNext();
    return over || isFull() ? takePage() : null;
  }

  private boolean isFull() {
    return page.getFeaturesCount() == FEATURES_MAX || pageBytes >= PAGE_BYTES;
  }

  private void add(Feature feature) {
    if (category.isEmpty() || category.equals(feature.category())) {
      var message = FeatureMessages.message(feature);
      pageBytes += message.getSerializedSize();
      page.addFeatures(message);
    }
  }

  private ListInBoxResponse takePage() {
    ListInBoxResponse full = page.build();
    page = emptyPage();
    pageBytes = 0;
    return full;
  }
}
