package guidepost.guide.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A [FeatureIndex] as of one revision. Nothing in it ever changes.
///
/// Threads: any.
public final class FeatureSnapshot {

  static final FeatureSnapshot EMPTY =
      new FeatureSnapshot(0, new Leaf(-1), IdTrie.EMPTY, new Counts(0, 0));

  record Counts(int all, int named) {

    Counts plus(boolean isNamed) {
      return new Counts(all + 1, named + (isNamed ? 1 : 0));
    }

    Counts plus(Counts other) {
      return new Counts(all + other.all, named + other.named);
    }

    Counts minus(boolean isNamed) {
      return new Counts(all - 1, named - (isNamed ? 1 : 0));
    }
  }

  private final long revision;
  private final Node places;
  private final IdTrie.Branch ids;
  private final Counts counts;

  FeatureSnapshot(long revision, Node places, IdTrie.Branch ids, Counts counts) {
    this.revision = revision;
    this.places = places;
    this.ids = ids;
    this.counts = counts;
  }

  Node places() {
    return places;
  }

  IdTrie.Branch ids() {
    return ids;
  }

  Counts counts() {
    return counts;
  }

  /// The revision that this is the state of; 0 before the first.
  public long revision() {
    return revision;
  }

  /// Number of features.
  public int size() {
    return counts.all();
  }

  /// Number of features with a name.
  public int namedSize() {
    return counts.named();
  }

  /// The feature with an id. Cost: O(log n), some 1 us.
  public Optional<Feature> get(String id) {
    return Optional.ofNullable(find(places, ids, id.getBytes(UTF_8))).map(FeatureView::feature);
  }

  static @Nullable FeatureView find(Node places, IdTrie.Branch ids, byte[] id) {
    int hash = IdTrie.hash(id);
    IdTrie.Page page = IdTrie.page(ids, hash);
    for (int at = page.indexOf(hash); at >= 0; at = page.indexOf(hash, at + 1)) {
      FeatureView view = PlaceTree.at(places, page.key(at), page.order(at));
      if (view.hasId(id)) {
        return view;
      }
    }
    return null;
  }

  /// The rank that the feature with an id was put with. Cost: that of [#get].
  public OptionalLong rank(String id) {
    FeatureView view = find(places, ids, id.getBytes(UTF_8));
    return view == null ? OptionalLong.empty() : OptionalLong.of(view.rank());
  }

  /// Every feature at the place of `point`, however its point is written; the one that was put
  /// there first comes first, those without a name after all others. Cost: O(log n + hits).
  public List<Feature> at(Point point) {
    List<Feature> found = new ArrayList<>();
    PlaceSearch.walk(
        places,
        point,
        feature -> {
          found.add(feature);
          return true;
        });
    return List.copyOf(found);
  }

  /// The feature that stands for the place of `point`: the first of [#at], so it has a name if any
  /// there has one. Cost: O(log n), however many are there.
  public Optional<Feature> firstAt(Point point) {
    return PlaceSearch.first(places, point, 1, _ -> true);
  }

  /// Shows every feature inside `box`, edges included, to `visitor`. Cost: O(log n + hits).
  public void inBox(GeoBox box, Consumer<Feature> visitor) {
    inBox(box).forEachRemaining(visitor);
  }

  /// Walks the features inside `box`, edges included, at the caller's pace.
  public FeatureCursor inBox(GeoBox box) {
    return new FeatureCursor(places, box);
  }

  /// The same, from behind a feature on: one that a cursor over this or another snapshot came to.
  public FeatureCursor inBox(GeoBox box, ListPosition after) {
    return new FeatureCursor(places, box, after);
  }

  /// Searches the features nearest to a point.
  ///
  /// @param count how many, at least 1
  /// @param withinMetres no farther than this; infinite for anywhere
  /// @param slack also those up to so many times as far as the last of them, at least 1; for
  ///   callers that measure in another way afterwards
  /// @param wanted no others
  /// @throws IllegalArgumentException if a number is out of range
  public NearestSearch nearest(
      Point from,
      int count,
      double withinMetres,
      double slack,
      Predicate<? super FeatureView> wanted) {
    if (count < 1 || !(withinMetres >= 0) || !(slack >= 1)) {
      throw new IllegalArgumentException(
          "count must be at least 1, withinMetres 0, slack 1: %d, %s, %s"
              .formatted(count, withinMetres, slack));
    }
    return new NearestSearch(places, from, count, withinMetres, slack, wanted);
  }

  /// Searches the features in a corridor.
  ///
  /// @param slack how much farther than the nearest approach another one may be that is told too
  /// @param wanted no others
  public PathSearch along(Corridor corridor, Slack slack, Predicate<? super FeatureView> wanted) {
    return new PathSearch(this, corridor, slack, wanted);
  }

  /// Walks all features.
  public FeatureCursor all() {
    return inBox(GeoBox.WORLD);
  }

  /// Checks what must hold between and inside the structures. Cost: O(n).
  ///
  /// @throws IllegalStateException if something does not hold
  public void checkInvariants() {
    Node.require(places.check(true) == counts.all(), "number of places");
    Node.require(IdTrie.checkInvariants(ids) == counts.all(), "number of ids");
    int named = 0;
    for (FeatureCursor cursor = all(); cursor.hasNext(); ) {
      FeatureView view = cursor.nextView();
      named += view.isNamed() ? 1 : 0;
      String id = view.id();
      Node.require(view.equals(find(places, ids, id.getBytes(UTF_8))), "id of " + id);
    }
    Node.require(named == counts.named(), "number of names");
  }
}
