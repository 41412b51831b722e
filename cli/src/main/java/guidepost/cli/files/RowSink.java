package guidepost.cli.files;

/// Takes the rows of an import.
///
/// @param <O> operations
public interface RowSink<O> {

  /// A well-formed row.
  void operation(long number, O operation);

  /// A row that is not well-formed.
  ///
  /// @param rule the rule that was broken, for programs; empty if it has no name
  void rejected(long number, String rule, String reason);

  /// An operation that is no row.
  void control(O operation);

  /// Waits until all rows so far are answered.
  void settle();
}
