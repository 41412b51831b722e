package guidepost.routes.service;

import static guidepost.routes.service.RejectedOutcomes.unknownSource;
import static guidepost.routes.service.RejectedOutcomes.unknownTable;
import static guidepost.routes.service.RouteDecision.done;

import java.util.function.LongFunction;

/// Decides which routes go at once: those that were asked for, and those of a source that has been
/// disconnected for too long.
///
/// Threads: the writer's alone.
final class FlushDecision {

  private final SourceCalls calls;
  private final CatalogDecision catalog;
  private final RouteEdits edits;

  FlushDecision(SourceCalls calls, CatalogDecision catalog, RouteEdits edits) {
    this.calls = calls;
    this.catalog = catalog;
    this.edits = edits;
  }

  LongFunction<RouteOutcome> flush(RouteOperation.Flush flush) {
    if (flush.table() != null && catalog.catalog().table(flush.table()) == null) {
      return unknownTable(flush.table());
    }
    if (flush.source() != null && catalog.catalog().source(flush.source()) == null) {
      return unknownSource(flush.source());
    }
    int deleted = 0;
    for (Catalog.Table table : catalog.catalog().tables()) {
      if (flush.table() == null || flush.table().equals(table.name())) {
        deleted +=
            edits.deleteAll(
                table,
                flush.source() == null
                    ? edits.all(table, flush.prefix())
                    : edits.ofSource(table, flush.prefix(), flush.source()));
      }
    }
    return done(deleted);
  }

  LongFunction<RouteOutcome> expire(RouteOperation.Expire expire) {
    Catalog.Source source = catalog.catalog().source(expire.source());
    boolean wanted =
        source != null
            && source.deleteOnDisconnect()
            && source.deleteAfter().equals(expire.deleteAfter());
    if (!wanted || !calls.isGone(expire.source(), expire.absence())) {
      return done(0);
    }
    return flush(new RouteOperation.Flush(null, expire.source(), null));
  }
}
