package guidepost.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How a server takes part in a cluster; of no use to one that has its journals for itself.
///
/// @param staleAfter a server that has not heard from the log for so long is not healthy
/// @param ca whose certificates the other servers have; empty for those that the system trusts
/// @param serverName in the certificates of the other servers; empty if it is the host of their
///   address
/// @param advertised where the others reach this one, which must answer to that name; empty if they
///   do not
public record ClusterOptions(
    Duration staleAfter,
    Optional<Path> ca,
    Optional<String> serverName,
    Optional<ListenAddress> advertised) {

  /// Six times as long as it takes to notice that a leader is gone.
  static final Duration STALE_AFTER = Duration.ofSeconds(30);

  /// A broker that fails is replaced within seconds; a caller that waits longer has given up.
  static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);

  static final ClusterOptions DEFAULTS =
      new ClusterOptions(STALE_AFTER, Optional.empty(), Optional.empty(), Optional.empty());
}
