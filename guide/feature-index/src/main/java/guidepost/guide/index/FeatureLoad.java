package guidepost.guide.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.guide.geo.Point;
import guidepost.guide.index.FeatureSnapshot.Counts;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Makes an index of many features at once, in any order: they are gathered as bytes, sorted along
/// the curve, and laid into full leaves one after the other, which then lie one after the other in
/// memory too.
///
/// ```java
/// FeatureLoad load = new FeatureLoad();
/// stored.forEach(each -> load.add(each.feature(), each.rank()));
/// FeatureIndex index = load.finish(revision);
/// ```
///
/// Several threads that gather have a load each, which are finished together.
///
/// Cost: some 1 us a feature. Memory: until it is finished some 40 bytes a feature beside its
/// record, and then once more what the index takes.
///
/// Threads: one; [#finish] uses those of the common pool beside it.
public final class FeatureLoad {

  /// What a feature is beside its point, in bytes.
  ///
  /// @param id in UTF-8
  /// @param bytes hold its fields from `start` to `end`: name, category and attributes like
  ///   `guidepost.guide.v1.Feature` of the wire contract, in this order, the attributes in the
  ///   order of their names, empty texts left out
  /// @param isNamed true if there is a name among them
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Fields(byte[] id, byte[] bytes, int start, int end, boolean isNamed) {

    /// Those of a feature.
    ///
    /// @param id empty if it is not known yet: see [#withId]
    public static Fields of(
        String id, String name, String category, Map<String, String> attributes) {
      byte[] bytes = FeatureRecord.fields(name, category, attributes);
      return new Fields(id.getBytes(UTF_8), bytes, 0, bytes.length, !name.isEmpty());
    }

    static Fields of(Feature feature) {
      return of(feature.id(), feature.name(), feature.category(), feature.attributes());
    }

    /// The same with another id.
    public Fields withId(String other) {
      return new Fields(other.getBytes(UTF_8), bytes, start, end, isNamed);
    }

    /// Number of bytes of name, category and attributes.
    public int length() {
      return end - start;
    }

    /// The name; empty if there is none.
    String name() {
      return isNamed ? FeatureRecord.name(bytes, start, end) : "";
    }

    /// True if name, category and attributes are the same.
    public boolean isLike(Fields other) {
      return Arrays.equals(bytes, start, end, other.bytes, other.start, other.end);
    }
  }

  /// A few large chunks, since each of them may make the collector look through the heap. A longer
  /// record has one of its own.
  private static final int CHUNK_BYTES = 1 << 26;

  /// So that a small load takes a page of memory, not 64 MiB.
  private static final int CHUNK_BYTES_MIN = 1 << 12;

  /// Records begin at multiples of eight bytes, so that 32 bits say where in 32 GiB one does.
  private static final int UNIT_BITS = 3;

  private static final int CHUNK_UNIT_BITS = 26 - UNIT_BITS;
  private static final int CHUNKS_MAX = 1 << (Integer.SIZE - CHUNK_UNIT_BITS);

  /// Features before the first growth.
  private static final int CAPACITY_MIN = 1 << 4;

  /// What stands before a record in its chunk: latitude, longitude, length.
  private static final int HEAD_BYTES = 3 * Integer.BYTES;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final List<byte[]> chunks = new ArrayList<>(List.of(new byte[CHUNK_BYTES_MIN]));
  private int chunkLength;
  private int size;
  private long[] keys;
  private long[] orders;

  /// Chunk and position of each record's head, in units.
  private int[] records;

  /// Of the ids.
  private int[] hashes;

  private final RecordWriter writer = new RecordWriter();
  private Counts counts = FeatureSnapshot.EMPTY.counts();
  private long lastRank;

  /// An empty load.
  public FeatureLoad() {
    this(0);
  }

  /// An empty load with room.
  ///
  /// @param expected about how many features will come
  public FeatureLoad(int expected) {
    int capacity = Math.max(expected, CAPACITY_MIN);
    keys = new long[capacity];
    orders = new long[capacity];
    records = new int[capacity];
    hashes = new int[capacity];
  }

  /// Number of features so far.
  public int size() {
    return size;
  }

  /// Adds a feature.
  ///
  /// @param feature with an id that no other has
  /// @param rank the one that an index gave it
  public void add(Feature feature, long rank) {
    writer.clear();
    byte[] record = FeatureRecord.of(feature, rank);
    writer.raw(record, 0, record.length);
    byte[] id = feature.id().getBytes(UTF_8);
    add(IdTrie.hash(id), feature.point(), feature.isNamed(), rank);
  }

  /// Adds a feature of which no object is made.
  ///
  /// @param fields with an id that no other has
  /// @param rank the one that an index gave it
  /// @param revision of the feature
  public void add(Fields fields, Point point, long rank, long revision) {
    writer.clear();
    FeatureRecord.write(fields, point, rank, revision, writer);
    add(IdTrie.hash(fields.id()), point, fields.isNamed(), rank);
  }

  private void add(int hash, Point point, boolean isNamed, long rank) {
    if (size == keys.length) {
      grow();
    }
    Point place = point.canonical();
    keys[size] = Hilbert.key(place);
    orders[size] = Entry.order(rank, isNamed);
    hashes[size] = hash;
    keepRecord(place);
    size++;
    lastRank = Math.max(lastRank, rank);
    counts = counts.plus(isNamed);
  }

  private void grow() {
    int capacity = size + Math.max(size / 2, CAPACITY_MIN);
    keys = Arrays.copyOf(keys, capacity);
    orders = Arrays.copyOf(orders, capacity);
    records = Arrays.copyOf(records, capacity);
    hashes = Arrays.copyOf(hashes, capacity);
  }

