package guidepost.guide.notes;

import guidepost.guide.geo.Extent;
import guidepost.guide.geo.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Notes by where they are: a value that shares nearly everything with the maps before and after
/// it.
///
/// A note's *code* interleaves the bits of its latitude and longitude (Morton, 1966), so that a
/// prefix of it is a rectangle of the globe. Four bits choose one of 16 children, and so on down to
/// a leaf of up to 32 notes, or more at one place:
///
/// ```
///   code   0110 1011 ....            node ─▶ child 6 ─▶ child 11 ─▶ leaf [ note, note, … ]
///           └ 16 rectangles of the globe, each of 16, …
/// ```
///
/// A note lies where its line begins, and each node knows the extent of all lines below it: so a
/// search finds a long jam from its far end too. Order of codes, then of ids, is the order of
/// lists: it does not change while a note is live.
///
/// Cost: a change copies the way down, some 6 nodes of 16 references; a search O(log n + hits) for
/// areas that are compact.
///
/// Threads: any.
final class NoteMap {

  /// A node is split where a scan would cost more than a step down.
  private static final int LEAF_MAX = 32;

  /// Two bits of each coordinate a level.
  private static final int FAN = 16;

  private static final int FAN_BITS = 4;
  private static final int TOP_SHIFT = Long.SIZE - FAN_BITS;

  static final NoteMap EMPTY = new NoteMap(null);

  private final @Nullable Node root;

  private NoteMap(@Nullable Node root) {
    this.root = root;
  }

  /// A part of the map.
  ///
  /// @param shift of the bits that choose among its children
  /// @param first least code that can be in it
  /// @param extent of all lines in it
  /// @param children some of them null; empty in a leaf
  /// @param places of a leaf, in order; empty in others
  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  record Node(int shift, long first, Extent extent, @Nullable Node[] children, Placed[] places) {

    boolean isLeaf() {
      return children.length == 0;
    }

    /// The greatest code that can be in it.
    long last() {
      return shift >= TOP_SHIFT ? -1 : first | ((1L << (shift + FAN_BITS)) - 1);
    }
  }

  /// A note and where it is.
  record Placed(long code, Extent extent, Note note) implements Comparable<Placed> {

    static Placed of(Note note) {
      return new Placed(NoteMap.code(note.place()), Extent.of(note.line()), note);
    }

    @Override
    public int compareTo(Placed other) {
      int byCode = Long.compareUnsigned(code, other.code);
      return byCode != 0 ? byCode : Long.compare(note.id(), other.note.id());
    }
  }

  /// The bits of latitude and longitude by turns, latitude first.
  static long code(Point place) {
    long latitude = Integer.toUnsignedLong(place.latitudeE7() ^ Integer.MIN_VALUE);
    long longitude = Integer.toUnsignedLong(place.longitudeE7() ^ Integer.MIN_VALUE);
    return Long.expand(latitude, 0xAAAA_AAAA_AAAA_AAAAL)
        | Long.expand(longitude, 0x5555_5555_5555_5555L);
  }

  /// A map of these notes. Cost: O(n log n), much less than one by one.
  static NoteMap of(List<Note> notes) {
    Placed[] all = notes.stream().map(Placed::of).sorted().toArray(Placed[]::new);
    return new NoteMap(node(TOP_SHIFT, all, 0, all.length));
  }

  private static @Nullable Node node(int shift, Placed[] all, int from, int to) {
    if (from == to) {
      return null;
    }
    if (to - from <= LEAF_MAX || shift < 0) {
      return leaf(shift, Arrays.copyOfRange(all, from, to));
    }
    @Nullable Node[] children = new Node[FAN];
    int begin = from;
    for (int child = 0; child < FAN; child++) {
      int end = begin;
      while (end < to && child(all[end].code(), shift) == child) {
        end++;
      }
      children[child] = node(shift - FAN_BITS, all, begin, end);
      begin = end;
    }
    return inner(shift, all[from].code(), children);
  }

  private static int child(long code, int shift) {
    return (int) (code >>> shift) & (FAN - 1);
  }

  private static Node leaf(int shift, Placed[] places) {
    Extent extent = places[0].extent();
    for (Placed placed : places) {
      extent = extent.with(placed.extent());
    }
    return new Node(shift, first(shift, places[0].code()), extent, new Node[0], places);
  }

  private static Node inner(int shift, long code, @Nullable Node[] children) {
    Extent extent = null;
    for (Node child : children) {
      if (child != null) {
        extent = extent == null ? child.extent() : extent.with(child.extent());
      }
    }
    Extent all = extent == null ? Extent.WORLD : extent;
    return new Node(shift, first(shift, code), all, children, new Placed[0]);
  }

