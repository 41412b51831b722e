package guidepost.routes.service;

import guidepost.journal.DomainWriter;

/// What bounds the memory that callers can make the route service use.
///
/// @param queuedChangesMax changes that may wait to be written; more is RESOURCE_EXHAUSTED
/// @param routesPerPrefixMax routes of one prefix; more are refused one by one
public record RouteLimits(int queuedChangesMax, int routesPerPrefixMax) {

  /// 65,536 changes; 256 routes, twice what ECMP hardware takes.
  public static final RouteLimits DEFAULT = new RouteLimits(DomainWriter.QUEUED_CHANGES_MAX, 256);
}