  private void keepRecord(Point place) {
    int length = HEAD_BYTES + writer.length();
    byte[] chunk = chunkFor(length);
    INTS.set(chunk, chunkLength, place.latitudeE7());
    INTS.set(chunk, chunkLength + Integer.BYTES, place.longitudeE7());
    INTS.set(chunk, chunkLength + 2 * Integer.BYTES, writer.length());
    writer.copyTo(chunk, chunkLength + HEAD_BYTES);
    records[size] = (chunks.size() - 1) << CHUNK_UNIT_BITS | chunkLength >>> UNIT_BITS;
    int units = (length + (1 << UNIT_BITS) - 1) >>> UNIT_BITS;
    chunkLength += units << UNIT_BITS;
  }

  /// The last chunk, with room for so many bytes.
  private byte[] chunkFor(int length) {
    byte[] chunk = chunks.getLast();
    if (length <= chunk.length - chunkLength) {
      return chunk;
    }
    if (chunkLength + length <= CHUNK_BYTES) {
      int grown = Math.min(Math.max(2 * chunk.length, chunkLength + length), CHUNK_BYTES);
      chunks.set(chunks.size() - 1, Arrays.copyOf(chunk, grown));
    } else {
      requireRoom();
      chunks.add(new byte[Math.max(CHUNK_BYTES, length)]);
      chunkLength = 0;
    }
    return chunks.getLast();
  }

  private void requireRoom() {
    if (chunks.size() == CHUNKS_MAX) {
      throw new IllegalStateException("a load takes up to 32 GiB of features");
    }
  }

  /// The index, published. The load must not be used any more.
  public FeatureIndex finish(long revision) {
    return finish(List.of(this), revision);
  }

  /// The index of several loads together, published. They must not be used any more.
  ///
  /// @param loads with ids and ranks that differ
  public static FeatureIndex finish(List<FeatureLoad> loads, long revision) {
    CompletableFuture<IdTrie.Branch> ids = CompletableFuture.supplyAsync(() -> ids(loads));
    Node tree = tree(new MergedLoads(loads.parallelStream().map(SortedLoad::of).toList()));
    Counts counts = loads.stream().map(load -> load.counts).reduce(new Counts(0, 0), Counts::plus);
    long lastRank = loads.stream().mapToLong(load -> load.lastRank).max().orElse(0);
    FeatureIndex index =
        new FeatureIndex(new FeatureSnapshot(revision, tree, ids.join(), counts), lastRank);
    loads.forEach(load -> load.chunks.clear());
    return index;
  }

  private static IdTrie.Branch ids(List<FeatureLoad> loads) {
    int count = loads.stream().mapToInt(FeatureLoad::size).sum();
    int[] hashes = new int[count];
    long[] keys = new long[count];
    long[] orders = new long[count];
    int at = 0;
    for (FeatureLoad load : loads) {
      System.arraycopy(load.hashes, 0, hashes, at, load.size);
      System.arraycopy(load.keys, 0, keys, at, load.size);
      System.arraycopy(load.orders, 0, orders, at, load.size);
      at += load.size;
    }
    return IdTrie.of(hashes, keys, orders, count);
  }

  private static Node tree(MergedLoads loads) {
    List<Node> level = loads.leaves();
    while (level.size() > 1) {
      level = Inner.above(level);
    }
    return level.isEmpty() ? new Leaf(0) : level.getFirst();
  }

  /// The keys in their order, each with its record; features at one place in their order there.
  KeyOrder.Sorted sorted() {
    KeyOrder.Sorted sorted = KeyOrder.of(keys, records, size);
    int start = 0;
    for (int i = 1; i <= size; i++) {
      if (i == size || sorted.keys()[i] != sorted.keys()[start]) {
        sortPlace(sorted.numbers(), start, i);
        start = i;
      }
    }
    return sorted;
  }

  private void sortPlace(int[] recordsByKey, int start, int end) {
    if (end - start > 1) {
      int[] sorted =
          Arrays.stream(recordsByKey, start, end)
              .boxed()
              .sorted(Comparator.comparingLong(this::order))
              .mapToInt(Integer::intValue)
              .toArray();
      System.arraycopy(sorted, 0, recordsByKey, start, sorted.length);
    }
  }

  private byte[] chunk(int record) {
    return chunks.get(record >>> CHUNK_UNIT_BITS);
  }

  /// Where in its chunk the head of a record is.
  private static int head(int record) {
    return (record & ((1 << CHUNK_UNIT_BITS) - 1)) << UNIT_BITS;
  }

  /// A number out of a record, so that it comes from memory.
  int fetch(int record) {
    return (int) INTS.get(chunk(record), head(record));
  }

  /// Where the feature of a record stands at its place.
  long order(int record) {
    byte[] chunk = chunk(record);
    int start = head(record) + HEAD_BYTES;
    return Entry.order(
        FeatureRecord.rank(chunk, start, chunk.length), FeatureRecord.isNamed(chunk, start));
  }

  /// Adds the feature of a record to the leaves.
  void addTo(Leaf.Filler filler, long key, int record) {
    byte[] chunk = chunk(record);
    int head = head(record);
    int length = (int) INTS.get(chunk, head + 2 * Integer.BYTES);
    filler.add(
        key,
        (int) INTS.get(chunk, head),
        (int) INTS.get(chunk, head + Integer.BYTES),
        chunk,
        head + HEAD_BYTES,
        length);
  }
}
