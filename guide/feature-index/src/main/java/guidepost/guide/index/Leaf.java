package guidepost.guide.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Up to 32 features in order of key and order: their places, so that a box is compared without
/// visiting the features, their keys, and their records one behind the other.
///
/// ```
///   places      φ0 φ1 φ2 …  λ0 λ1 λ2 …  27 61 90 …    and what a box compares first: [LeafPlaces]
///   keys        k0 k1 k2 …
///   records     [record 0   ][record 1      ][record 2    ]…
/// ```
///
/// The arrays are little longer than what they hold, so a leaf that is not full costs no more. A
/// leaf is also full when its records are: changing it copies them.
final class Leaf extends Node {

  static final int MAX = 32;
  private static final int MIN = MAX / 4;

  /// Bytes of records: those of some hundred features of usual length.
  private static final int BYTES_MAX = 16 * 1024;

  /// What a load puts into one; some room is left for others to come.
  private static final int FILLED_MIN = 22;

  private static final int FILLED_MAX = 31;

  /// What arrays grow by.
  private static final int COLUMN_STEP = 8;

  private static final int RECORDS_STEP = 256;

  private int[] places;
  private long[] keys;
  private byte[] records;

  Leaf(long edition) {
    this(edition, 0, 0);
  }

  private Leaf(long edition, int capacity, int bytes) {
    super(edition);
    places = LeafPlaces.of(capacity);
    keys = new long[capacity];
    records = new byte[bytes];
  }

  @Override
  Leaf editable(long wanted) {
    if (edition == wanted) {
      return this;
    }
    Leaf copy = new Leaf(wanted, Math.min(size + 2, MAX + 1), bytes() + 64);
    copy.add(this, 0, size);
    copy.takeExtremes(this);
    LeafPlaces.copyDescription(places, copy.places);
    return copy;
  }

  /// What a box compares: see [LeafPlaces].
  int[] places() {
    return places;
  }

  private int start(int at) {
    return at == 0 ? 0 : end(at - 1);
  }

  private int bytes() {
    return start(size);
  }

  int latitude(int at) {
    return LeafPlaces.latitude(places, at);
  }

  int longitude(int at) {
    return LeafPlaces.longitude(places, at);
  }

  long key(int at) {
    return keys[at];
  }

  long order(int at) {
    int start = start(at);
    return Entry.order(
        FeatureRecord.rank(records, start, end(at)), FeatureRecord.isNamed(records, start));
  }

  boolean isNamed(int at) {
    return FeatureRecord.isNamed(records, start(at));
  }

  int longitudeAsGiven(int at) {
    return FeatureRecord.longitude(records, start(at), longitude(at));
  }

  /// Where the fields of a feature begin in the records; they go on to its [#end].
  int fieldsStart(int at) {
    return FeatureRecord.headEnd(records, start(at));
  }

  Point point(int at) {
    return new Point(latitude(at), longitudeAsGiven(at));
  }

  Feature feature(int at) {
    return FeatureRecord.feature(records, start(at), end(at), point(at));
  }

  /// The reader at the id of a feature.
  RecordReader fields(int at) {
    return FeatureRecord.behindHead(records, start(at), end(at));
  }

  /// Where the reader that [#fields] makes reads.
  byte[] records() {
    return records;
  }

  int end(int at) {
    return LeafPlaces.end(places, at);
  }

  int recordBytes(int at) {
    return end(at) - start(at);
  }

  Entry entry(int at) {
    return new Entry(
        keys[at],
        order(at),
        latitude(at),
        longitude(at),
        Arrays.copyOfRange(records, start(at), end(at)));
  }

  /// Position of the first feature that is not before (`key`, `order`).
  int lowerBound(long key, long order) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keys[middle] < key || (keys[middle] == key && order(middle) < order)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  @Nullable Leaf insert(Entry entry) {
    if (hasRoomFor(entry)) {
      insertAt(lowerBound(entry.key(), entry.order()), entry);
      return null;
    }
    Leaf right = part(this, size / 2, size);
    truncate(size / 2);
    boolean goesRight = !entry.isBefore(right.keys[0], right.order(0));
    Leaf target = goesRight ? right : this;
    target.insertAt(target.lowerBound(entry.key(), entry.order()), entry);
    return right;
  }

