package guidepost.guide.features;

import java.util.List;
import java.util.OptionalLong;

/// Operations that are decided and written together: one batch, one revision.
///
/// @param operations in order
/// @param atomic true if none is done when one is refused
/// @param dryRun true if they are only decided
/// @param expectedRevision they are refused unless the domain is at it
record FeatureRequest(
    List<FeatureOperation> operations,
    boolean atomic,
    boolean dryRun,
    OptionalLong expectedRevision) {}
