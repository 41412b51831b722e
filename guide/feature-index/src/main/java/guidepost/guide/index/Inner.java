package guidepost.guide.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Up to 16 children of one height; for each the least key and order that belong there, and where
/// it is on a grid over this node, so that a query skips a child without visiting it.
///
/// What a query reads of the grid is eight numbers of the node itself, see [Lanes]:
///
/// ```
///   souths   ..  40  17   5      the steps of the southern edges of children 0 to 7, then 8 to 15
///   norths   ..  63  20  30      of the northern ones
///   wests, easts                 likewise
/// ```
///
/// The lowest nodes also know what is compared in their leaves, and so spare a query the leaf.
final class Inner extends Node {

  static final int MAX = 16;
  private static final int MIN = MAX / 4;

  /// Inner nodes from here down to the leaves, this one included.
  final int height;

  final Node[] children = new Node[MAX + 1];

  /// Of each child if it is a leaf: see [LeafPlaces].
  final int[][] places;

  /// Shared with the node that this one is a copy of until it changes them.
  private long[] keys;

  private long[] orders;
  private boolean sharesKeys;

  private int latitudeShift;
  private int longitudeShift;
  private long souths0;
  private long souths1;
  private long norths0;
  private long norths1;
  private long wests0;
  private long wests1;
  private long easts0;
  private long easts1;

  private static final int[][] NO_PLACES = {};

  private Inner(long edition, int height) {
    this(edition, height, new long[MAX + 1], new long[MAX + 1]);
  }

  private Inner(long edition, int height, long[] keys, long[] orders) {
    super(edition);
    this.height = height;
    this.keys = keys;
    this.orders = orders;
    places = height == 1 ? new int[MAX + 1][] : NO_PLACES;
  }

  private static int heightOf(Node node) {
    return node instanceof Inner inner ? inner.height : 0;
  }

  /// The root above two halves of a root that was full.
  static Inner above(Node left, Node right) {
    return of(List.of(left, right), left.edition);
  }

  /// The nodes above nodes of one height that come in order.
  static List<Node> above(List<Node> level) {
    Cuts cuts = new Cuts(MAX / 2, MAX, Integer.MAX_VALUE);
    level.forEach(node -> cuts.add(node.south, node.west, node.north, node.east, 0));
    cuts.end();
    List<Node> above = new ArrayList<>();
    int from = 0;
    for (int length : cuts.lengths()) {
      above.add(of(level.subList(from, from + length), 0));
      from += length;
    }
    return above;
  }

  private static Inner of(List<Node> children, long edition) {
    Inner inner = new Inner(edition, heightOf(children.getFirst()) + 1);
    for (Node child : children) {
      inner.insertChild(inner.size, child);
    }
    inner.describe();
    return inner;
  }

  @Override
  Inner editable(long wanted) {
    if (edition == wanted) {
      return this;
    }
    Inner copy = new Inner(wanted, height, keys, orders);
    copy.sharesKeys = true;
    System.arraycopy(children, 0, copy.children, 0, size);
    System.arraycopy(places, 0, copy.places, 0, Math.min(size, places.length));
    copy.size = size;
    copy.takeExtremes(this);
    copy.takeGrid(this);
    return copy;
  }

  private void takeGrid(Inner other) {
    latitudeShift = other.latitudeShift;
    longitudeShift = other.longitudeShift;
    souths0 = other.souths0;
    souths1 = other.souths1;
    norths0 = other.norths0;
    norths1 = other.norths1;
    wests0 = other.wests0;
    wests1 = other.wests1;
    easts0 = other.easts0;
    easts1 = other.easts1;
  }