  private boolean hasRoomFor(Entry entry) {
    return size < 2 || (size < MAX && bytes() + entry.record().length <= BYTES_MAX);
  }

  private void insertAt(int at, Entry entry) {
    byte[] record = entry.record();
    int start = start(at);
    reserve(1, record.length);
    System.arraycopy(records, start, records, start + record.length, bytes() - start);
    System.arraycopy(record, 0, records, start, record.length);
    shift(at, at + 1);
    size++;
    keys[at] = entry.key();
    LeafPlaces.set(places, at, entry.latitudeE7(), entry.longitudeE7(), start);
    moveEnds(at, record.length);
    extend(latitude(at), longitude(at), latitude(at), longitude(at));
    LeafPlaces.describe(places, this);
  }

  private void reserve(int more, int moreBytes) {
    if (keys.length < size + more) {
      setCapacity(size + Math.max(more, COLUMN_STEP));
    }
    if (records.length < bytes() + moreBytes) {
      records = Arrays.copyOf(records, bytes() + Math.max(moreBytes, RECORDS_STEP));
    }
  }

  private void setCapacity(int capacity) {
    int[] wider = LeafPlaces.of(capacity);
    LeafPlaces.copy(places, 0, wider, 0, size);
    places = wider;
    keys = Arrays.copyOf(keys, capacity);
  }

  private void shift(int from, int to) {
    int length = size - from;
    System.arraycopy(keys, from, keys, to, length);
    LeafPlaces.copy(places, from, places, to, length);
  }

  private void moveEnds(int from, int by) {
    if (by == 0) {
      return; // as in every copy of a whole leaf
    }
    LeafPlaces.moveEnds(places, from, size, by);
  }

  private void append(Leaf other, int from, int to) {
    add(other, from, to);
    measure();
  }

  private void add(Leaf other, int from, int to) {
    int length = to - from;
    int start = other.start(from);
    int moreBytes = other.start(to) - start;
    reserve(length, moreBytes);
    int by = bytes() - start;
    System.arraycopy(other.records, start, records, bytes(), moreBytes);
    System.arraycopy(other.keys, from, keys, size, length);
    LeafPlaces.copy(other.places, from, places, size, length);
    size += length;
    moveEnds(size - length, by);
  }

  /// Also gives back what the arrays do not need any more.
  private void truncate(int newSize) {
    size = newSize;
    setCapacity(size);
    records = Arrays.copyOf(records, bytes());
    measure();
  }

  private void measure() {
    forgetExtremes();
    for (int i = 0; i < size; i++) {
      extend(latitude(i), longitude(i), latitude(i), longitude(i));
    }
    LeafPlaces.describe(places, this);
  }

  @Override
  void remove(long key, long order) {
    int at = lowerBound(key, order);
    boolean onEdge = isOnEdge(latitude(at), longitude(at));
    takeRecord(at, 0);
    shift(at + 1, at);
    size--;
    if (onEdge) {
      measure();
    } else {
      LeafPlaces.describe(places, this);
    }
  }

  /// Makes the record of a feature as long as said; its bytes are then anything.
  private void takeRecord(int at, int length) {
    int start = start(at);
    int end = end(at);
    int by = length - (end - start);
    int after = bytes() - end;
    reserve(0, Math.max(by, 0));
    System.arraycopy(records, end, records, end + by, after);
    moveEnds(at, by);
  }

  private boolean isOnEdge(int latitude, int longitude) {
    return latitude == south || latitude == north || longitude == west || longitude == east;
  }

  @Override
  void replace(Entry entry) {
    int at = lowerBound(entry.key(), entry.order());
    takeRecord(at, entry.record().length);
    System.arraycopy(entry.record(), 0, records, start(at), entry.record().length);
  }

