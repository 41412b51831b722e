package guidepost.journal.kafka;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// The chains of the log at its last places, by which a claim of a server that is behind is told
/// from one of a server whose copy is another one.
///
/// Threads: one at a time.
final class Chains {

  /// Longer than a server is behind that claims: it has read the log to its end.
  private static final int KEPT_MAX = 65_536;

  private final TreeMap<Long, Long> byOffset = new TreeMap<>();

  /// @param offset from which on the log has that chain
  void add(long offset, long chain) {
    byOffset.put(offset, chain);
    if (byOffset.size() > KEPT_MAX) {
      byOffset.pollFirstEntry();
    }
  }

  /// The chain of the log before an offset; empty if that is too long ago.
  OptionalLong at(long offset) {
    Map.Entry<Long, Long> entry = byOffset.floorEntry(offset);
    return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.getValue());
  }
}
