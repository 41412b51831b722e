package guidepost.routes.service;

import guidepost.calls.HistoryCalls;
import guidepost.calls.SearchQueue;
import guidepost.journal.DomainWriter;
import java.time.Duration;

/// What bounds the memory that callers can make the route service use.
///
/// @param queuedChangesMax changes that may wait to be written; more is RESOURCE_EXHAUSTED
/// @param routesPerPrefixMax routes of one prefix; more are rejected one by one
/// @param tablesMax tables, the default one among them; one more is rejected
/// @param sourcesMax sources, `static` among them; one more is rejected
/// @param historyWaitingMax questions about earlier states that may wait; one more is
///   RESOURCE_EXHAUSTED
/// @param watchesMax Watch calls at once; more are RESOURCE_EXHAUSTED
/// @param searchWait how long a long query may wait for those before it
/// @param messageBytesMax bytes of a message; only told to callers, and kept by the server
public record RouteLimits(
    int queuedChangesMax,
    int routesPerPrefixMax,
    int tablesMax,
    int sourcesMax,
    int historyWaitingMax,
    int watchesMax,
    int messageBytesMax,
    Duration searchWait) {

  /// Far more tables and sources than routers have, and few enough to be listed in one message.
  private static final int NAMES_MAX = 1_024;

  /// 131,072 changes; 256 routes, twice what ECMP hardware takes; 1,024 watches, each of which may
  /// hold some megabytes while it reads the log; 4 MiB.
  public static final RouteLimits DEFAULT =
      new RouteLimits(
          DomainWriter.QUEUED_CHANGES_MAX,
          256,
          NAMES_MAX,
          NAMES_MAX,
          HistoryCalls.WAITING_MAX,
          1_024,
          4 << 20,
          SearchQueue.PATIENCE);

  /// The same with other bounds on changes, routes, watches and messages.
  RouteLimits with(int queuedChanges, int routesPerPrefix, int watches, int messageBytes) {
    return new RouteLimits(
        queuedChanges,
        routesPerPrefix,
        tablesMax,
        sourcesMax,
        historyWaitingMax,
        watches,
        messageBytes,
        searchWait);
  }

  /// The same with other bounds on what has a name.
  RouteLimits withNames(int tables, int sources) {
    return new RouteLimits(
        queuedChangesMax,
        routesPerPrefixMax,
        tables,
        sources,
        historyWaitingMax,
        watchesMax,
        messageBytesMax,
        searchWait);
  }
}
