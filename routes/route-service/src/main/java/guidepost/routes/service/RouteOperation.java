package guidepost.routes.service;

import guidepost.routes.table.Family;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One change asked of the routes, the tables or the sources.
///
/// Routes come with any distance: that of their source is put in its place.
sealed interface RouteOperation {

  /// Add a route, or update the one with the same key.
  ///
  /// @param expected revision that wrote the route last, 0 for none
  record Put(String table, Route route, OptionalLong expected) implements RouteOperation {

    /// A route of the default table, whatever is there.
    static Put of(Route route) {
      return new Put(Catalog.DEFAULT_TABLE, route, OptionalLong.empty());
    }
  }

  /// Delete the route with the same key.
  record Delete(String table, Route route, OptionalLong expected) implements RouteOperation {}

  /// Make these the only routes of a source and prefix; none deletes them.
  ///
  /// @param expected revision that wrote one of the source's routes of the prefix last
  record Replace(
      String table, Prefix prefix, String source, List<Route> routes, OptionalLong expected)
      implements RouteOperation {}

  /// Mark every route of a source in a table as stale.
  ///
  /// @param families those of them that this is about
  record BeginSync(String table, String source, Set<Family> families) implements RouteOperation {}

  /// Delete those that are still stale.
  ///
  /// @param despiteRejections though operations were rejected meanwhile
  record EndSync(String table, String source, Set<Family> families, boolean despiteRejections)
      implements RouteOperation {}

  /// A writer is gone: forget its refreshes, and that it named sources.
  record EndCall(Object writer) implements RouteOperation {}

  /// Delete routes.
  ///
  /// @param table only of this one
  /// @param source only of this one
  /// @param prefix only of this one and more specific ones
  record Flush(@Nullable String table, @Nullable String source, @Nullable Prefix prefix)
      implements RouteOperation {}

  /// Delete the routes of a source that has been gone for its delay.
  ///
  /// @param absence the one that this is about: if the source came back since, it stays
  /// @param deleteAfter how long it was to last: if the source is to be waited for otherwise by
  ///   now, it begins again
  record Expire(String source, long absence, Duration deleteAfter) implements RouteOperation {}

  /// Create a table.
  record CreateTable(String table) implements RouteOperation {}

  /// Delete a table and its routes.
  record DropTable(String table) implements RouteOperation {}

  /// Add or change a source.
  record PutSource(SourceChange change) implements RouteOperation {

    /// All of it.
    static PutSource of(Catalog.Source source) {
      return new PutSource(SourceChange.of(source));
    }
  }

  /// Delete a source that has no routes.
  record DeleteSource(String source) implements RouteOperation {}

  /// What could not be read: it takes its place in the order of answers, and changes nothing.
  ///
  /// @param path where in the operation the field stands that the reason names; empty: it is the
  ///   field of the operation itself
  /// @param scope what it would have been part of
  record Unreadable(InvalidRouteException reason, String path, Optional<Scope> scope)
      implements RouteOperation {}

  /// What its caller may not do: it takes its place in the order of answers, and changes nothing.
  ///
  /// @param scope what it would have been part of
  record Denied(Optional<Scope> scope) implements RouteOperation {}

  /// Routes that a refresh can be about.
  record Scope(String table, String source, Set<Family> families) {

    /// Those of a source in a table, of every family.
    static Scope of(String table, String source) {
      return new Scope(table, source, EnumSet.allOf(Family.class));
    }

    private static Optional<Scope> of(String table, String source, Prefix prefix) {
      return Optional.of(new Scope(table, source, EnumSet.of(prefix.family())));
    }
  }

  /// What this writes or deletes, if that can be part of a refresh: rejecting it leaves a hole
  /// there.
  default Optional<Scope> scope() {
    return switch (this) {
      case Put put -> Scope.of(put.table(), put.route().source(), put.route().prefix());
      case Delete gone -> Scope.of(gone.table(), gone.route().source(), gone.route().prefix());
      case Replace all -> Scope.of(all.table(), all.source(), all.prefix());
      case Unreadable unreadable -> unreadable.scope();
      case Denied denied -> denied.scope();
      case BeginSync _,
          EndSync _,
          EndCall _,
          Flush _,
          Expire _,
          CreateTable _,
          DropTable _,
          PutSource _,
          DeleteSource _ ->
          Optional.empty();
    };
  }
}