  private static long first(int shift, long code) {
    return shift >= TOP_SHIFT ? 0 : code & (-1L << (shift + FAN_BITS));
  }

  /// This map after a change.
  NoteMap after(NoteChange change) {
    Placed placed = Placed.of(change.note());
    return new NoteMap(change.isEnd() ? without(root, placed) : with(root, TOP_SHIFT, placed));
  }

  private static Node with(@Nullable Node node, int shift, Placed placed) {
    if (node == null) {
      return leaf(shift, new Placed[] {placed});
    }
    if (!node.isLeaf()) {
      @Nullable Node[] children = node.children().clone();
      int child = child(placed.code(), shift);
      children[child] = with(children[child], shift - FAN_BITS, placed);
      return inner(shift, placed.code(), children);
    }
    Placed[] places = inserted(node.places(), placed);
    Node grown = node(shift, places, 0, places.length);
    return grown == null ? node : grown;
  }

  private static Placed[] inserted(Placed[] places, Placed placed) {
    int found = Arrays.binarySearch(places, placed);
    if (found >= 0) {
      Placed[] changed = places.clone();
      changed[found] = placed;
      return changed;
    }
    int at = -found - 1;
    Placed[] more = Arrays.copyOf(places, places.length + 1);
    System.arraycopy(places, at, more, at + 1, places.length - at);
    more[at] = placed;
    return more;
  }

  private static @Nullable Node without(@Nullable Node node, Placed placed) {
    if (node == null) {
      return null;
    }
    if (node.isLeaf()) {
      Placed[] left =
          Arrays.stream(node.places())
              .filter(each -> each.compareTo(placed) != 0)
              .toArray(Placed[]::new);
      return left.length == 0 ? null : leaf(node.shift(), left);
    }
    @Nullable Node[] children = node.children().clone();
    int child = child(placed.code(), node.shift());
    children[child] = without(children[child], placed);
    boolean empty = Arrays.stream(children).allMatch(each -> each == null);
    return empty ? null : inner(node.shift(), placed.code(), children);
  }

  /// A place in the order of the map: after a note.
  ///
  /// @param code the note's
  record Mark(long code, long id) {

    static final Mark BEGIN = new Mark(0, 0);

    static Mark of(Note note) {
      return new Mark(NoteMap.code(note.place()), note.id());
    }

    boolean isBefore(Placed placed) {
      int byCode = Long.compareUnsigned(code, placed.code());
      return byCode < 0 || (byCode == 0 && id < placed.note().id());
    }
  }

  /// Walks the notes of an area in order.
  ///
  /// @param kinds only these; none: all
  Walk walk(NoteArea area, Set<String> kinds, Mark after) {
    return new Walk(area, kinds, after);
  }

  /// A walk, at the pace of the caller.
  ///
  /// Threads: one at a time.
  final class Walk {
    private final NoteArea area;
    private final List<Extent> extents;
    private final Set<String> kinds;
    private final Mark after;
    private final List<Node> ahead = new ArrayList<>();
    private Placed[] leaf = new Placed[0];
    private int next;

    private Walk(NoteArea area, Set<String> kinds, Mark after) {
      this.area = area;
      this.kinds = kinds;
      this.extents = area.extents();
      this.after = after;
      push(root);
    }

    private void push(@Nullable Node node) {
      boolean wanted =
          node != null
              && Long.compareUnsigned(node.last(), after.code()) >= 0
              && extents.stream().anyMatch(extent -> extent.meets(node.extent()));
      if (wanted) {
        ahead.add(node);
      }
    }

    /// True if there is no further note; may still be false before the last [#look].
    boolean isOver() {
      return next == leaf.length && ahead.isEmpty();
    }

    /// The next note; empty at the end.
    Optional<Note> next() {
      Optional<Note> found = Optional.empty();
      while (found.isEmpty() && !isOver()) {
        found = look();
      }
      return found;
    }

    /// Looks at one note, or one part of the map.
    ///
    /// @return empty if it is not wanted
    Optional<Note> look() {
      if (next < leaf.length) {
        Placed placed = leaf[next++];
        return isWanted(placed) ? Optional.of(placed.note()) : Optional.empty();
      }
      if (!ahead.isEmpty()) {
        descend(ahead.removeLast());
      }
      return Optional.empty();
    }

    private void descend(Node node) {
      leaf = node.places();
      next = 0;
      for (int child = node.children().length - 1; child >= 0; child--) {
        push(node.children()[child]);
      }
    }

    private boolean isWanted(Placed placed) {
      return after.isBefore(placed)
          && (kinds.isEmpty() || kinds.contains(placed.note().kind()))
          && area.has(placed.note(), placed.extent());
    }
  }
}
