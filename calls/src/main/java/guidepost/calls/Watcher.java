package guidepost.calls;

/// A watch, for the code that finds the ones that a change concerns.
///
/// Threads: any.
public interface Watcher {

  /// Some of the changes of these revisions are wanted; the others up to the last were looked at.
  ///
  /// @param first the earliest
  /// @param last the latest; not before those that were told of already
  void concerned(long first, long last);
}
