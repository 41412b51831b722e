package guidepost.routes.table;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The writer's side of one family: edits the tree at once, gives ids, and notes which prefixes
/// came and went, for the multibit trie to be brought up to date when all is published.
///
/// ```
///              put, remove                            publish
///   tree       ── edited ──────────────────────────▶  as it is
///   multibit   ── changes are noted ───────────────▶  changed in place, or built again
///                                                     · the first time that there are many prefixes
///                                                     · when it is full
///                                                     · when as much came and went as there is
/// ```
///
/// Prefixes so scattered that the trie would be too dear have only the tree; it is tried again when
/// there are a quarter more or fewer.
///
/// A route that only changes, as 19 of 20 updates of the Internet table do, leaves the multibit
/// trie alone: it knows prefixes, and the tree knows routes.
///
/// Threads: the writer's.
final class FamilyTable {

  /// Below this a look-up in the tree takes a tenth of a microsecond, and 256 KiB would be much for
  /// what is in them.
  static final int MANY_PREFIXES = 4_096;

  /// Changes noted are at most this part of the prefixes: beyond, building it again is cheaper.
  private static final int NOTED_PART = 4;

  private final RouteTreeEditor editor;
  private final PrefixIds ids;
  private final int manyPrefixes;
  private final List<MultibitEditor.Change> noted = new ArrayList<>();
  private @Nullable Multibit multibit;
  private long sequence;
  private boolean isChanging;
  private boolean mustBuild;
  private int builtPrefixes;
  private int changesSinceBuilt;

  /// Prefixes when there could be no multibit trie; 0 if it is not known that there could not.
  private int refusedAt;

  /// @param manyPrefixes how many there must be for a multibit trie; half as many to keep it
  FamilyTable(RouteTree tree, PrefixIds ids, int manyPrefixes) {
    editor = new RouteTreeEditor(tree);
    this.ids = ids;
    this.manyPrefixes = manyPrefixes;
  }

  List<Route> exact(Prefix prefix) {
    return editor.exact(prefix);
  }

  void put(Route route, Attributes attributes) {
    put(Row.of(route, attributes, ids.next()));
  }

  private void put(Row row) {
    int before = editor.prefixes();
    editor.put(row);
    if (editor.prefixes() > before) {
      ids.give(row.high(), row.low(), row.length());
      note(MultibitEditor.Change.came(row));
    }
  }

  /// Takes over the rows of another table, leaf by leaf where they stand after all that are here.
  void takeOver(FamilyTable other, Shared<Attributes> shared) {
    mustBuild |= multibit != null;
    noted.clear();
    for (RowCursor rows = other.editor.rows(); rows.hasRow(); rows.advanceLeaf()) {
      RouteLeaf leaf = rows.leaf();
      if (editor.isAfterAll(leaf)) {
        editor.append(leaf, leaf.adopt(ids, shared));
      } else {
        putAll(leaf, shared);
      }
    }
  }

  private void putAll(RouteLeaf leaf, Shared<Attributes> shared) {
    for (int at = 0; at < leaf.size; at++) {
      Row row = leaf.row(at);
      put(row.with(shared.one(row.attributes()), ids.next()));
    }
  }

  /// Removes the route with the same key.
  ///
  /// @return true if there was one
  boolean remove(Route route, Attributes attributes) {
    Row row = Row.of(route, attributes, 0);
    RowSearch search = editor.search();
    if (!search.exact(row.high(), row.low(), row.length())
        || search.leaf().find(search.at(), row) < 0) {
      return false;
    }
    int id = search.leaf().id(search.at());
    int before = editor.prefixes();
    editor.remove(row);
    if (editor.prefixes() < before) {
      ids.retire(id);
      note(MultibitEditor.Change.went(row, id, isNoted() ? parent(row) : -1));
    }
    return true;
  }

  private boolean isNoted() {
    return multibit != null && !mustBuild;
  }

  private void note(MultibitEditor.Change change) {
    if (!isNoted()) {
      return;
    }
    if (noted.size() > (editor.prefixes() + manyPrefixes) / NOTED_PART) {
      mustBuild = true;
      noted.clear();
      return;
    }
    noted.add(change);
  }

  /// The id of the longest prefix that covers a row's and is shorter.
  private int parent(Row row) {
    RowSearch search = editor.search();
    boolean found = search.longest(row.high(), row.low(), row.length() - 1);
    return found ? search.leaf().id(search.at()) : -1;
  }

  /// Makes the state to publish. Readers of the one before, if the multibit trie changes, do
  /// without it from now on; [#published] must follow.
  FamilyState publish() {
    RouteTree tree = editor.tree(ids.end());
    if (isWanted()) {
      update(tree);
    } else {
      multibit = null;
      mustBuild = false;
    }
    noted.clear();
    return new FamilyState(tree, multibit, sequence);
  }

  private boolean isWanted() {
    int prefixes = editor.prefixes();
    boolean isRefused = Math.abs(prefixes - refusedAt) <= refusedAt / 4;
    return prefixes >= (multibit == null ? manyPrefixes : manyPrefixes / 2) && !isRefused;
  }

  private void update(RouteTree tree) {
    changesSinceBuilt += noted.size();
    boolean isStale = mustBuild || changesSinceBuilt > Math.max(builtPrefixes, manyPrefixes);
    if (multibit == null || isStale || !change(multibit)) {
      build(tree);
    }
  }

  private void build(RouteTree tree) {
    Multibit built = MultibitBuilder.build(tree);
    multibit = built;
    refusedAt = built == null ? tree.prefixes() : 0;
    sequence = built == null ? 0 : built.sequence();
    isChanging = false;
    mustBuild = false;
    builtPrefixes = tree.prefixes();
    changesSinceBuilt = 0;
  }

  /// @return false if it has no room for all
  private boolean change(Multibit current) {
    if (noted.isEmpty()) {
      return true;
    }
    MultibitEditor changes = new MultibitEditor(current, ids);
    sequence = current.beginChanges();
    isChanging = true;
    return noted.stream().allMatch(changes::apply);
  }

  /// To be called when the state that [#publish] made is published.
  void published() {
    if (isChanging && multibit != null) {
      multibit.endChanges();
      isChanging = false;
    }
    ids.published();
  }

  /// Bytes of what is not part of the published state.
  long bytes() {
    return ids.bytes();
  }

  /// Checks the multibit trie against the tree, at both ends of every prefix. Nothing may be
  /// unpublished.
  void checkInvariants(RouteTree tree) {
    if (multibit == null) {
      return;
    }
    multibit.checkInvariants();
    for (RowCursor cursor = tree.rows(); cursor.hasRow(); cursor.advance()) {
      Row row = cursor.leaf().row(cursor.at());
      check(multibit, tree, row.high(), row.low());
      check(
          multibit,
          tree,
          row.high() | ~Address.highBits(row.length()),
          row.low() | ~Address.highBits(row.length() - 64));
    }
  }

  private static void check(Multibit multibit, RouteTree tree, long high, long low) {
    Address address = Address.ofLeft(tree.family(), high, low);
    int expected = tree.id(address);
    RouteNode.require(
        multibit.id(address.leftHigh(), address.leftLow()) == expected,
        "%s: id %d in the tree, %d in the multibit trie"
            .formatted(address, expected, multibit.id(high, low)));
  }
}
