package guidepost.guide.index;

import org.jspecify.annotations.Nullable;

/// A node of a [PlaceTree]: changed in place by the edition that made it, by nobody afterwards.
///
/// Its extremes are the smallest box around the canonical points below it; an empty node has its
/// edges the wrong way round, so that it meets no box.
abstract sealed class Node permits Leaf, Inner {

  final long edition;

  /// Entries of a leaf, children of an inner node.
  int size;

  int south;
  int west;
  int north;
  int east;

  Node(long edition) {
    this.edition = edition;
    forgetExtremes();
  }

  final void forgetExtremes() {
    south = Integer.MAX_VALUE;
    west = Integer.MAX_VALUE;
    north = Integer.MIN_VALUE;
    east = Integer.MIN_VALUE;
  }

  final void extend(int southE7, int westE7, int northE7, int eastE7) {
    south = Math.min(south, southE7);
    west = Math.min(west, westE7);
    north = Math.max(north, northE7);
    east = Math.max(east, eastE7);
  }

  final void extend(Node other) {
    extend(other.south, other.west, other.north, other.east);
  }

  final void takeExtremes(Node other) {
    south = other.south;
    west = other.west;
    north = other.north;
    east = other.east;
  }

  final boolean hasExtremes(int southE7, int westE7, int northE7, int eastE7) {
    return south == southE7 && west == westE7 && north == northE7 && east == eastE7;
  }

  /// True if everything below is at one place.
  final boolean isOnePlace() {
    return south == north && west == east;
  }

  /// This node if it belongs to `wanted`, else a copy that does.
  abstract Node editable(long wanted);

  /// Adds an entry; the node must be editable.
  ///
  /// @return the right half if the node was full and had to be split
  abstract @Nullable Node insert(Entry entry);

  /// Takes the entry at (`key`, `order`) out; the node must be editable and hold it.
  abstract void remove(long key, long order);

  /// Puts `entry` in place of the one at its key and order; the node must be editable and hold it.
  abstract void replace(Entry entry);

  /// True if so little is left that the node should be joined with a neighbour.
  abstract boolean isSparse();

  /// This node and its right neighbour, which is of the same height, as one node or as two of about
  /// the same size.
  abstract Node[] joinedWith(Node right);

  /// Where the first feature below stands.
  abstract ListPosition first();

  /// Where the last one stands.
  abstract ListPosition last();

  /// Checks what must hold of this node and all below it.
  ///
  /// @return number of entries
  abstract int check(boolean isRoot);

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException("place tree: " + otherwise);
    }
  }
}
