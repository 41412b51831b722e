package guidepost.guide.index;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The writer's names of the features at places where many are: finds one by name without looking
/// at all of them.
///
/// ```
///   place (Hilbert key) ─▶ name ─▶ rank ─▶ feature
/// ```
///
/// A place gets in when a search passes over its first [#LOOKED_AT_MAX] features, and is kept up to
/// date from then on; a rollback forgets all. So a search costs one pass over a place at most once
/// between two rollbacks, and O(log n) otherwise. Memory: some 100 bytes for each feature at such a
/// place, beside the index.
///
/// Threads: the writer's.
final class CrowdedPlaces {

  /// Fewer are looked at one after the other.
  static final int LOOKED_AT_MAX = 64;

  private static final class Place {
    private final Map<String, TreeMap<Long, Feature>> names = new HashMap<>();
    private int size;

    void add(Entry entry) {
      Feature old =
          names
              .computeIfAbsent(entry.feature().name(), _ -> new TreeMap<>())
              .put(entry.rank(), entry.feature());
      size += old == null ? 1 : 0;
    }

    void remove(Entry entry) {
      TreeMap<Long, Feature> ranks = names.get(entry.feature().name());
      if (ranks != null && ranks.remove(entry.rank()) != null) {
        size--;
        if (ranks.isEmpty()) {
          names.remove(entry.feature().name());
        }
      }
    }

    Optional<Feature> first(String name) {
      return Optional.ofNullable(names.get(name)).map(ranks -> ranks.firstEntry().getValue());
    }
  }

  private final Map<Long, Place> places = new HashMap<>();
  private long lookedAt;

  /// Features that searches looked at so far: what they cost, apart from the walk to the place.
  long lookedAt() {
    return lookedAt;
  }

  void put(Entry entry, @Nullable Entry old) {
    if (old != null) {
      remove(old);
    }
    Place place = places.get(entry.key());
    if (place != null) {
      place.add(entry);
    }
  }

  void remove(Entry entry) {
    Place place = places.get(entry.key());
    if (place != null) {
      place.remove(entry);
      forgetIfFew(entry.key(), place);
    }
  }

  private void forgetIfFew(long key, Place place) {
    if (place.size < LOOKED_AT_MAX / 2) {
      places.remove(key);
    }
  }

  void clear() {
    places.clear();
  }

  /// The first feature with a name at a place, in the order of rank.
  Optional<Feature> firstNamed(Node root, long key, String name) {
    Place place = places.get(key);
    if (place != null) {
      lookedAt++;
      return place.first(name);
    }
    Look look = new Look(name);
    PlaceSearch.walkEntries(root, key, look::at);
    return look.found != null || look.seen < LOOKED_AT_MAX
        ? Optional.ofNullable(look.found)
        : crowd(root, key).first(name);
  }

  /// True if at least so many features are at a place.
  boolean hasAtLeast(int count, Node root, long key) {
    Place place = places.get(key);
    int seen = place == null ? count(Math.min(count, LOOKED_AT_MAX), root, key) : place.size;
    boolean mayBeMore = place == null && seen == LOOKED_AT_MAX;
    return seen >= count || (mayBeMore && crowd(root, key).size >= count);
  }

  private int count(int most, Node root, long key) {
    int[] seen = new int[1];
    PlaceSearch.walkEntries(root, key, _ -> ++seen[0] < most);
    lookedAt += seen[0];
    return seen[0];
  }

  private Place crowd(Node root, long key) {
    Place place = new Place();
    PlaceSearch.walkEntries(
        root,
        key,
        entry -> {
          lookedAt++;
          place.add(entry);
          return true;
        });
    places.put(key, place);
    return place;
  }

  /// A walk over the first few features of a place.
  private final class Look {
    private final String name;
    private int seen;
    private @Nullable Feature found;

    Look(String name) {
      this.name = name;
    }

    boolean at(Entry entry) {
      lookedAt++;
      seen++;
      found = entry.feature().name().equals(name) ? entry.feature() : null;
      return found == null && seen < LOOKED_AT_MAX;
    }
  }

  /// Checks that every place here is as it is in the tree. Cost: O(features here).
  ///
  /// @throws IllegalStateException if one is not
  void check(Node root) {
    for (Map.Entry<Long, Place> each : places.entrySet()) {
      int[] seen = new int[1];
      PlaceSearch.walkEntries(
          root,
          each.getKey(),
          entry -> {
            seen[0]++;
            TreeMap<Long, Feature> ranks = each.getValue().names.get(entry.feature().name());
            Node.require(
                ranks != null && entry.feature().equals(ranks.get(entry.rank())),
                "crowded place: " + entry.id());
            return true;
          });
      Node.require(seen[0] == each.getValue().size, "features of a crowded place");
    }
  }
}
