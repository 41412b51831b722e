package guidepost.guide.index;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The writer's names of the features at places where many are: finds one by name without looking
/// at all of them.
///
/// ```
///   place (Hilbert key) ─▶ name ─▶ orders, the first first
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
    private final Map<String, TreeSet<Long>> names = new HashMap<>();
    private int size;

    void add(String name, long order) {
      size += names.computeIfAbsent(name, _ -> new TreeSet<>()).add(order) ? 1 : 0;
    }

    void remove(String name, long order) {
      TreeSet<Long> orders = names.get(name);
      if (orders != null && orders.remove(order)) {
        size--;
        if (orders.isEmpty()) {
          names.remove(name);
        }
      }
    }

    @Nullable Long first(String name) {
      TreeSet<Long> orders = names.get(name);
      return orders == null ? null : orders.first();
    }
  }

  private final Map<Long, Place> places = new HashMap<>();
  private long lookedAt;

  /// Features that searches looked at so far: what they cost, apart from the walk to the place.
  long lookedAt() {
    return lookedAt;
  }

  /// True if what comes to or leaves a place must be told here.
  boolean knows(long key) {
    return places.containsKey(key);
  }

  void put(ListPosition position, String name) {
    Place place = places.get(position.key());
    if (place != null) {
      place.add(name, position.order());
    }
  }

  void remove(ListPosition position, String name) {
    Place place = places.get(position.key());
    if (place != null) {
      place.remove(name, position.order());
      forgetIfFew(position.key(), place);
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
      return first(root, key, place, name);
    }
    Look look = new Look(name);
    PlaceSearch.walkViews(root, key, look);
    return look.found != null || look.seen < LOOKED_AT_MAX
        ? Optional.ofNullable(look.found)
        : first(root, key, crowd(root, key), name);
  }

  private static Optional<Feature> first(Node root, long key, Place place, String name) {
    return Optional.ofNullable(place.first(name))
        .map(order -> PlaceTree.at(root, new ListPosition(key, order)).feature());
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
    PlaceSearch.walkViews(root, key, _ -> ++seen[0] < most);
    lookedAt += seen[0];
    return seen[0];
  }

  private Place crowd(Node root, long key) {
    Place place = new Place();
    PlaceSearch.walkViews(
        root,
        key,
        view -> {
          lookedAt++;
          place.add(view.feature().name(), view.position().order());
          return true;
        });
    places.put(key, place);
    return place;
  }

  /// A walk over the first few features of a place.
  private final class Look implements Predicate<FeatureView> {
    private final String name;
    private int seen;
    private @Nullable Feature found;

    Look(String name) {
      this.name = name;
    }

    @Override
    public boolean test(FeatureView view) {
      lookedAt++;
      seen++;
      Feature feature = view.feature();
      found = feature.name().equals(name) ? feature : null;
      return found == null && seen < LOOKED_AT_MAX;
    }
  }

  /// Checks that every place here is as it is in the tree. Cost: O(features here).
  ///
  /// @throws IllegalStateException if one is not
  void check(Node root) {
    for (Map.Entry<Long, Place> each : places.entrySet()) {
      int[] seen = new int[1];
      PlaceSearch.walkViews(
          root,
          each.getKey(),
          view -> {
            seen[0]++;
            TreeSet<Long> orders = each.getValue().names.get(view.feature().name());
            Node.require(
                orders != null && orders.contains(view.position().order()),
                "crowded place: " + view.id());
            return true;
          });
      Node.require(seen[0] == each.getValue().size, "features of a crowded place");
    }
  }
}
