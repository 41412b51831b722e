package guidepost.routes.service;

import guidepost.routes.table.Route;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One change of one route.
///
/// @param table the name of its table
/// @param revision that made it
/// @param before null if it was not there
/// @param after null if it is gone
record RouteChange(String table, long revision, @Nullable Route before, @Nullable Route after) {

  /// The route as it is, or was.
  Route route() {
    return after == null ? Objects.requireNonNull(before) : after;
  }
}
