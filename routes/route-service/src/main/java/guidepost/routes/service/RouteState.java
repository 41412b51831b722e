package guidepost.routes.service;

import guidepost.calls.SearchQueue;
import guidepost.journal.Changefeed;

/// What the calls of the route services share.
///
/// @param published what readers see
/// @param changefeed what changed
/// @param counts how many routes each source has
/// @param syncs the refreshes under way
/// @param sources which calls write for which source
/// @param background runs what neither an event loop nor the writer has time for
record RouteState(
    PublishedRoutes published,
    Changefeed<RouteChange> changefeed,
    SourceCounts counts,
    Syncs syncs,
    SourceCalls sources,
    RouteLimits limits,
    SearchQueue background) {}
