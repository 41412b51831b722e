package guidepost.journal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the log of several servers holds, judged record by record.
///
/// Threads: any; immutable.
///
/// @param timeline of its revisions; 0 if it is empty
/// @param begin the first offset that is kept
/// @param from the offset that it was judged from: the first one, or that of a snapshot
/// @param end the offset that the next record gets
/// @param format that records may have
/// @param chain of all frames that count
/// @param revisions of the domains
/// @param epochs those that began in what was judged, in order
/// @param records how many of each kind
/// @param voids how many do not count, by why
/// @param snapshots the furthest first
/// @param damage what is wrong; empty if nothing is
public record LogReport(
    long timeline,
    long begin,
    long from,
    long end,
    int format,
    long chain,
    Map<String, Long> revisions,
    List<Epoch> epochs,
    Map<String, Long> records,
    Map<String, Long> voids,
    List<Snapshot> snapshots,
    Optional<String> damage) {

  /// A leader's term.
  ///
  /// @param number from 1
  /// @param offset of the claim that began it
  /// @param leader where it was reached
  /// @param program its version
  /// @param frames that it wrote
  public record Epoch(long number, long offset, String leader, String program, long frames) {}

  /// A state that a new server can begin with.
  ///
  /// @param offset in the log
  /// @param made by the clock of its maker
  /// @param bytes of its files
  /// @param verified true if its maker has read it again
  /// @param revisions of the domains
  /// @param damage what is wrong with it; empty if nothing is
  public record Snapshot(
      long offset,
      Instant made,
      long bytes,
      boolean verified,
      Map<String, Long> revisions,
      Optional<String> damage) {}
}
