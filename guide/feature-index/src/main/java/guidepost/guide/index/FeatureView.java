package guidepost.guide.index;

import guidepost.guide.geo.Point;
import java.util.Arrays;
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

  /// The feature, whole. Cost: some 100 ns.
  public Feature feature() {
    return leaf.feature(at);
  }

  /// Its id, name, category and attributes, where they lie: they stay what they are even if the
  /// index goes on to change the feature.
  public FeatureLoad.Fields fields() {
    return leaf.recordFields(at);
  }

  /// The revision that wrote it last; 0 if none yet.
  public long revision() {
    return FeatureRecord.revision(leaf.fields(at));
  }

  /// Its id.
  public String id() {
    RecordReader in = leaf.fields(at);
    in.varint();
    return in.text();
  }

  /// Where it is, as given.
  public Point point() {
    return leaf.point(at);
  }

  /// Latitude of its place, E7.
  public int latitudeE7() {
    return leaf.latitude(at);
  }

  /// Longitude of its place, E7: that of [Point#canonical].
  public int longitudeE7() {
    return leaf.longitude(at);
  }

  /// True if its name is not empty.
  public boolean isNamed() {
    return leaf.isNamed(at);
  }

  /// Where it stands in the order of lists.
  public ListPosition position() {
    return new ListPosition(leaf.key(at), leaf.order(at));
  }

  Leaf leaf() {
    return leaf;
  }

  /// Where it is in its leaf.
  int at() {
    return at;
  }

  long key() {
    return leaf.key(at);
  }

  /// The rank that it was put with.
  public long rank() {
    return Entry.rank(leaf.order(at));
  }

  int recordBytes() {
    return leaf.recordBytes(at);
  }

  boolean hasId(byte[] id) {
    RecordReader in = leaf.fields(at);
    in.varint();
    return in.isText(id);
  }

  /// True if its category is one of these, each in UTF-8.
  boolean hasCategory(byte[][] wanted) {
    RecordReader in = leaf.fields(at);
    while (in.hasMore()) {
      long tag = in.varint();
      if (tag == FeatureRecord.CATEGORY) {
        return Arrays.stream(wanted).anyMatch(in::isText);
      }
      in.skipValue(tag);
    }
    return Arrays.stream(wanted).anyMatch(each -> each.length == 0);
  }

  /// True if an attribute's bytes in its record begin like this.
  boolean hasAttribute(byte[] start) {
    RecordReader in = leaf.fields(at);
    while (in.hasMore()) {
      long tag = in.varint();
      if (tag == FeatureRecord.ATTRIBUTE && in.textBegins(start)) {
        return true;
      }
      in.skipValue(tag);
    }
    return false;
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
}
