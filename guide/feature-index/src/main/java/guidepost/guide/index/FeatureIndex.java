package guidepost.guide.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.guide.geo.Point;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Finds features by id, by place and by box.
///
/// A [PlaceTree] holds the features as bytes in the order of a Hilbert curve, and an [IdTrie] says
/// where in that order the one with an id stands. Both are copied along the path of a change, so a
/// snapshot is two references:
///
/// ```
///                 writer                          readers
///   put, remove ─▶ working tree, working trie
///                      │ publish
///                      ▼
///                  snapshot (volatile) ─────────▶ get, at, inBox: no lock, no waiting
/// ```
///
/// Publication rule: the writer changes only nodes that it made since the last [#publish]; that
/// call hands them all over by one volatile write and gives the writer a new edition, to which no
/// node belongs yet. [#rollback] forgets them instead.
///
/// Cost: see [PlaceTree] and [IdTrie]. The first change of a node after a publication copies it:
/// publish once a batch. Memory: some 55 bytes a feature, beside its texts.
///
/// Threads: one writer; any number of readers by way of [#snapshot].
public final class FeatureIndex {

  /// Changes to [#fetch] for at once: the leaves of twice as many fill the cache that a processor
  /// has for itself.
  public static final int FETCHED_MAX = 32;

  /// A longer record is removed and inserted again, as that may split its leaf.
  private static final int REPLACED_BYTES_MAX = 512;

  /// Editions of an index that began as another's snapshot: no node of the other's may seem to be
  /// its own.
  private static final long EDITIONS_PER_FORK = 1L << 32;

  private static final AtomicLong FORKS = new AtomicLong(Long.MIN_VALUE);

  private final PlaceTree places = new PlaceTree();
  private final CrowdedPlaces crowded = new CrowdedPlaces();
  private final FetchAhead ahead = new FetchAhead();
  private IdTrie.Branch ids;
  private FeatureSnapshot.Counts counts;
  private long edition;
  private long lastRank;

  private volatile FeatureSnapshot snapshot;

  /// An index without features, at revision 0.
  public FeatureIndex() {
    this(FeatureSnapshot.EMPTY, 0);
  }

  /// An index that begins as a snapshot and shares its memory: to make an earlier or another state
  /// of it, by [#remove] and by puts with a rank.
  public static FeatureIndex from(FeatureSnapshot first) {
    return new FeatureIndex(first, 0, FORKS.getAndAdd(EDITIONS_PER_FORK));
  }

  /// An index that begins as a snapshot; see [FeatureLoad].
  FeatureIndex(FeatureSnapshot first, long lastRank) {
    this(first, lastRank, 1);
  }

  private FeatureIndex(FeatureSnapshot first, long lastRank, long firstEdition) {
    this.lastRank = lastRank;
    snapshot = first;
    ids = first.ids();
    counts = first.counts();
    edition = firstEdition;
    places.restart(first.places(), edition);
  }

  /// What readers see: the state last published.
  public FeatureSnapshot snapshot() {
    return snapshot;
  }

  /// What the writer sees: the state with all changes, published or not, as a snapshot of its own
  /// that later changes spare. For the writer only.
  public FeatureSnapshot working() {
    FeatureSnapshot working = new FeatureSnapshot(0, places.root(), ids, counts);
    restart(working);
    return working;
  }

  /// The feature with an id, as the writer sees it. For the writer only.
  public Optional<Feature> get(String id) {
    return Optional.ofNullable(find(id.getBytes(UTF_8))).map(FeatureView::feature);
  }

  /// The feature with an id, as the writer sees it and where the index holds it until its next
  /// change. For the writer only.
  public Optional<FeatureView> view(String id) {
    return Optional.ofNullable(find(id.getBytes(UTF_8)));
  }

  /// Brings from memory what changes are going to touch, for all of them at once: each by itself
  /// would wait for it a dozen times. For the writer only. Cost: some us for each, less than a
  /// change takes longer without it.
  ///
  /// @param named ids of features that are going to be put or removed, at most [#FETCHED_MAX]
  /// @param to where features are going to be put, at most [#FETCHED_MAX]
  /// @throws IllegalArgumentException if there are more
  public void fetch(List<String> named, List<Point> to) {
    if (Math.max(named.size(), to.size()) > FETCHED_MAX) {
      throw new IllegalArgumentException(
          "features to fetch must be at most %d: %d named, %d places"
              .formatted(FETCHED_MAX, named.size(), to.size()));
    }
    named.forEach(id -> ahead.id(ids, id.getBytes(UTF_8)));
    to.forEach(ahead::place);
    ahead.run(places.root());
  }

  private @Nullable FeatureView find(byte[] id) {
    return FeatureSnapshot.find(places.root(), ids, id);
  }

