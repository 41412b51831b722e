package guidepost.routes.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Routes in list order, a column for each part of them.
///
/// ```
///   high               length  attributes          metric  installed  revision  id
///   0x0a000000 << 32   8       ─▶ static, via …1   0       1          7         0
///   0x0a000000 << 32   8       ─▶ static, via …2   5       9          12        0  ranks second
///   0x0a010000 << 32   16      ─▶ static, via …1   0       2          7         1
/// ```
///
/// All routes of a prefix are in one leaf. So a leaf has up to 64 rows, or more if they are all of
/// one prefix.
///
/// Columns are at most 8 rows longer than what is in them, since a table has one leaf for every
/// fifty routes or so. A copy shares them until it changes them: what a route of a prefix that is
/// there changes, as nearly all updates do, is a column or two, and 16 of the 37 bytes a row.
final class RouteLeaf extends RouteNode {

  static final int MAX = 64;
  private static final int MIN = MAX / 4;

  /// Rows that a leaf may have space for beside its own: more costs memory, less costs copies.
  private static final int SPARE_MAX = 8;

  private static final long OBJECT_BYTES = 72;

  private static final int ATTRIBUTES = 1;
  private static final int METRICS = 2;
  private static final int INSTALLED = 4;
  private static final int REVISIONS = 8;
  private static final int ALL = 31; // with the rest, of which no column is changed alone

  /// The columns that no other leaf has.
  private int owned = ALL;

  private Attributes[] attributes;
  private int[] metrics;
  private long[] installed;
  private long[] revisions;
  private int[] ids;

  RouteLeaf(Edition edition, int capacity) {
    super(edition, capacity);
    attributes = new Attributes[capacity];
    metrics = new int[capacity];
    installed = new long[capacity];
    revisions = new long[capacity];
    ids = new int[capacity];
  }

  /// A copy that shares all columns.
  private RouteLeaf(Edition edition, RouteLeaf of) {
    super(edition, of);
    owned = 0;
    attributes = of.attributes;
    metrics = of.metrics;
    installed = of.installed;
    revisions = of.revisions;
    ids = of.ids;
  }

  /// Room for a number of rows, and a few more.
  private static int capacityFor(int rows) {
    return (rows + SPARE_MAX - 1) / SPARE_MAX * SPARE_MAX;
  }

  @Override
  RouteLeaf editable(Edition wanted) {
    return edition == wanted ? this : new RouteLeaf(wanted, this);
  }

  private static RouteLeaf part(Edition edition, RouteLeaf of, int from, int to) {
    RouteLeaf part = new RouteLeaf(edition, capacityFor(to - from));
    part.append(of, from, to);
    return part;
  }

  private void append(RouteLeaf other, int from, int to) {
    appendPrefixes(other, from, to);
    System.arraycopy(other.attributes, from, attributes, size, to - from);
    System.arraycopy(other.metrics, from, metrics, size, to - from);
    System.arraycopy(other.installed, from, installed, size, to - from);
    System.arraycopy(other.revisions, from, revisions, size, to - from);
    System.arraycopy(other.ids, from, ids, size, to - from);
    size += to - from;
  }

  int id(int at) {
    return ids[at];
  }

  Attributes attributes(int at) {
    return attributes[at];
  }

  int metric(int at) {
    return metrics[at];
  }

  long installed(int at) {
    return installed[at];
  }

  long revision(int at) {
    return revisions[at];
  }

  /// Puts a row behind the others of the last leaf of a tree, if its prefix comes after theirs and
  /// there is room; the leaf must be editable.
  ///
  /// @return false if it is to be put as others are
  boolean appendInOrder(Row row, Tally tally) {
    if (size == 0 || size >= MAX || compare(size - 1, row.high(), row.low(), row.length()) >= 0) {
      return false;
    }
    insertAt(size, row);
    tally.routes++;
    tally.prefixes++;
    return true;
  }

