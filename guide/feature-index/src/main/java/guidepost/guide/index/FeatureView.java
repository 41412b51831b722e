package guidepost.guide.index;

import org.jspecify.annotations.Nullable;

/// A feature where a snapshot holds it: nothing is copied until it is asked for.
///
/// It stays what it is for as long as one keeps it, and keeps some hundred neighbours in memory
/// meanwhile: keep [#feature] instead.
///
/// Threads: any.
public final class FeatureView {

  private final Leaf leaf;
  private final int at;

  FeatureView(Leaf leaf, int at) {
    this.leaf = leaf;
    this.at = at;
  }

  /// The feature, whole.
  public Feature feature() {
    return leaf.entries[at].feature();
  }

  /// Its id.
  public String id() {
    return feature().id();
  }

  /// Where it is, as given.
  public Point point() {
    return feature().point();
  }

  /// True if its name is not empty.
  public boolean isNamed() {
    return feature().isNamed();
  }

  /// Where it stands in the order of lists.
  public ListPosition position() {
    Entry entry = leaf.entries[at];
    return new ListPosition(entry.key(), entry.order());
  }

  /// True if the other is the same feature of the same snapshot.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FeatureView view && leaf.equals(view.leaf) && at == view.at;
  }

  @Override
  public int hashCode() {
    return 31 * leaf.hashCode() + at;
  }

  Entry entry() {
    return leaf.entries[at];
  }

  long key() {
    return leaf.entries[at].key();
  }
}
