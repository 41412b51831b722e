package guidepost.guide.features;

import guidepost.calls.Moment;
import guidepost.calls.PageToken;
import java.util.Optional;

/// Which part of a list is asked for.
///
/// @param size most features; 0 for no limit
/// @param after behind which feature it begins; empty for the beginning
/// @param state of the first page; empty if this is the first
/// @param question what the list answers, for the token of the next page
/// @param timeline of the server, for the token of the next page
record Page(
    long size, Optional<ListPlace> after, Optional<Moment> state, int question, long timeline) {

  /// Features of a page; one of more is answered with all of them.
  static final int SIZE_MAX = 65_536;

  /// All of a list.
  static final Page ALL = new Page(0, Optional.empty(), Optional.empty(), 0, 0);

  /// How many features may still be told after so many.
  long left(long told) {
    return size == 0 ? Long.MAX_VALUE : size - told;
  }

  /// Where the next page begins.
  ///
  /// @param itsRevision of the answer
  String next(long itsRevision, ListPlace place) {
    return new PageToken(question, timeline, itsRevision, place.bytes()).text();
  }
}
