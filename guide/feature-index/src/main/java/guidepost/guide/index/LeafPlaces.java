package guidepost.guide.index;

/// The places of the features of a leaf: all that a box compares, in one array, so that it waits
/// for memory once.
///
/// ```
///   south west north east   extremes
///   size  capacity
///   shifts                  how wide the steps of the grid are, of latitudes and of longitudes
///   steps                   32 bytes of latitudes, 32 of longitudes: see [Lanes]
///   φ0 φ1 φ2 …              latitudes
///   λ0 λ1 λ2 …              longitudes
///   4 31 121 …              where the records are: see [LeafRecords]
/// ```
///
/// Threads: those of [Leaf].
final class LeafPlaces {

  private static final int SOUTH = 0;
  private static final int WEST = 1;
  private static final int NORTH = 2;
  private static final int EAST = 3;
  private static final int SIZE = 4;
  private static final int CAPACITY = 5;
  private static final int LATITUDE_SHIFT = 6;
  private static final int LONGITUDE_SHIFT = 7;
  private static final int STEPS = 8;

  /// Numbers in the steps of one coordinate.
  private static final int STEP_INTS = Leaf.MAX / Integer.BYTES;

  private static final int LONGITUDE_STEPS = STEPS + STEP_INTS;
  private static final int LATITUDES = LONGITUDE_STEPS + STEP_INTS;
  private static final int COLUMNS = 3;

  /// Numbers in a line of the processor's cache.
  private static final int LINE_INTS = 16;

  private LeafPlaces() {}

  static int[] of(int capacity) {
    int[] places = new int[LATITUDES + COLUMNS * capacity];
    places[CAPACITY] = capacity;
    return places;
  }

  static int capacity(int[] places) {
    return places[CAPACITY];
  }

  /// The number of features when they were last described.
  static int size(int[] places) {
    return places[SIZE];
  }

  static int latitude(int[] places, int at) {
    return places[LATITUDES + at];
  }

  static int longitude(int[] places, int at) {
    return places[LATITUDES + places[CAPACITY] + at];
  }

  static int record(int[] places, int at) {
    return places[LATITUDES + 2 * places[CAPACITY] + at];
  }

  static void set(int[] places, int at, int latitude, int longitude, int record) {
    places[LATITUDES + at] = latitude;
    places[LATITUDES + places[CAPACITY] + at] = longitude;
    setRecord(places, at, record);
  }

  static void setRecord(int[] places, int at, int record) {
    places[LATITUDES + 2 * places[CAPACITY] + at] = record;
  }

  /// Copies all three columns of `length` features; the arrays may be the same.
  static void copy(int[] source, int from, int[] target, int to, int length) {
    for (int column = 0; column < COLUMNS; column++) {
      System.arraycopy(
          source,
          LATITUDES + column * source[CAPACITY] + from,
          target,
          LATITUDES + column * target[CAPACITY] + to,
          length);
    }
  }

  /// The same of the first `size` features with another capacity, or the same.
  static int[] copyOf(int[] places, int size, int capacity) {
    if (places[CAPACITY] == capacity) {
      return places.clone();
    }
    int[] copy = of(capacity);
    System.arraycopy(places, 0, copy, 0, LATITUDES);
    copy[CAPACITY] = capacity;
    copy(places, 0, copy, 0, size);
    return copy;
  }

  /// Writes down the extremes of a leaf and the steps of its features: only then a box finds them.
  static void describe(int[] places, Leaf leaf) {
    places[SOUTH] = leaf.south;
    places[WEST] = leaf.west;
    places[NORTH] = leaf.north;
    places[EAST] = leaf.east;
    places[SIZE] = leaf.size;
    places[LATITUDE_SHIFT] = Lanes.shift(leaf.south, leaf.north);
    places[LONGITUDE_SHIFT] = Lanes.shift(leaf.west, leaf.east);
    steps(places, STEPS, LATITUDES, leaf.south, places[LATITUDE_SHIFT]);
    steps(
        places, LONGITUDE_STEPS, LATITUDES + places[CAPACITY], leaf.west, places[LONGITUDE_SHIFT]);
  }

  /// Four steps to a number; those behind the last feature mean nothing.
  private static void steps(int[] places, int steps, int column, int least, int shift) {
    int size = places[SIZE];
    for (int at = 0; at < size; at += Integer.BYTES) {
      int four = 0;
      for (int i = Math.min(at + Integer.BYTES, size) - 1; i >= at; i--) {
        four = four << Byte.SIZE | (places[column + i] - least) >>> shift;
      }
      places[steps + at / Integer.BYTES] = four;
    }
  }

  /// True if everything is inside.
  static boolean isCovered(int[] places, Window window) {
    return window.covers(places[SOUTH], places[WEST], places[NORTH], places[EAST]);
  }

  /// The features whose steps a window touches: a bit for each.
  static int near(int[] places, int south, int west, int north, int east) {
    int latitudeShift = places[LATITUDE_SHIFT];
    int longitudeShift = places[LONGITUDE_SHIFT];
    long fromSouth = Lanes.from((long) south - places[SOUTH], latitudeShift);
    long upToNorth = Lanes.upTo((long) north - places[SOUTH], latitudeShift);
    long fromWest = Lanes.from((long) west - places[WEST], longitudeShift);
    long upToEast = Lanes.upTo((long) east - places[WEST], longitudeShift);
    int near =
        eight(places, 0, fromSouth, upToNorth, fromWest, upToEast)
            | eight(places, 1, fromSouth, upToNorth, fromWest, upToEast) << Lanes.COUNT
            | eight(places, 2, fromSouth, upToNorth, fromWest, upToEast) << (2 * Lanes.COUNT)
            | eight(places, 3, fromSouth, upToNorth, fromWest, upToEast) << (3 * Lanes.COUNT);
    return near & (int) ((1L << places[SIZE]) - 1);
  }

  /// Of eight features.
  private static int eight(
      int[] places, int word, long fromSouth, long upToNorth, long fromWest, long upToEast) {
    long latitudes = word(places, STEPS + 2 * word);
    long longitudes = word(places, LONGITUDE_STEPS + 2 * word);
    return Lanes.bits(
        Lanes.atLeast(latitudes, fromSouth)
            & Lanes.atMost(latitudes, upToNorth)
            & Lanes.atLeast(longitudes, fromWest)
            & Lanes.atMost(longitudes, upToEast));
  }

  private static long word(int[] places, int at) {
    return Integer.toUnsignedLong(places[at]) | (long) places[at + 1] << Integer.SIZE;
  }

  /// Something that comes from memory together with what a box compares.
  static int fetch(int[] places) {
    return places[SOUTH];
  }

  /// Something of every line of it.
  static int fetchAll(int[] places) {
    int read = 0;
    for (int at = 0; at < places.length; at += LINE_INTS) {
      read += places[at];
    }
    return read;
  }
}
