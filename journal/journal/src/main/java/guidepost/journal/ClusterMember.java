package guidepost.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A server of a [Cluster], as it has told about itself lately.
///
/// Threads: any; immutable.
///
/// @param address where others reach it; empty if nobody tells them
/// @param version of its program
/// @param format the newest format of records that it knows
/// @param leads true if it said that it leads
/// @param epoch that it knows
/// @param offset of the next record that it reads
/// @param asOf when it last held all that it knew of, by its clock
/// @param revisions of its journals
/// @param silent how long it has said nothing; a server that works says something every second
/// @param self true if it is the asked server
/// @param trouble why it reads and writes nothing any more, until it is started again; empty if all
///   is well, or its version does not tell
public record ClusterMember(
    String address,
    String version,
    int format,
    boolean leads,
    long epoch,
    long offset,
    Optional<Instant> asOf,
    Map<String, Long> revisions,
    Duration silent,
    boolean self,
    String trouble) {

  /// A server that has said nothing for longer is not there.
  public static final Duration SILENT_MAX = Duration.ofSeconds(5);

  /// What a server is called, whatever it tells.
  public ClusterMember {
    revisions = Map.copyOf(revisions);
  }

  /// True if it has said something of late.
  public boolean isThere() {
    return silent.compareTo(SILENT_MAX) <= 0;
  }

  /// True if it takes part: it is there, and goes on.
  public boolean takesPart() {
    return isThere() && trouble.isEmpty();
  }
}