  /// Gives the prefixes of a leaf of another table ids of this one, and the rows its attributes.
  ///
  /// @return number of prefixes
  int adopt(PrefixIds of, Shared<Attributes> shared) {
    int prefixes = 0;
    for (int at = 0; at < size; at++) {
      if (at == 0 || !samePrefix(at - 1, at)) {
        ids[at] = of.next();
        of.give(high[at], low(at), length(at));
        prefixes++;
      } else {
        ids[at] = ids[at - 1];
      }
      attributes[at] = shared.one(attributes[at]);
    }
    return prefixes;
  }

  private void set(int at, Row row) {
    setPrefix(at, row.high(), row.low(), row.length());
    attributes[at] = row.attributes();
    metrics[at] = row.metric();
    installed[at] = row.installed();
    revisions[at] = row.revision();
    ids[at] = row.id();
  }

  /// Puts a row in place of another with the same key.
  private void replace(int at, Row row) {
    if (!attributes[at].equals(row.attributes())) {
      attributes = isOwned(ATTRIBUTES) ? attributes : attributes.clone();
      attributes[at] = row.attributes();
    }
    if (metrics[at] != row.metric()) {
      metrics = isOwned(METRICS) ? metrics : metrics.clone();
      metrics[at] = row.metric();
    }
    if (installed[at] != row.installed()) {
      installed = isOwned(INSTALLED) ? installed : installed.clone();
      installed[at] = row.installed();
    }
    if (revisions[at] != row.revision()) {
      revisions = isOwned(REVISIONS) ? revisions : revisions.clone();
      revisions[at] = row.revision();
    }
  }

  /// True if a column is; else it is from now on.
  private boolean isOwned(int column) {
    boolean was = (owned & column) != 0;
    owned |= column;
    return was;
  }

  Row row(int at) {
    return new Row(
        high[at],
        low(at),
        length(at),
        attributes[at],
        metrics[at],
        installed[at],
        revisions[at],
        ids[at]);
  }

  Route route(Family family, int at) {
    Attributes shared = attributes[at];
    return new Route(
        new Prefix(Address.ofLeft(family, high[at], low(at)), length(at)),
        shared.source(),
        shared.nextHop(),
        shared.distance(),
        Integer.toUnsignedLong(metrics[at]),
        installed[at],
        revisions[at],
        shared.tags(),
        shared.pathId());
  }

  boolean samePrefix(int at, int other) {
    return high[at] == high[other] && low(at) == low(other) && length(at) == length(other);
  }

  /// The first row of the prefix that the row `at` has.
  int firstOfPrefix(int at) {
    return at == 0 || !samePrefix(at - 1, at) ? at : countBefore(high[at], low(at), length(at));
  }

  /// The row after the last one of the prefix that the row `at` has.
  int endOfPrefix(int at) {
    int end = at + 1;
    while (end < size && samePrefix(at, end)) {
      end++;
    }
    return end;
  }

  /// The row of a prefix with the same key, from `from` on; -1 if there is none.
  int find(int from, Row row) {
    for (int i = from; i < size && compare(i, row.high(), row.low(), row.length()) == 0; i++) {
      if (attributes[i].sameKey(row.attributes())) {
        return i;
      }
    }
    return -1;
  }

  /// Adds a row, or replaces the one with the same key; the leaf must be editable.
  ///
  /// @return the right half if the leaf was full and had to be split
  @Nullable RouteLeaf put(Row row, Tally tally) {
    int from = countBefore(row.high(), row.low(), row.length());
    int end =
        from < size && compare(from, row.high(), row.low(), row.length()) == 0
            ? endOfPrefix(from)
            : from;
    int old = find(from, row);
    Row placed = from == end ? row : row.withId(ids[from]);
    if (old >= 0 && end - from == 1) {
      replace(old, placed);
      return null;
    }
    if (old >= 0) {
      removeAt(old);
      end--;
    } else {
      tally.routes++;
      tally.prefixes += from == end ? 1 : 0;
    }
    insertAt(placeByRank(from, end, row), placed);
    return fits() ? null : split(from == size - 1 ? size - 1 : size / 2);
  }

  private boolean fits() {
    return size <= MAX || samePrefix(0, size - 1);
  }

