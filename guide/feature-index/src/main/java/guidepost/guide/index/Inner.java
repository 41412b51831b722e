package guidepost.guide.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Up to 16 children of one height; for each the least key and order that belong there, and a copy
/// of its extremes, so that a query skips a child without visiting it.
final class Inner extends Node {

  static final int MAX = 16;
  private static final int MIN = MAX / 4;
  private static final int FILLED = MAX - MAX / 8;

  /// Numbers in 64 bytes, what a processor fetches at once.
  static final int LINE_INTS = 16;

  /// Inner nodes from here down to the leaves, this one included.
  final int height;

  final Node[] children = new Node[MAX + 1];
  private final long[] keys = new long[MAX + 1];
  private final long[] orders = new long[MAX + 1];
  private final int[] extremes = new int[4 * (MAX + 1)];

  private Inner(long edition, int height) {
    super(edition);
    this.height = height;
  }

  private static int heightOf(Node node) {
    return node instanceof Inner inner ? inner.height : 0;
  }

  /// The root above two halves of a root that was full.
  static Inner above(Node left, Node right) {
    Inner root = new Inner(left.edition, heightOf(left) + 1);
    root.insertChild(0, left);
    root.insertChild(1, right);
    return root;
  }

  /// The nodes above nodes of one height that come in order, each with some room left.
  static List<Node> above(List<Node> level) {
    int count = (level.size() + FILLED - 1) / FILLED;
    List<Node> above = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Inner inner = new Inner(0, heightOf(level.getFirst()) + 1);
      int from = (int) ((long) level.size() * i / count);
      int to = (int) ((long) level.size() * (i + 1) / count);
      for (Node child : level.subList(from, to)) {
        inner.insertChild(inner.size, child);
      }
      above.add(inner);
    }
    return above;
  }

  @Override
  Inner editable(long wanted) {
    if (edition == wanted) {
      return this;
    }
    Inner copy = new Inner(wanted, height);
    copy.add(this, 0, size);
    copy.takeExtremes(this);
    return copy;
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

  boolean childMayMeet(int child, Window window) {
    int at = 4 * child;
    return window.mayMeet(extremes[at], extremes[at + 1], extremes[at + 2], extremes[at + 3]);
  }

  /// The children that may have something inside a window: a bit for each.
  int childrenMeeting(Window window) {
    return window.meeting(extremes, size);
  }

  /// Reads something of each of some children, so that all of them come from memory at once and not
  /// one after the other: most of the time of a query is waiting for them.
  ///
  /// @param wanted a bit for each child
  int fetch(int wanted) {
    int read = 0;
    for (int rest = wanted; rest != 0; rest &= rest - 1) {
      Node child = children[Integer.numberOfTrailingZeros(rest)];
      read += child instanceof Leaf leaf ? leaf.fetch() : ((Inner) child).fetch();
    }
    return read;
  }

  /// A number of each line of memory that a query compares.
  private int fetch() {
    int read = 0;
    for (int at = 0; at < extremes.length; at += LINE_INTS) {
      read += extremes[at];
    }
    return read;
  }

  /// How far a child is, for the order in which to look.
  double guess(int child, SphereOrigin origin) {
    int at = 4 * child;
    return origin.guess(extremes[at], extremes[at + 1], extremes[at + 2], extremes[at + 3]);
  }

  boolean childIsCovered(int child, Window window) {
    int at = 4 * child;
    return window.covers(extremes[at], extremes[at + 1], extremes[at + 2], extremes[at + 3]);
  }

  @Override
  @Nullable Inner insert(Entry entry) {
    if (entry.isBefore(keys[0], orders[0])) {
      setLeast(0, entry.position());
    }
    int at = childFor(entry.key(), entry.order());
    Node right = editableChild(at).insert(entry);
    copyExtremes(at);
    extend(children[at]);
    if (right == null) {
      return null;
    }
    insertChild(at + 1, right);
    return size > MAX ? split() : null;
  }

  private Node editableChild(int at) {
    children[at] = children[at].editable(edition);
    return children[at];
  }

  private void copyExtremes(int child) {
    Node node = children[child];
    extremes[4 * child] = node.south;
    extremes[4 * child + 1] = node.west;
    extremes[4 * child + 2] = node.north;
    extremes[4 * child + 3] = node.east;
  }

  private void insertChild(int at, Node child) {
    shift(at, at + 1);
    size++;
    setLeast(at, child.first());
    setChild(at, child);
    extend(child);
  }

  private void setLeast(int child, ListPosition least) {
    keys[child] = least.key();
    orders[child] = least.order();
  }

  private void setChild(int at, Node child) {
    children[at] = child;
    copyExtremes(at);
  }

  private void shift(int from, int to) {
    int length = size - from;
    System.arraycopy(children, from, children, to, length);
    System.arraycopy(keys, from, keys, to, length);
    System.arraycopy(orders, from, orders, to, length);
    System.arraycopy(extremes, 4 * from, extremes, 4 * to, 4 * length);
  }

  private void append(Inner other, int from, int to) {
    add(other, from, to);
    measure();
  }

  private void add(Inner other, int from, int to) {
    int length = to - from;
    System.arraycopy(other.children, from, children, size, length);
    System.arraycopy(other.keys, from, keys, size, length);
    System.arraycopy(other.orders, from, orders, size, length);
    System.arraycopy(other.extremes, 4 * from, extremes, 4 * size, 4 * length);
    size += length;
  }

  private void measure() {
    forgetExtremes();
    for (int at = 0; at < 4 * size; at += 4) {
      extend(extremes[at], extremes[at + 1], extremes[at + 2], extremes[at + 3]);
    }
  }

  private Inner split() {
    Inner right = new Inner(edition, height);
    right.append(this, size / 2, size);
    truncate(size / 2);
    return right;
  }

  @SuppressWarnings("NullAway") // slots from `size` on are never read
  private void truncate(int newSize) {
    Arrays.fill(children, newSize, size, null);
    size = newSize;
    measure();
  }

  @Override
  void remove(long key, long order) {
    int at = childFor(key, order);
    Node child = editableChild(at);
    child.remove(key, order);
    if (child.isSparse() && size > 1) {
      join(Math.max(at - 1, 0));
    } else {
      copyExtremes(at);
    }
    measure();
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
    editableChild(childFor(entry.key(), entry.order())).replace(entry);
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
    return count;
  }

  private void requireInPlace(int i) {
    Node child = children[i];
    int[] own = {child.south, child.west, child.north, child.east};
    require(Arrays.equals(own, 0, 4, extremes, 4 * i, 4 * i + 4), "extremes of a child");
    require(!child.first().isBefore(keys[i], orders[i]), "least key of a child");
    require(i == 0 || children[i - 1].last().isBefore(keys[i], orders[i]), "last of a child");
    boolean lastKnown = i + 1 < size;
    require(!lastKnown || keys[i] <= keys[i + 1], "order of children");
    require(heightOf(child) == height - 1, "height of a child");
  }
}
