package guidepost.routes.service;

/// How an operation of a [RouteGroup] ended.
///
/// Threads: any; immutable.
public sealed interface RouteOutcome {

  /// It is done, durable and visible.
  ///
  /// @param changed routes, tables and sources added, updated or deleted; 0 if all was so already
  /// @param revision the revision in which that is visible
  record Done(int changed, long revision) implements RouteOutcome {}

  /// It was not done; nothing was changed.
  ///
  /// @param rule the rule, for programs: lower-case words with a dot, like `table.unknown`
  /// @param field what breaks it, as the caller knows it
  /// @param value what stood there
  /// @param text field, value and rule, for people
  /// @param unswept stale routes that the end of a refresh left
  record Rejected(
      Problem problem, String rule, String field, String value, String text, int unswept)
      implements RouteOutcome {

    /// One that is about no refresh.
    Rejected(Problem problem, String rule, String field, String value, String text) {
      this(problem, rule, field, value, text, 0);
    }
  }

  /// Why an operation is not done.
  enum Problem {
    /// It breaks a rule.
    INVALID,
    /// It names a table or source that does not exist.
    UNKNOWN,
    /// What is there is not what it expects.
    CONFLICT,
    /// Another one that it depends on was rejected.
    ABORTED,
    /// What is there does not allow it.
    PRECONDITION,
    /// There are too many.
    LIMIT,
    /// Its caller may not do it.
    DENIED
  }
}
