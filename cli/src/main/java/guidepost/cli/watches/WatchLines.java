package guidepost.cli.watches;

/// How the entries and changes of one noun are shown, each as a line of text or JSON.
///
/// @param <E> entries of a snapshot
/// @param <C> changes
public interface WatchLines<E, C> {

  /// An entry of the snapshot.
  String entry(E entry);

  /// A change.
  String change(C change);
}
