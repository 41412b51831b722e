package guidepost.guide.index;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Up to 128 entries in order of key and order, with their canonical coordinates beside them, so
/// that a box is compared without visiting the features.
final class Leaf extends Node {

  static final int MAX = 128;
  private static final int MIN = MAX / 4;

  final int[] latitudes;
  final int[] longitudes;
  final Entry[] entries;
  private final long[] keys;

  Leaf(long edition) {
    super(edition);
    latitudes = new int[MAX];
    longitudes = new int[MAX];
    keys = new long[MAX];
    entries = new Entry[MAX];
  }

  /// A copy for another edition.
  private Leaf(long edition, Leaf leaf) {
    super(edition);
    latitudes = leaf.latitudes.clone();
    longitudes = leaf.longitudes.clone();
    keys = leaf.keys.clone();
    entries = leaf.entries.clone();
    size = leaf.size;
    extend(leaf);
  }

  @Override
  Leaf editable(long wanted) {
    return edition == wanted ? this : new Leaf(wanted, this);
  }

  /// Position of the first entry that is not before (`key`, `order`).
  int lowerBound(long key, long order) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keys[middle] < key || (keys[middle] == key && entries[middle].order() < order)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  @Nullable Leaf insert(Entry entry) {
    if (size < MAX) {
      insertAt(lowerBound(entry.key(), entry.order()), entry);
      return null;
    }
    Leaf right = new Leaf(edition);
    right.append(this, MAX / 2, MAX);
    truncate(MAX / 2);
    Leaf target = right.entries[0].isBefore(entry.key(), entry.order()) ? right : this;
    target.insertAt(target.lowerBound(entry.key(), entry.order()), entry);
    return right;
  }

  private void insertAt(int at, Entry entry) {
    shift(at, at + 1);
    Point place = entry.feature().point().canonical();
    keys[at] = entry.key();
    entries[at] = entry;
    latitudes[at] = place.latitudeE7();
    longitudes[at] = place.longitudeE7();
    size++;
    extend(latitudes[at], longitudes[at], latitudes[at], longitudes[at]);
  }

  private void shift(int from, int to) {
    int length = size - from;
    System.arraycopy(keys, from, keys, to, length);
    System.arraycopy(entries, from, entries, to, length);
    System.arraycopy(latitudes, from, latitudes, to, length);
    System.arraycopy(longitudes, from, longitudes, to, length);
  }

  private void append(Leaf other, int from, int to) {
    int length = to - from;
    System.arraycopy(other.keys, from, keys, size, length);
    System.arraycopy(other.entries, from, entries, size, length);
    System.arraycopy(other.latitudes, from, latitudes, size, length);
    System.arraycopy(other.longitudes, from, longitudes, size, length);
    size += length;
    measure();
  }

  @SuppressWarnings("NullAway") // slots from `size` on are never read
  private void truncate(int newSize) {
    Arrays.fill(entries, newSize, size, null);
    size = newSize;
    measure();
  }

  private void measure() {
    forgetExtremes();
    for (int i = 0; i < size; i++) {
      extend(latitudes[i], longitudes[i], latitudes[i], longitudes[i]);
    }
  }

  @Override
  void remove(long key, long order) {
    int at = lowerBound(key, order);
    boolean onEdge = isOnEdge(latitudes[at], longitudes[at]);
    shift(at + 1, at);
    if (onEdge) {
      truncate(size - 1);
    } else {
      dropLast();
    }
  }

  @SuppressWarnings("NullAway") // slots from `size` on are never read
  private void dropLast() {
    entries[--size] = null;
  }

  private boolean isOnEdge(int latitude, int longitude) {
    return latitude == south || latitude == north || longitude == west || longitude == east;
  }

  @Override
  void replace(Entry entry) {
    entries[lowerBound(entry.key(), entry.order())] = entry;
  }

  @Override
  boolean isSparse() {
    return size < MIN;
  }

  @Override
  Node[] joinedWith(Node right) {
    Leaf other = (Leaf) right;
    int total = size + other.size;
    int half = total <= MAX ? total : total / 2;
    Leaf low = part(other, 0, half);
    return half == total ? new Node[] {low} : new Node[] {low, part(other, half, total)};
  }

  /// Entries `from` to `to` of this leaf followed by `other`.
  private Leaf part(Leaf other, int from, int to) {
    Leaf part = new Leaf(edition);
    if (from < size) {
      part.append(this, from, Math.min(to, size));
    }
    if (to > size) {
      part.append(other, Math.max(from - size, 0), to - size);
    }
    return part;
  }

  @Override
  Entry first() {
    return entries[0];
  }

  @Override
  int check(boolean isRoot) {
    require(isRoot || size > 0, "empty leaf");
    Leaf measured = new Leaf(edition);
    for (int i = 0; i < size; i++) {
      Entry entry = entries[i];
      Point place = entry.feature().point().canonical();
      require(keys[i] == Hilbert.key(place) && keys[i] == entry.key(), "key of " + entry.id());
      require(latitudes[i] == place.latitudeE7(), "latitude of " + entry.id());
      require(longitudes[i] == place.longitudeE7(), "longitude of " + entry.id());
      require(i == 0 || entries[i - 1].isBefore(entry.key(), entry.order()), "order");
      measured.insertAt(i, entry);
    }
    requireSameExtremes(measured);
    return size;
  }

  private void requireSameExtremes(Node measured) {
    require(south == measured.south && north == measured.north, "latitudes of a leaf");
    require(west == measured.west && east == measured.east, "longitudes of a leaf");
  }
}
