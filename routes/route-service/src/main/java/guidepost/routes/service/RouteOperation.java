package guidepost.routes.service;

import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;

/// One change asked of the route table.
sealed interface RouteOperation {

  /// Add a route, or update the one of the same identity.
  record Put(Route route) implements RouteOperation {}

  /// Delete the route of the same identity.
  record Delete(Route route) implements RouteOperation {}

  /// Delete every route of exactly this prefix.
  record DeletePrefix(Prefix prefix) implements RouteOperation {}

  /// What could not be read: it takes its place in the order of answers, and changes nothing.
  record Unreadable(InvalidRouteException reason) implements RouteOperation {}

  /// What names a table that does not exist.
  record UnknownTable(String table) implements RouteOperation {}
}
