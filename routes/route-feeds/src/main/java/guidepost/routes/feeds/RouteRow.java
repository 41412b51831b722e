package guidepost.routes.feeds;

import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Route;

/// What became of one row of a feed.
///
/// Threads: any; immutable.
public sealed interface RouteRow {

  /// Where the row stands: its line, or its place among the entries of a JSON array, from 1.
  ///
  /// An entry with several next hops yields several rows of one number.
  long number();

  /// The row is a route.
  ///
  /// @param number where the row stands, from 1
  /// @param route what it says; not yet in any table
  record Parsed(long number, Route route) implements RouteRow {}

  /// The row is not a route, or none that can be taken.
  ///
  /// @param number where the row stands, from 1
  /// @param rule the rule that was broken, for programs: lower-case words with a dot, as
  ///   [InvalidRouteException#rule] gives them
  /// @param reason field, value and rule, for people
  record Rejected(long number, String rule, String reason) implements RouteRow {

    /// Refused for the rule that was broken.
    Rejected(long number, InvalidRouteException e) {
      this(number, e.rule(), e.getMessage());
    }
  }
}
