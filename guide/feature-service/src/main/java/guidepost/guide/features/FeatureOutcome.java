package guidepost.guide.features;

import guidepost.calls.Rejection;

/// How an operation ended.
sealed interface FeatureOutcome {

  /// It is done, durable and visible.
  ///
  /// @param featureId of the feature meant
  /// @param changed 1 if it was added, updated or deleted; 0 if all was so already
  /// @param revision the revision in which that is visible
  record Done(String featureId, int changed, long revision) implements FeatureOutcome {}

  /// It was not done; nothing was changed.
  ///
  /// @param why of the operation alone; its fields are paths within the operation
  record Refused(Rejection why) implements FeatureOutcome {}
}
