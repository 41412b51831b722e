package guidepost.routes.table;

import org.jspecify.annotations.Nullable;

/// The routes of one family as published: in order, and, where there are many, by address.
///
/// @param multibit what answers look-ups while its sequence counter is `sequence`; null if the tree
///   does
record FamilyState(RouteTree tree, @Nullable Multibit multibit, long sequence) {

  /// The id of the longest match for each of many IPv4 addresses; -1 if there is none.
  ///
  /// @return false if the writer came between; then what is in `ids` means nothing
  boolean ipv4(int[] addresses, int count, int[] ids) {
    Multibit current = multibit;
    if (current == null) {
      tree.ipv4(addresses, count, ids);
      return true;
    }
    if (current.sequence() != sequence) {
      return false;
    }
    current.ipv4(addresses, count, ids);
    return current.isStill(sequence);
  }

  /// The same for IPv6 addresses, of two longs each.
  boolean ipv6(long[] highLow, int count, int[] ids, Multibit.Scratch scratch) {
    Multibit current = multibit;
    if (current == null) {
      tree.ipv6(highLow, count, ids);
      return true;
    }
    if (current.sequence() != sequence) {
      return false;
    }
    current.ipv6(highLow, count, ids, scratch);
    return current.isStill(sequence);
  }

  /// True unless the writer is changing what answers look-ups, or has.
  boolean isSettled() {
    Multibit current = multibit;
    return current == null || current.sequence() == sequence;
  }

  long bytes() {
    return tree.bytes() + (multibit == null ? 0 : multibit.bytes());
  }
}
