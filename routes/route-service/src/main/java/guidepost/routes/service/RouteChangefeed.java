package guidepost.routes.service;

import guidepost.journal.Changefeed;
import guidepost.journal.Journal;
import guidepost.journal.Value;
import guidepost.routes.table.Route;
import org.jspecify.annotations.Nullable;

/// Reads the changes of routes out of the journal's log.
///
/// Threads: any.
final class RouteChangefeed {

  private RouteChangefeed() {}

  /// The changes of the routes of all tables; those of tables and sources are none.
  static Changefeed<RouteChange> of(Journal journal) {
    return new Changefeed<>(journal, RouteChangefeed::change);
  }

  /// What happened to one key.
  ///
  /// @return null if that is nothing of a route
  /// @throws IllegalArgumentException if the bytes are no route
  static @Nullable RouteChange change(
      long revision, byte[] key, byte @Nullable [] value, @Nullable Value prior) {
    if (CatalogRecord.isCatalog(key) || (value == null && prior == null)) {
      return null;
    }
    Route before = prior == null ? null : RouteRecord.decode(key, prior.bytes(), prior.revision());
    Route after = value == null ? null : RouteRecord.decode(key, value, revision);
    return new RouteChange(RouteRecord.table(key), revision, before, after);
  }
}
