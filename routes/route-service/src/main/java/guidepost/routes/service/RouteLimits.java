package guidepost.routes.service;

import guidepost.calls.SearchQueue;
import guidepost.journal.DomainWriter;
import java.time.Duration;

/// What bounds the memory that callers can make the route service use.
///
/// @param queuedChangesMax changes that may wait to be written; more is RESOURCE_EXHAUSTED
/// @param routesPerPrefixMax routes of one prefix; more are rejected one by one
/// @param watchesMax Watch calls at once; more are RESOURCE_EXHAUSTED
/// @param searchWait how long a long query may wait for those before it
/// @param messageBytesMax bytes of a message; only told to callers, and kept by the server
public record RouteLimits(
    int queuedChangesMax,
    int routesPerPrefixMax,
    int watchesMax,
    int messageBytesMax,
    Duration searchWait) {

  /// 131,072 changes; 256 routes, twice what ECMP hardware takes; 1,024 watches, each of which may
  /// hold some megabytes while it reads the log; 4 MiB.
  public static final RouteLimits DEFAULT =
      new RouteLimits(DomainWriter.QUEUED_CHANGES_MAX, 256, 1_024, 4 << 20, SearchQueue.PATIENCE);
}