  /// The first feature with `name` at the place of `point`, as the writer sees it; the empty name
  /// finds one without a name. For the writer only. Cost: O(log n), and once a pass over a place
  /// where many are.
  public Optional<Feature> firstNamed(Point point, String name) {
    return crowded.firstNamed(places.root(), Hilbert.key(point.canonical()), name);
  }

  /// True if at least `count` features are at the place of `point`, as the writer sees it. For the
  /// writer only. Cost: that of [#firstNamed].
  ///
  /// @param count at least 1
  public boolean hasAtLeast(int count, Point point) {
    return crowded.hasAtLeast(count, places.root(), Hilbert.key(point.canonical()));
  }

  /// Features that [#firstNamed] and [#hasAtLeast] looked at so far.
  long lookedAt() {
    return crowded.lookedAt();
  }

  /// Adds a feature, or replaces the one with its id. A feature that stays at its place keeps its
  /// rank among those there; one that moves becomes the youngest at its new place.
  ///
  /// For the writer only.
  ///
  /// @return its rank: unique, and greater than every rank given before if it is new at its place
  public long put(Feature feature) {
    return put(
        FeatureLoad.Fields.of(feature), feature.point(), feature.revision(), view(feature.id()));
  }

  /// The same for a caller that has just looked at what is there, and without making an object of
  /// the feature.
  ///
  /// @param revision of the feature
  /// @param old what [#view] gives for the feature's id since the last change
  public long put(
      FeatureLoad.Fields fields, Point point, long revision, Optional<FeatureView> old) {
    long rank =
        old.filter(view -> view.point().samePlace(point))
            .map(FeatureView::rank)
            .orElse(lastRank + 1);
    put(fields, Entry.of(fields, point, rank, revision), old.orElse(null));
    return rank;
  }

  /// Puts a feature with the rank that an earlier [#put] gave it: so an index that is filled in any
  /// order is as it was. For the writer only.
  ///
  /// @param rank not that of another feature
  public void put(Feature feature, long rank) {
    put(
        FeatureLoad.Fields.of(feature),
        Entry.of(feature, rank),
        find(feature.id().getBytes(UTF_8)));
  }

  private void put(FeatureLoad.Fields fields, Entry entry, @Nullable FeatureView old) {
    lastRank = Math.max(lastRank, Entry.rank(entry.order()));
    if (old == null) {
      add(fields, entry);
    } else {
      change(fields, entry, old);
    }
    if (crowded.knows(entry.key())) {
      crowded.put(entry.position(), fields.name());
    }
  }

  private void add(FeatureLoad.Fields fields, Entry entry) {
    places.insert(entry);
    ids = IdTrie.put(ids, IdTrie.hash(fields.id()), entry.position(), edition);
    counts = counts.plus(fields.isNamed());
  }

  private void change(FeatureLoad.Fields fields, Entry entry, FeatureView old) {
    ListPosition from = old.position();
    boolean wasNamed = old.isNamed();
    boolean fits = entry.record().length <= Math.max(old.recordBytes(), REPLACED_BYTES_MAX);
    forgetCrowded(old);
    if (fits && from.equals(entry.position())) {
      places.replace(entry);
    } else {
      places.remove(from);
      places.insert(entry);
      ids = IdTrie.move(ids, IdTrie.hash(fields.id()), from, entry.position(), edition);
    }
    counts = counts.minus(wasNamed).plus(fields.isNamed());
  }

  private void forgetCrowded(FeatureView old) {
    if (crowded.knows(old.key())) {
      crowded.remove(old.position(), old.feature().name());
    }
  }

  /// Removes the feature with an id. For the writer only.
  ///
  /// @return true if there was one
  public boolean remove(String id) {
    FeatureView old = find(id.getBytes(UTF_8));
    if (old == null) {
      return false;
    }
    ListPosition from = old.position();
    forgetCrowded(old);
    counts = counts.minus(old.isNamed());
    places.remove(from);
    ids = IdTrie.remove(ids, IdTrie.hash(id.getBytes(UTF_8)), from, edition);
    return true;
  }

  /// Makes every change so far visible to readers, at once. For the writer only.
  ///
  /// @param revision what [FeatureSnapshot#revision] is to say
  public void publish(long revision) {
    snapshot = new FeatureSnapshot(revision, places.root(), ids, counts);
    restart(snapshot);
  }

  /// Forgets every change since the last [#publish]. For the writer only.
  public void rollback() {
    restart(snapshot);
    crowded.clear();
  }

  private void restart(FeatureSnapshot from) {
    edition++;
    ids = from.ids();
    counts = from.counts();
    places.restart(from.places(), edition);
  }

  /// Checks everything that must hold inside the index. Cost: O(n). For the writer only.
  ///
  /// @throws IllegalStateException if something does not hold
  public void checkInvariants() {
    working().checkInvariants();
    crowded.check(places.root());
  }
}
