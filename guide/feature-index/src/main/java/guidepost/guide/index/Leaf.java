package guidepost.guide.index;

import guidepost.guide.geo.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Up to 32 features in order of key and order: their places, so that a box is compared without
/// visiting the features, their keys, and their records in the order in which they came.
///
/// ```
///   places      φ0 φ1 φ2 …  λ0 λ1 λ2 …  4 95 122 …    and what a box compares first: [LeafPlaces]
///   keys        k0 k1 k2 …
///   records     [record 0   ][record 2    ][record 1      ]…    shared with copies: [LeafRecords]
/// ```
///
/// The arrays are little longer than what they hold, so a leaf that is not full costs no more. A
/// leaf is also full when its records are: some changes copy them.
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

  /// What the columns of a copy grow by: most leaves get one feature and lose it again.
  private static final int COPY_STEP = 2;

  /// The part of an edition that tells whether the same index made it: see [FeatureIndex#from].
  private static final int LINEAGE_SHIFT = 32;

  private int[] places;
  private long[] keys;
  private byte[] records;

  /// True if no other index writes behind these records.
  private boolean ownsRecords = true;

  /// Bytes of the records that belong to a feature of this leaf.
  private int bytes;

  Leaf(long edition) {
    this(edition, 0, 0);
  }

  private Leaf(long edition, int capacity, int bytes) {
    super(edition);
    places = LeafPlaces.of(capacity);
    keys = new long[capacity];
    records = LeafRecords.of(bytes);
  }

  /// A copy that shares the records.
  private Leaf(long edition, Leaf of) {
    super(edition);
    size = of.size;
    takeExtremes(of);
    int capacity = of.keys.length > size ? of.keys.length : Math.min(size + COPY_STEP, MAX);
    places = LeafPlaces.copyOf(of.places, size, capacity);
    keys = Arrays.copyOf(of.keys, capacity);
    records = of.records;
    ownsRecords = of.ownsRecords && edition >> LINEAGE_SHIFT == of.edition >> LINEAGE_SHIFT;
    bytes = of.bytes;
  }

  @Override
  Leaf editable(long wanted) {
    return edition == wanted ? this : new Leaf(wanted, this);
  }

  /// What a box compares: see [LeafPlaces].
  int[] places() {
    return places;
  }

  /// Where the record of a feature begins.
  int start(int at) {
    return LeafRecords.start(records, LeafPlaces.record(places, at));
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

  Point point(int at) {
    return new Point(latitude(at), longitudeAsGiven(at));
  }

  Feature feature(int at) {
    return FeatureRecord.feature(records, start(at), end(at), point(at));
  }

  FeatureLoad.Fields recordFields(int at) {
    return FeatureRecord.fields(records, start(at), end(at));
  }

  /// The reader at the id of a feature.
  RecordReader fields(int at) {
    return FeatureRecord.behindHead(records, start(at), end(at));
  }

  /// Where the reader that [#fields] makes reads.
  byte[] records() {
    return records;
  }

  /// Where it ends.
  int end(int at) {
    return LeafRecords.end(records, LeafPlaces.record(places, at));
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

  /// Something of each of its arrays, so that they come from memory.
  int fetch() {
    return size == 0
        ? 0
        : (int) keys[0] + (int) keys[size - 1] + LeafPlaces.record(places, size - 1) + records[0];
  }

  /// Something of its records.
  int fetchRecords() {
    return records.length;
  }

  /// Something of one record.
  int fetchRecord(int at) {
    return records[LeafPlaces.record(places, at)];
  }

  /// Something of the record of a feature, or of the one that comes in its place.
  ///
  /// @param key of the feature that is going to be read
  int fetch(long key) {
    if (size == 0) {
      return 0;
    }
    int at = Math.min(lowerBound(key, 0), size - 1);
    return records[start(at)];
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
    return size < 2 || (size < MAX && bytes + entry.record().length <= BYTES_MAX);
  }

  private void insertAt(int at, Entry entry) {
    reserve(1);
    int record = append(entry.record());
    shift(at, at + 1);
    size++;
    keys[at] = entry.key();
    LeafPlaces.set(places, at, entry.latitudeE7(), entry.longitudeE7(), record);
    extend(latitude(at), longitude(at), latitude(at), longitude(at));
    LeafPlaces.describe(places, this);
  }

  private void reserve(int more) {
    if (keys.length < size + more) {
      setCapacity(size + Math.max(more, COLUMN_STEP));
    }
  }

  /// Writes a record behind the others, in another array if there is no room in this one.
  ///
  /// @return where it is
  private int append(byte[] record) {
    int more = LeafRecords.bytes(record.length);
    if (!ownsRecords || !LeafRecords.hasRoom(records, more)) {
      moveRecords(LeafRecords.withSpare(bytes + more));
    }
    bytes += more;
    return LeafRecords.append(records, record, 0, record.length);
  }

  /// Moves the records that are still wanted.
  private void moveRecords(byte[] target) {
    for (int i = 0; i < size; i++) {
      int start = start(i);
      LeafPlaces.setRecord(places, i, LeafRecords.append(target, records, start, end(i) - start));
    }
    records = target;
    ownsRecords = true;
  }

  /// Also gives back what the arrays do not need any more.
  private void truncate(int newSize) {
    size = newSize;
    setCapacity(size);
    bytes = bytes(0, size);
    moveRecords(LeafRecords.of(bytes));
    measure();
  }

  private void setCapacity(int capacity) {
    places = LeafPlaces.copyOf(places, size, capacity);
    keys = Arrays.copyOf(keys, capacity);
  }

  private void shift(int from, int to) {
    int length = size - from;
    System.arraycopy(keys, from, keys, to, length);
    LeafPlaces.copy(places, from, places, to, length);
  }

  /// Copies features of another leaf behind those that are here; there must be room.
  private void add(Leaf other, int from, int to) {
    for (int i = from; i < to; i++) {
      int start = other.start(i);
      add(
          other.keys[i],
          other.latitude(i),
          other.longitude(i),
          other.records,
          start,
          other.end(i) - start);
    }
  }

  /// Adds a feature behind the others; there must be room. Does not [#measure].
  private void add(long key, int latitude, int longitude, byte[] source, int start, int length) {
    int record = LeafRecords.append(records, source, start, length);
    keys[size] = key;
    LeafPlaces.set(places, size, latitude, longitude, record);
    size++;
    bytes += LeafRecords.bytes(length);
  }

  /// Bytes of some features' records.
  private int bytes(int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += LeafRecords.bytes(recordBytes(i));
    }
    return sum;
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
    bytes -= LeafRecords.bytes(recordBytes(at));
    shift(at + 1, at);
    size--;
    if (onEdge) {
      measure();
    } else {
      LeafPlaces.describe(places, this);
    }
  }

  private boolean isOnEdge(int latitude, int longitude) {
    return latitude == south || latitude == north || longitude == west || longitude == east;
  }

  @Override
  void replace(Entry entry) {
    int at = lowerBound(entry.key(), entry.order());
    int record = append(entry.record());
    bytes -= LeafRecords.bytes(recordBytes(at));
    LeafPlaces.setRecord(places, at, record);
  }

  @Override
  boolean isSparse() {
    return size < MIN && bytes < BYTES_MAX / 4;
  }

  @Override
  Node[] joinedWith(Node right) {
    Leaf other = (Leaf) right;
    int total = size + other.size;
    boolean fits = total <= MAX && bytes + other.bytes <= BYTES_MAX;
    boolean joins = fits || size == 0 || other.size == 0;
    int half = joins ? total : total / 2;
    Leaf low = part(other, 0, half);
    return joins ? new Node[] {low} : new Node[] {low, part(other, half, total)};
  }

  /// Features `from` to `to` of this leaf followed by `other`.
  private Leaf part(Leaf other, int from, int to) {
    int here = Math.min(to, size);
    int there = to - size;
    int thereFrom = Math.max(from - size, 0);
    int needed = (from < here ? bytes(from, here) : 0) + other.bytes(thereFrom, there);
    Leaf part = new Leaf(edition, to - from, needed);
    part.add(this, from, here);
    part.add(other, thereFrom, there);
    part.measure();
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
    require(bytes == bytes(0, size), "bytes of a leaf's records");
  }

  /// Makes leaves of features that come in order: they wait until it is settled where to cut.
  static final class Filler {

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Waiting(
        long key, int latitude, int longitude, byte[] source, int start, int length) {}

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
        target.accept(leaf(waiting.subList(from, from + length)));
        from += length;
      }
      waiting.subList(0, from).clear();
    }

    private static Leaf leaf(List<Waiting> features) {
      int bytes = features.stream().mapToInt(each -> LeafRecords.bytes(each.length)).sum();
      Leaf leaf = new Leaf(0, features.size(), bytes);
      for (Waiting each : features) {
        leaf.add(each.key, each.latitude, each.longitude, each.source, each.start, each.length);
      }
      leaf.measure();
      return leaf;
    }
  }
}
