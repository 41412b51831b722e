package guidepost.guide.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
/// Cost: some 1 us a feature. Memory: until it is finished some 40 bytes a feature beside its
/// record, and then once more what the index takes.
///
/// Threads: one; [#finish] uses another one beside it.
public final class FeatureLoad {

  /// What a feature is beside its point, in bytes.
  ///
  /// @param id in UTF-8
  /// @param bytes hold its fields from `start` to `end`: name, category and attributes like
  ///   `guidepost.guide.v1.Feature` of the wire contract, in this order, the attributes in the
  ///   order of their names, empty texts left out
  /// @param isNamed true if there is a name among them
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Fields(byte[] id, byte[] bytes, int start, int end, boolean isNamed) {}

  /// Chunks are as large as all before them together, within these bounds: a few large ones, since
  /// each of them may make the collector look through the heap.
  private static final int CHUNK_BYTES_MIN = 1 << 16;

  private static final int CHUNK_BYTES_MAX = 1 << 26;
  private static final int CAPACITY = 1 << 12;

  private final List<byte[]> chunks = new ArrayList<>(List.of(new byte[CHUNK_BYTES_MIN]));
  private int chunkLength;
  private int size;
  private long[] keys = new long[CAPACITY];
  private long[] orders = new long[CAPACITY];
  private int[] places = new int[2 * CAPACITY];

  /// Chunk and position of each record.
  private long[] records = new long[CAPACITY];

  private int[] lengths = new int[CAPACITY];

  /// Of the ids.
  private int[] hashes = new int[CAPACITY];

  private final RecordWriter writer = new RecordWriter();
  private FeatureSnapshot.Counts counts = FeatureSnapshot.EMPTY.counts();
  private long lastRank;

  /// An empty load.
  public FeatureLoad() {}

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
    places[2 * size] = place.latitudeE7();
    places[2 * size + 1] = place.longitudeE7();
    hashes[size] = hash;
    keepRecord();
    size++;
    lastRank = Math.max(lastRank, rank);
    counts = counts.plus(isNamed);
  }

  private void grow() {
    int capacity = 2 * size;
    keys = Arrays.copyOf(keys, capacity);
    orders = Arrays.copyOf(orders, capacity);
    places = Arrays.copyOf(places, 2 * capacity);
    records = Arrays.copyOf(records, capacity);
    lengths = Arrays.copyOf(lengths, capacity);
    hashes = Arrays.copyOf(hashes, capacity);
  }

  private int nextChunkBytes() {
    long all = 0;
    for (byte[] chunk : chunks) {
      all += chunk.length;
    }
    return (int) Math.min(all, CHUNK_BYTES_MAX);
  }

  private void keepRecord() {
    int length = writer.length();
    if (chunkLength + length > chunks.getLast().length) {
      chunks.add(new byte[Math.max(nextChunkBytes(), length)]);
      chunkLength = 0;
    }
    writer.copyTo(chunks.getLast(), chunkLength);
    records[size] = (long) (chunks.size() - 1) << Integer.SIZE | chunkLength;
    lengths[size] = length;
    chunkLength += length;
  }

  /// The index, published. The load must not be used any more.
  public FeatureIndex finish(long revision) {
    CompletableFuture<IdTrie.Branch> ids =
        CompletableFuture.supplyAsync(() -> IdTrie.of(hashes, keys, orders, size));
    Node tree = tree();
    FeatureIndex index =
        new FeatureIndex(new FeatureSnapshot(revision, tree, ids.join(), counts), lastRank);
    chunks.clear();
    return index;
  }

  private Node tree() {
    List<Node> level = leaves(sorted());
    while (level.size() > 1) {
      level = Inner.above(level);
    }
    return level.isEmpty() ? new Leaf(0) : level.getFirst();
  }

  private int[] sorted() {
    int[] numbers = KeyOrder.of(keys, size);
    int start = 0;
    for (int i = 1; i <= size; i++) {
      if (i == size || keys[numbers[i]] != keys[numbers[start]]) {
        sortPlace(numbers, start, i);
        start = i;
      }
    }
    return numbers;
  }

  private void sortPlace(int[] numbers, int start, int end) {
    if (end - start > 1) {
      int[] sorted =
          Arrays.stream(numbers, start, end)
              .boxed()
              .sorted((a, b) -> Long.compare(orders[a], orders[b]))
              .mapToInt(Integer::intValue)
              .toArray();
      System.arraycopy(sorted, 0, numbers, start, sorted.length);
    }
  }

  private List<Node> leaves(int[] numbers) {
    List<Node> leaves = new ArrayList<>();
    Leaf.Filler filler = new Leaf.Filler();
    for (int number : numbers) {
      if (filler.isFullFor(lengths[number])) {
        leaves.add(filler.finish());
      }
      byte[] chunk = chunks.get((int) (records[number] >>> Integer.SIZE));
      filler.add(
          keys[number],
          places[2 * number],
          places[2 * number + 1],
          chunk,
          (int) records[number],
          lengths[number]);
    }
    if (!filler.isEmpty()) {
      leaves.add(filler.finish());
    }
    return leaves;
  }
}
