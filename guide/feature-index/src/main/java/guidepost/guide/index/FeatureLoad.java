package guidepost.guide.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
/// Cost: some 1 us a feature. Memory: until it is finished some 30 bytes a feature beside its
/// record, and then once more what the index takes.
///
/// Threads: one.
public final class FeatureLoad {

  private static final int CHUNK_BYTES = 1 << 22;
  private static final int CAPACITY = 1 << 12;

  private final List<byte[]> chunks = new ArrayList<>(List.of(new byte[CHUNK_BYTES]));
  private int chunkLength;
  private int size;
  private long[] keys = new long[CAPACITY];
  private long[] orders = new long[CAPACITY];
  private int[] places = new int[2 * CAPACITY];

  /// Chunk and position of each record.
  private long[] records = new long[CAPACITY];

  private int[] lengths = new int[CAPACITY];
  private IdTrie.Branch ids = IdTrie.EMPTY;
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
    Entry entry = Entry.of(feature, rank);
    if (size == keys.length) {
      grow();
    }
    keys[size] = entry.key();
    orders[size] = entry.order();
    places[2 * size] = entry.latitudeE7();
    places[2 * size + 1] = entry.longitudeE7();
    keepRecord(entry.record());
    size++;
    lastRank = Math.max(lastRank, rank);
    ids = IdTrie.put(ids, IdTrie.hash(feature.id().getBytes(UTF_8)), entry.position(), 0);
    counts = counts.plus(feature.isNamed());
  }

  private void grow() {
    int capacity = size + (size >> 1);
    keys = Arrays.copyOf(keys, capacity);
    orders = Arrays.copyOf(orders, capacity);
    places = Arrays.copyOf(places, 2 * capacity);
    records = Arrays.copyOf(records, capacity);
    lengths = Arrays.copyOf(lengths, capacity);
  }

  private void keepRecord(byte[] record) {
    if (chunkLength + record.length > CHUNK_BYTES) {
      chunks.add(new byte[Math.max(CHUNK_BYTES, record.length)]);
      chunkLength = 0;
    }
    System.arraycopy(record, 0, chunks.getLast(), chunkLength, record.length);
    records[size] = (long) (chunks.size() - 1) << Integer.SIZE | chunkLength;
    lengths[size] = record.length;
    chunkLength += record.length;
  }

  /// The index, published. The load must not be used any more.
  public FeatureIndex finish(long revision) {
    FeatureIndex index =
        new FeatureIndex(new FeatureSnapshot(revision, tree(), ids, counts), lastRank);
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
