package guidepost.routes.service;

import guidepost.routes.table.RouteSnapshot;

/// What readers see: the tables and sources, and up to which revision.
///
/// Publication rule: the writer publishes each table that changed, then the catalog, and the
/// revision last; a reader takes the revision first. So what a reader finds is at least as new as
/// the revision that it tells of.
///
/// Threads: [#publish] is the writer's; the rest is any thread's.
final class PublishedRoutes {

  private volatile Catalog catalog = Catalog.initial();
  private volatile long revision;

  Catalog catalog() {
    return catalog;
  }

  long revision() {
    return revision;
  }

  void publish(Catalog newCatalog, long newRevision) {
    catalog = newCatalog;
    revision = newRevision;
  }

  /// A table's state, and the revision that it is the state of.
  ///
  /// @param revision may be greater than the snapshot's: then other tables changed since
  record State(RouteSnapshot routes, long revision) {

    /// The newest state of a table.
    ///
    /// Never of a revision before the table was created: an earlier table of that name, dropped
    /// since, may have held other routes then.
    ///
    /// @param seen the revision that was published when the table was looked for
    static State of(Catalog.Table table, long seen) {
      RouteSnapshot routes = table.routes().snapshot();
      long atLeast = Math.max(seen, table.created());
      return new State(routes, Math.max(atLeast, routes.revision()));
    }
  }

  /// The newest state of a table.
  ///
  /// @param name may be empty: the default one
  /// @throws guidepost.calls.RejectedException NOT_FOUND if there is none of that name
  State state(String name) {
    long seen = revision;
    return State.of(catalog.required(name), seen);
  }
}