  private int placeByRank(int from, int end, Row row) {
    int at = from;
    while (at < end && row(at).ranksBefore(row)) {
      at++;
    }
    return at;
  }

  private void insertAt(int at, Row row) {
    if (size == capacity() || owned != ALL) {
      resize(size < MAX ? capacityFor(size + 1) : size + size / 4);
    }
    shift(at, at + 1);
    size++;
    set(at, row);
  }

  @Override
  void resize(int capacity) {
    super.resize(capacity);
    owned = ALL;
    attributes = Arrays.copyOf(attributes, capacity);
    metrics = Arrays.copyOf(metrics, capacity);
    installed = Arrays.copyOf(installed, capacity);
    revisions = Arrays.copyOf(revisions, capacity);
    ids = Arrays.copyOf(ids, capacity);
  }

  @Override
  void shift(int from, int to) {
    super.shift(from, to);
    System.arraycopy(attributes, from, attributes, to, size - from);
    System.arraycopy(metrics, from, metrics, to, size - from);
    System.arraycopy(installed, from, installed, to, size - from);
    System.arraycopy(revisions, from, revisions, to, size - from);
    System.arraycopy(ids, from, ids, to, size - from);
  }

  /// Takes the row with the same key out; the leaf must be editable and hold it.
  void remove(Row row, Tally tally) {
    int from = countBefore(row.high(), row.low(), row.length());
    tally.routes--;
    tally.prefixes -= endOfPrefix(from) - from == 1 ? 1 : 0;
    removeAt(find(from, row));
  }

  @SuppressWarnings("NullAway") // slots from `size` on are never read
  private void removeAt(int at) {
    if (owned != ALL) {
      resize(capacityFor(size));
    }
    shift(at + 1, at);
    attributes[--size] = null;
  }

  /// Splits it near a row. What comes in order is split off at the end, and leaves full leaves
  /// behind.
  private RouteLeaf split(int near) {
    int half = boundary(near);
    RouteLeaf right = part(edition, this, half, size);
    size = half;
    resize(capacityFor(size));
    return right;
  }

  /// The place nearest to `at`, and not at an end, where one prefix follows another.
  private int boundary(int at) {
    for (int distance = 0; ; distance++) {
      if (isBoundary(at - distance)) {
        return at - distance;
      }
      if (isBoundary(at + distance)) {
        return at + distance;
      }
    }
  }

  private boolean isBoundary(int at) {
    return at > 0 && at < size && !samePrefix(at - 1, at);
  }

  @Override
  boolean isSparse() {
    return size < MIN;
  }

  @Override
  RouteNode[] joinedWith(RouteNode right) {
    RouteLeaf other = (RouteLeaf) right;
    RouteLeaf joined = new RouteLeaf(edition, capacityFor(size + other.size));
    joined.append(this, 0, size);
    joined.append(other, 0, other.size);
    return joined.fits()
        ? new RouteNode[] {joined}
        : new RouteNode[] {joined, joined.split(joined.size / 2)};
  }

  @Override
  void check(boolean isRoot, Tally tally) {
    require(isRoot || size > 0, "empty leaf");
    require(fits(), "leaf of %d rows".formatted(size));
    for (int i = 0; i < size; i++) {
      tally.routes++;
      tally.prefixes += i == 0 || !samePrefix(i - 1, i) ? 1 : 0;
      checkOrder(i);
    }
  }

  private void checkOrder(int at) {
    Row row = row(at);
    if (at > 0) {
      int order = compare(at - 1, row.high(), row.low(), row.length());
      boolean ordered = order < 0 || (order == 0 && row(at - 1).ranksBefore(row));
      require(ordered, "%s: does not stand before %s".formatted(row(at - 1), row));
    }
    require(find(at + 1, row) < 0, "%s: is there twice".formatted(row));
  }

  @Override
  long bytes() {
    int rows = capacity();
    return OBJECT_BYTES
        + prefixBytes()
        + Memory.references(rows)
        + 2 * Memory.ints(rows)
        + 2 * Memory.longs(rows);
  }
}