  /// The child that an entry at (`key`, `order`) belongs to.
  int childFor(long key, long order) {
    int low = 0;
    int high = size - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (keys[middle] < key || (keys[middle] == key && orders[middle] <= order)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /// The children that may have something between these edges: a bit for each.
  int childrenNear(int southE7, int westE7, int northE7, int eastE7) {
    long from = Lanes.from((long) southE7 - south, latitudeShift);
    long upTo = Lanes.upTo((long) northE7 - south, latitudeShift);
    long fromWest = Lanes.from((long) westE7 - west, longitudeShift);
    long upToEast = Lanes.upTo((long) eastE7 - west, longitudeShift);
    long first =
        Lanes.atLeast(norths0, from)
            & Lanes.atMost(souths0, upTo)
            & Lanes.atLeast(easts0, fromWest)
            & Lanes.atMost(wests0, upToEast);
    long second =
        Lanes.atLeast(norths1, from)
            & Lanes.atMost(souths1, upTo)
            & Lanes.atLeast(easts1, fromWest)
            & Lanes.atMost(wests1, upToEast);
    return (Lanes.bits(first) | Lanes.bits(second) << Lanes.COUNT) & all();
  }

  /// A bit for each child.
  int all() {
    return (1 << size) - 1;
  }

  /// Something of each of its arrays, so that they come from memory.
  int fetch() {
    return (int) keys[size / 2] + (int) keys[size - 1] + (children[0] == this ? 1 : 0);
  }

  /// Reads something of each of some children that are inner nodes too: see [#fetchPlaces].
  int fetchNodes(int wanted) {
    int read = 0;
    for (int rest = wanted; rest != 0; rest &= rest - 1) {
      Inner child = (Inner) children[Integer.numberOfTrailingZeros(rest)];
      read += child.latitudeShift + (int) child.easts1 + child.places.length;
    }
    return read;
  }

  /// Reads something of each of some leaves, so that all of them come from memory at once and not
  /// one after the other: most of the time of a query is waiting for them.
  ///
  /// @param wanted a bit for each leaf
  int fetchPlaces(int wanted) {
    int read = 0;
    for (int rest = wanted; rest != 0; rest &= rest - 1) {
      read += LeafPlaces.fetch(places[Integer.numberOfTrailingZeros(rest)]);
    }
    return read;
  }

  /// The same of all of their places and of their records, for a caller that is going to read most
  /// of them.
  int fetchRecords(int wanted) {
    int read = 0;
    for (int rest = wanted; rest != 0; rest &= rest - 1) {
      int child = Integer.numberOfTrailingZeros(rest);
      read += LeafPlaces.fetchAll(places[child]) + ((Leaf) children[child]).fetchRecords();
    }
    return read;
  }

  /// How far a child is, for the order in which to look.
  double guess(int child, SphereOrigin origin) {
    int lane = child % Lanes.COUNT;
    boolean isFirst = child < Lanes.COUNT;
    return origin.guess(
        south + (Lanes.step(isFirst ? souths0 : souths1, lane) << latitudeShift),
        west + (Lanes.step(isFirst ? wests0 : wests1, lane) << longitudeShift),
        south + (Lanes.step(isFirst ? norths0 : norths1, lane) << latitudeShift),
        west + (Lanes.step(isFirst ? easts0 : easts1, lane) << longitudeShift));
  }

  /// Looks at all children: measures this node and writes down where they are on its grid.
  private void describe() {
    forgetExtremes();
    for (int i = 0; i < size; i++) {
      extend(children[i]);
    }
    latitudeShift = Lanes.shift(south, north);
    longitudeShift = Lanes.shift(west, east);
    for (int i = 0; i < Math.min(size, MAX); i++) {
      describe(i);
    }
  }

  /// The same after only one child has changed, which does not change the grid if it neither was
  /// nor is on an edge of it: then its neighbours need not come from memory.
  private void describe(int at, int oldSouth, int oldWest, int oldNorth, int oldEast) {
    Node child = children[at];
    if (child.hasExtremes(oldSouth, oldWest, oldNorth, oldEast)) {
      return;
    }
    if (isWithin(oldSouth, oldWest, oldNorth, oldEast)
        && isWithin(child.south, child.west, child.north, child.east)) {
      describe(at);
    } else {
      describe();
    }
  }

  private boolean isWithin(int itsSouth, int itsWest, int itsNorth, int itsEast) {
    return itsSouth > south && itsWest > west && itsNorth < north && itsEast < east;
  }

  private void describe(int at) {
    Node child = children[at];
    int fromSouth = latitudeStep(child.south);
    int upToNorth = latitudeStep(child.north);
    int fromWest = longitudeStep(child.west);
    int upToEast = longitudeStep(child.east);
    if (at < Lanes.COUNT) {
      souths0 = Lanes.with(souths0, at, fromSouth);
      norths0 = Lanes.with(norths0, at, upToNorth);
      wests0 = Lanes.with(wests0, at, fromWest);
      easts0 = Lanes.with(easts0, at, upToEast);
    } else {
      souths1 = Lanes.with(souths1, at - Lanes.COUNT, fromSouth);
      norths1 = Lanes.with(norths1, at - Lanes.COUNT, upToNorth);
      wests1 = Lanes.with(wests1, at - Lanes.COUNT, fromWest);
      easts1 = Lanes.with(easts1, at - Lanes.COUNT, upToEast);
    }
  }

  private int latitudeStep(int latitude) {
    return (latitude - south) >>> latitudeShift;
  }

  private int longitudeStep(int longitude) {
    return (longitude - west) >>> longitudeShift;
  }

  @Override
  @Nullable Inner insert(Entry entry) {
    if (entry.isBefore(keys[0], orders[0])) {
      setLeast(0, entry.position());
    }
    int at = childFor(entry.key(), entry.order());
    Node child = editableChild(at);
    int oldSouth = child.south;
    int oldWest = child.west;
    int oldNorth = child.north;
    int oldEast = child.east;
    Node right = child.insert(entry);
    setChild(at, child);
    if (right != null) {
      insertChild(at + 1, right);
      if (size > MAX) {
        return split();
      }
      describe();
      return null;
    }
    describe(at, oldSouth, oldWest, oldNorth, oldEast);
    return null;
  }

  private Node editableChild(int at) {
    children[at] = children[at].editable(edition);
    return children[at];
  }

  private void insertChild(int at, Node child) {
    shift(at, at + 1);
    size++;
    setLeast(at, child.first());
    setChild(at, child);
  }

  private void setLeast(int child, ListPosition least) {
    ownKeys();
    keys[child] = least.key();
    orders[child] = least.order();
  }

  private void ownKeys() {
    if (sharesKeys) {
      keys = keys.clone();
      orders = orders.clone();
      sharesKeys = false;
    }
  }

  private void setChild(int at, Node child) {
    children[at] = child;
    if (child instanceof Leaf leaf) {
      places[at] = leaf.places();
    }
  }

  private void shift(int from, int to) {
    ownKeys();
    int length = size - from;
    System.arraycopy(children, from, children, to, length);
    System.arraycopy(keys, from, keys, to, length);
    System.arraycopy(orders, from, orders, to, length);
    if (height == 1) {
      System.arraycopy(places, from, places, to, length);
    }
  }

  private void append(Inner other, int from, int to) {
    ownKeys();
    int length = to - from;
    System.arraycopy(other.children, from, children, size, length);
    System.arraycopy(other.keys, from, keys, size, length);
    System.arraycopy(other.orders, from, orders, size, length);
    if (height == 1) {
      System.arraycopy(other.places, from, places, size, length);
    }
    size += length;
    describe();
  }

  private Inner split() {
    Inner right = new Inner(edition, height);
    right.append(this, size / 2, size);
    truncate(size / 2);
    describe();
    return right;
  }

  @SuppressWarnings("NullAway") // slots from `size` on are never read
  private void truncate(int newSize) {
    Arrays.fill(children, newSize, size, null);
    Arrays.fill(places, Math.min(newSize, places.length), Math.min(size, places.length), null);
    size = newSize;
  }

  @Override
  void remove(long key, long order) {
    int at = childFor(key, order);
    Node child = editableChild(at);
    int oldSouth = child.south;
    int oldWest = child.west;
    int oldNorth = child.north;
    int oldEast = child.east;
    child.remove(key, order);
    setChild(at, child);
    if (child.isSparse() && size > 1) {
      join(Math.max(at - 1, 0));
      describe();
    } else {
      describe(at, oldSouth, oldWest, oldNorth, oldEast);
    }
  }

  /// Joins the children `at` and `at + 1`, or evens them out.
  private void join(int at) {
    Node[] joined = editableChild(at).joinedWith(children[at + 1]);
    setChild(at, joined[0]);
    if (joined.length == 1) {
      shift(at + 2, at + 1);
      truncate(size - 1);
    } else {
      setLeast(at + 1, joined[1].first());
      setChild(at + 1, joined[1]);
    }
  }

  @Override
  void replace(Entry entry) {
    int at = childFor(entry.key(), entry.order());
    Node child = editableChild(at);
    child.replace(entry);
    setChild(at, child);
  }

  @Override
  boolean isSparse() {
    return size < MIN;
  }

  @Override
  Node[] joinedWith(Node right) {
    Inner other = (Inner) right;
    int total = size + other.size;
    int half = total <= MAX ? total : total / 2;
    Inner low = part(other, 0, half);
    return half == total ? new Node[] {low} : new Node[] {low, part(other, half, total)};
  }

  /// Children `from` to `to` of this node followed by `other`. What belongs to the first child of
  /// `other` may begin below what comes last here, as long as nobody looks for it there: now it
  /// begins with what it holds.
  private Inner part(Inner other, int from, int to) {
    Inner part = new Inner(edition, height);
    if (from < size) {
      part.append(this, from, Math.min(to, size));
    }
    if (to > size) {
      int junction = part.size;
      part.append(other, Math.max(from - size, 0), to - size);
      if (from <= size) {
        part.setLeast(junction, other.first());
      }
    }
    return part;
  }

  @Override
  ListPosition first() {
    return children[0].first();
  }

  @Override
  ListPosition last() {
    return children[size - 1].last();
  }

  @Override
  int check(boolean isRoot) {
    require(size >= (isRoot ? 2 : 1), "inner node of " + size);
    Inner measured = new Inner(edition, height);
    int count = 0;
    for (int i = 0; i < size; i++) {
      count += children[i].check(false);
      measured.extend(children[i]);
      requireInPlace(i);
    }
    require(south == measured.south && north == measured.north, "latitudes of an inner node");
    require(west == measured.west && east == measured.east, "longitudes of an inner node");
    for (int i = 0; i < size; i++) {
      requireOnGrid(i);
    }
    return count;
  }

  @SuppressWarnings("ReferenceEquality") // the same array, not an equal one
  private void requireInPlace(int i) {
    Node child = children[i];
    require(!child.first().isBefore(keys[i], orders[i]), "least key of a child");
    require(i == 0 || children[i - 1].last().isBefore(keys[i], orders[i]), "last of a child");
    boolean lastKnown = i + 1 < size;
    require(!lastKnown || keys[i] <= keys[i + 1], "order of children");
    require(heightOf(child) == height - 1, "height of a child");
    require(!(child instanceof Leaf leaf) || places[i] == leaf.places(), "places of a leaf");
  }

  /// A box of one point finds a child at its corners and nothing one step beyond.
  private void requireOnGrid(int i) {
    Node child = children[i];
    int bit = 1 << i;
    require(
        (childrenNear(child.south, child.west, child.south, child.west) & bit) != 0,
        "south west of a child");
    require(
        (childrenNear(child.north, child.east, child.north, child.east) & bit) != 0,
        "north east of a child");
    int below = child.south - (1 << latitudeShift);
    int beyond = child.north + (1 << latitudeShift);
    require((childrenNear(below, west, below, east) & bit) == 0, "south of a child");
    require((childrenNear(beyond, west, beyond, east) & bit) == 0, "north of a child");
    int before = child.west - (1 << longitudeShift);
    int behind = child.east + (1 << longitudeShift);
    require((childrenNear(south, before, north, before) & bit) == 0, "west of a child");
    require((childrenNear(south, behind, north, behind) & bit) == 0, "east of a child");
  }
}
