package guidepost.guide.index;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Up to 128 features in order of key and order: columns with their keys and canonical coordinates,
/// so that a box is compared without visiting the features, and their records one behind the other.
///
/// ```
///   keys        k0 k1 k2 …
///   places      φ0 λ0 φ1 λ1 φ2 λ2 …
///   ends        27 61 90 …
///   records     [record 0   ][record 1      ][record 2    ]…
/// ```
///
/// The arrays are little longer than what they hold, so a leaf that is not full costs no more. A
/// leaf is also full when its records are: changing it copies them.
final class Leaf extends Node {

  static final int MAX = 128;
  private static final int MIN = MAX / 4;

  /// Bytes of records: those of some hundred features of usual length.
  private static final int BYTES_MAX = 16 * 1024;

  /// What arrays grow by.
  private static final int COLUMN_STEP = 8;

  private static final int RECORDS_STEP = 256;

  /// Latitude and longitude of one feature after the other.
  int[] places;

  private long[] keys;
  private int[] ends;
  private byte[] records;

  Leaf(long edition) {
    this(edition, 0, 0);
  }

  private Leaf(long edition, int capacity, int bytes) {
    super(edition);
    places = new int[2 * capacity];
    keys = new long[capacity];
    ends = new int[capacity];
    records = new byte[bytes];
  }

  @Override
  Leaf editable(long wanted) {
    if (edition == wanted) {
      return this;
    }
    Leaf copy = new Leaf(wanted, Math.min(size + 2, MAX + 1), bytes() + 64);
    copy.append(this, 0, size);
    return copy;
  }

  private int start(int at) {
    return at == 0 ? 0 : ends[at - 1];
  }

  private int bytes() {
    return start(size);
  }

  int latitude(int at) {
    return places[2 * at];
  }

  int longitude(int at) {
    return places[2 * at + 1];
  }

  long key(int at) {
    return keys[at];
  }

  long order(int at) {
    int start = start(at);
    return Entry.order(
        FeatureRecord.rank(records, start, ends[at]), FeatureRecord.isNamed(records, start));
  }

  boolean isNamed(int at) {
    return FeatureRecord.isNamed(records, start(at));
  }

  Point point(int at) {
    return FeatureRecord.point(records, start(at), ends[at], latitude(at), longitude(at));
  }

  Feature feature(int at) {
    return FeatureRecord.feature(records, start(at), ends[at], point(at));
  }

  /// The reader at the id of a feature.
  RecordReader fields(int at) {
    return FeatureRecord.behindHead(records, start(at), ends[at]);
  }

  /// Where the reader that [#fields] makes reads.
  byte[] records() {
    return records;
  }

  int end(int at) {
    return ends[at];
  }

  int recordBytes(int at) {
    return ends[at] - start(at);
  }

  Entry entry(int at) {
    return new Entry(
        keys[at],
        order(at),
        latitude(at),
        longitude(at),
        Arrays.copyOfRange(records, start(at), ends[at]));
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
    places[2 * at] = entry.latitudeE7();
    places[2 * at + 1] = entry.longitudeE7();
    ends[at] = start;
    moveEnds(at, record.length);
    extend(latitude(at), longitude(at), latitude(at), longitude(at));
  }

  private void reserve(int more, int moreBytes) {
    if (keys.length < size + more) {
      int capacity = size + Math.max(more, COLUMN_STEP);
      keys = Arrays.copyOf(keys, capacity);
      places = Arrays.copyOf(places, 2 * capacity);
      ends = Arrays.copyOf(ends, capacity);
    }
    if (records.length < bytes() + moreBytes) {
      records = Arrays.copyOf(records, bytes() + Math.max(moreBytes, RECORDS_STEP));
    }
  }

  private void shift(int from, int to) {
    int length = size - from;
    System.arraycopy(keys, from, keys, to, length);
    System.arraycopy(places, 2 * from, places, 2 * to, 2 * length);
    System.arraycopy(ends, from, ends, to, length);
  }

  private void moveEnds(int from, int by) {
    for (int i = from; i < size; i++) {
      ends[i] += by;
    }
  }

  private void append(Leaf other, int from, int to) {
    int length = to - from;
    int start = other.start(from);
    int moreBytes = other.start(to) - start;
    reserve(length, moreBytes);
    int by = bytes() - start;
    System.arraycopy(other.records, start, records, bytes(), moreBytes);
    System.arraycopy(other.keys, from, keys, size, length);
    System.arraycopy(other.places, 2 * from, places, 2 * size, 2 * length);
    System.arraycopy(other.ends, from, ends, size, length);
    size += length;
    for (int i = size - length; i < size; i++) {
      ends[i] += by;
    }
    measure();
  }

  /// Also gives back what the arrays do not need any more.
  private void truncate(int newSize) {
    size = newSize;
    keys = Arrays.copyOf(keys, size);
    places = Arrays.copyOf(places, 2 * size);
    ends = Arrays.copyOf(ends, size);
    records = Arrays.copyOf(records, bytes());
    measure();
  }

  private void measure() {
    forgetExtremes();
    for (int i = 0; i < size; i++) {
      extend(latitude(i), longitude(i), latitude(i), longitude(i));
    }
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
    }
  }

  /// Makes the record of a feature as long as said; its bytes are then anything.
  private void takeRecord(int at, int length) {
    int start = start(at);
    int end = ends[at];
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
  }

  /// Makes leaves of features that come in order, each with some room left for others to come.
  static final class Filler {
    private static final int FILLED = MAX - MAX / 8;

    private final long[] keys = new long[FILLED];
    private final int[] places = new int[2 * FILLED];
    private final int[] ends = new int[FILLED];
    private byte[] records = new byte[BYTES_MAX];
    private int size;

    boolean isEmpty() {
      return size == 0;
    }

    private int bytes() {
      return size == 0 ? 0 : ends[size - 1];
    }

    /// True if a record of this length belongs into the next leaf.
    boolean isFullFor(int length) {
      return size == FILLED || (size > 0 && bytes() + length > BYTES_MAX);
    }

    void add(long key, int latitude, int longitude, byte[] source, int start, int length) {
      int at = bytes();
      if (records.length < at + length) {
        records = Arrays.copyOf(records, at + length);
      }
      System.arraycopy(source, start, records, at, length);
      keys[size] = key;
      places[2 * size] = latitude;
      places[2 * size + 1] = longitude;
      ends[size++] = at + length;
    }

    Leaf finish() {
      Leaf leaf = new Leaf(0);
      leaf.size = size;
      leaf.places = Arrays.copyOf(places, 2 * size);
      leaf.keys = Arrays.copyOf(keys, size);
      leaf.ends = Arrays.copyOf(ends, size);
      leaf.records = Arrays.copyOf(records, bytes());
      leaf.measure();
      size = 0;
      return leaf;
    }
  }
}
