package guidepost.guide.features;

import java.util.List;
import java.util.OptionalLong;

/// Operations that are decided and written together: one batch, one revision.
///
/// @param operations in order
/// @param atomic true if none is done when one is rejected
/// @param dryRun true if they are only decided
/// @param expectedRevision they are rejected unless the domain is at it
/// @param expectedTimeline they are rejected unless the domain is on it; 0: not checked
record FeatureRequest(
    List<FeatureOperation> operations,
    boolean atomic,
    boolean dryRun,
    OptionalLong expectedRevision,
    long expectedTimeline) {}
