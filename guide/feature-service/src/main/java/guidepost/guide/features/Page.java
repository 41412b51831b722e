package guidepost.guide.features;

import java.util.Optional;

/// Which part of a list is asked for.
///
/// @param limit most features; 0 for no limit
/// @param after behind which feature it begins; empty for the beginning
/// @param question what the list answers, for the token of the next page
record Page(long limit, Optional<PageToken> after, int question) {

  /// All of a list.
  static final Page ALL = new Page(0, Optional.empty(), 0);

  /// How many features may still be told after so many.
  long left(long told) {
    return limit == 0 ? Long.MAX_VALUE : limit - told;
  }
}
