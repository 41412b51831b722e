package guidepost.routes.service;

/// How an operation ended.
sealed interface RouteOutcome {

  /// It is done, durable and visible.
  ///
  /// @param changed routes added, updated or deleted; 0 if all was so already
  /// @param revision the revision in which that is visible
  record Done(int changed, long revision) implements RouteOutcome {}

  /// It breaks a rule; nothing was changed.
  ///
  /// @param rule the rule, for programs
  /// @param text field, value and rule, for people
  record Refused(String rule, String text) implements RouteOutcome {}

  /// It names a table that does not exist; nothing was changed.
  record Unknown(String text) implements RouteOutcome {}
}
