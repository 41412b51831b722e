package guidepost.routes.service;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Operations that are decided and written together: one batch, one revision.
///
/// @param operations in order
/// @param atomic true if none is done when one is rejected
/// @param dryRun true if they are only decided
/// @param expectedRevision they are rejected unless the domain is at it
/// @param expectedTimeline they are rejected unless the domain is on it; 0: not checked
/// @param naming whose they are; null if they come from the domain itself
record RouteRequest(
    List<RouteOperation> operations,
    boolean atomic,
    boolean dryRun,
    OptionalLong expectedRevision,
    long expectedTimeline,
    @Nullable Naming naming) {

  /// What a writer writes for.
  ///
  /// @param writer the party that writes: refreshes that it begins belong to it
  /// @param owner whose it is: refreshes of another one are not to be taken over; empty if unknown
  /// @param sources all that were named, the unknown ones too
  record Naming(Object writer, String owner, Set<String> sources) {}

  /// Operations that are done each for itself.
  static RouteRequest of(List<RouteOperation> operations) {
    return new RouteRequest(operations, false, false, OptionalLong.empty(), 0, null);
  }

  /// A single one.
  static RouteRequest of(RouteOperation operation) {
    return of(List.of(operation));
  }
}