  @Override
  boolean isSparse() {
    return size < MIN && bytes() < BYTES_MAX / 4;
  }

  @Override
  Node[] joinedWith(Node right) {
    Leaf other = (Leaf) right;
    int total = size + other.size;
    boolean fits = total <= MAX && bytes() + other.bytes() <= BYTES_MAX;
    boolean joins = fits || size == 0 || other.size == 0;
    int half = joins ? total : total / 2;
    Leaf low = part(other, 0, half);
    return joins ? new Node[] {low} : new Node[] {low, part(other, half, total)};
  }

  /// Features `from` to `to` of this leaf followed by `other`.
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
  ListPosition first() {
    return new ListPosition(keys[0], order(0));
  }

  @Override
  ListPosition last() {
    return new ListPosition(keys[size - 1], order(size - 1));
  }

  @Override
  int check(boolean isRoot) {
    require(isRoot || size > 0, "empty leaf");
    Leaf measured = new Leaf(edition);
    for (int i = 0; i < size; i++) {
      Entry entry = entry(i);
      Feature feature = feature(i);
      Point place = feature.point().canonical();
      require(keys[i] == Hilbert.key(place), "key of " + feature.id());
      require(latitude(i) == place.latitudeE7(), "latitude of " + feature.id());
      require(longitude(i) == place.longitudeE7(), "longitude of " + feature.id());
      Entry again = Entry.of(feature, Entry.rank(entry.order()));
      require(Arrays.equals(again.record(), entry.record()), "record of " + feature.id());
      require(i == 0 || entry(i - 1).isBefore(entry.key(), entry.order()), "order");
      measured.extend(latitude(i), longitude(i), latitude(i), longitude(i));
    }
    requireSameExtremes(measured);
    return size;
  }

  private void requireSameExtremes(Node measured) {
    require(south == measured.south && north == measured.north, "latitudes of a leaf");
    require(west == measured.west && east == measured.east, "longitudes of a leaf");
    int[] described = places.clone();
    LeafPlaces.describe(described, this);
    require(size == 0 || Arrays.equals(described, places), "steps of a leaf");
  }

  /// Makes leaves of features that come in order: they wait until it is settled where to cut.
  static final class Filler {

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Waiting(
        long key, int latitude, int longitude, byte[] source, int start, int length) {}

    private final Leaf leaf = new Leaf(0, MAX, BYTES_MAX);
    private final Cuts cuts = new Cuts(FILLED_MIN, FILLED_MAX, BYTES_MAX);
    private final List<Waiting> waiting = new ArrayList<>();
    private final Consumer<? super Leaf> target;

    /// @param target takes each leaf
    Filler(Consumer<? super Leaf> target) {
      this.target = target;
    }

    void add(long key, int latitude, int longitude, byte[] source, int start, int length) {
      waiting.add(new Waiting(key, latitude, longitude, source, start, length));
      cuts.add(latitude, longitude, latitude, longitude, length);
      if (cuts.hasPieces()) {
        fill();
      }
    }

    void end() {
      cuts.end();
      fill();
    }

    private void fill() {
      int from = 0;
      for (int length : cuts.lengths()) {
        waiting.subList(from, from + length).forEach(this::append);
        target.accept(finish());
        from += length;
      }
      waiting.subList(0, from).clear();
    }

    private void append(Waiting feature) {
      int at = leaf.size;
      int begin = leaf.bytes();
      leaf.reserve(1, feature.length());
      System.arraycopy(feature.source(), feature.start(), leaf.records, begin, feature.length());
      leaf.keys[at] = feature.key();
      int end = begin + feature.length();
      LeafPlaces.set(leaf.places, at, feature.latitude(), feature.longitude(), end);
      leaf.size++;
    }

    private Leaf finish() {
      Leaf full = new Leaf(0, leaf.size, leaf.bytes());
      full.append(leaf, 0, leaf.size);
      leaf.size = 0;
      return full;
    }
  }
}
