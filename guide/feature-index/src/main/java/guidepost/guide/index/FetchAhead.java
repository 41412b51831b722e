package guidepost.guide.index;

import guidepost.guide.geo.Point;
import java.util.Arrays;

/// Brings from memory what changes are going to touch, for many of them at once: the processor then
/// waits for several places in memory at a time, and each change by itself for one after the other.
///
/// ```
///   ids      ─▶ pages ─▶ positions ─┐
///   new places ─────────────────────┴─▶ nodes, level by level ─▶ leaves ─▶ their arrays
/// ```
///
/// Nothing that is found here is kept: a change before may have moved it.
///
/// Threads: the writer's.
final class FetchAhead {

  private final IdTrie.Slot[] slots = new IdTrie.Slot[FeatureIndex.FETCHED_MAX];
  private final int[] hashes = new int[FeatureIndex.FETCHED_MAX];
  private int pageCount;

  private final Node[] nodes = new Node[2 * FeatureIndex.FETCHED_MAX];
  private final long[] keys = new long[2 * FeatureIndex.FETCHED_MAX];
  private int walks;

  /// Means nothing: what was read must go somewhere.
  @SuppressWarnings("UnusedVariable")
  private int fetched;

  /// The page of an id, and the leaf where its feature is.
  void id(IdTrie.Branch ids, byte[] id) {
    hashes[pageCount] = IdTrie.hash(id);
    slots[pageCount] = ids;
    pageCount++;
  }

  /// The leaf where a feature at a place belongs.
  void place(Point point) {
    keys[walks++] = Hilbert.key(point.canonical());
  }

  /// Fetches all that was named since the last time.
  void run(Node root) {
    for (int shift = 0; descend(shift); shift += IdTrie.BITS) {}
    for (int i = 0; i < pageCount; i++) {
      IdTrie.Page page = (IdTrie.Page) slots[i];
      int at = page.indexOf(hashes[i]);
      if (at >= 0) {
        keys[walks++] = page.key(at);
      }
    }
    walk(root);
    for (int i = 0; i < walks; i++) {
      fetched += ((Leaf) nodes[i]).fetch(keys[i]);
    }
    Arrays.fill(slots, 0, pageCount, null); // so that it keeps nothing of earlier editions
    Arrays.fill(nodes, 0, walks, null);
    pageCount = 0;
    walks = 0;
  }

  /// @return true if one of the slots is still a branch
  private boolean descend(int shift) {
    boolean more = false;
    for (int i = 0; i < pageCount; i++) {
      slots[i] =
          slots[i] instanceof IdTrie.Branch branch ? branch.below(hashes[i], shift) : slots[i];
    }
    for (int i = 0; i < pageCount; i++) {
      switch (slots[i]) {
        case IdTrie.Branch branch -> {
          fetched += branch.fetch();
          more = true;
        }
        case IdTrie.Page page -> fetched += page.fetch();
      }
    }
    return more;
  }

  private void walk(Node root) {
    for (int i = 0; i < walks; i++) {
      nodes[i] = root;
    }
    for (int height = root instanceof Inner inner ? inner.height : 0; height > 0; height--) {
      for (int i = 0; i < walks; i++) {
        fetched += ((Inner) nodes[i]).fetch();
      }
      for (int i = 0; i < walks; i++) {
        Inner inner = (Inner) nodes[i];
        nodes[i] = inner.children[inner.childFor(keys[i], 0)];
      }
    }
    for (int i = 0; i < walks; i++) {
      fetched += ((Leaf) nodes[i]).fetch();
    }
  }
}
