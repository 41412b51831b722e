package guidepost.routes.service;

import guidepost.journal.Batch;
import guidepost.journal.Value;
import guidepost.routes.table.RouteTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tables and sources as one request decides them, and what it writes for that.
///
/// Knows nothing of routes: the caller that drops a table or deletes a source has dealt with its
/// routes.
///
/// Threads: the writer's alone.
final class CatalogDecision {

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Edit(byte[] key, byte @Nullable [] value, @Nullable Value prior) {}

  private final long revision;
  private final List<Edit> edits = new ArrayList<>();
  private Catalog catalog;

  /// @param catalog the tables and sources as decided so far
  /// @param revision that of the batch
  CatalogDecision(Catalog catalog, long revision) {
    this.catalog = catalog;
    this.revision = revision;
  }

  /// The tables and sources with what was decided.
  Catalog catalog() {
    return catalog;
  }

  /// Writes what was decided into a batch.
  void addTo(Batch batch) {
    for (Edit edit : edits) {
      if (edit.value() == null) {
        batch.delete(edit.key(), edit.prior());
      } else {
        batch.put(edit.key(), edit.value(), edit.prior());
      }
    }
  }

  /// Creates a table that is not there.
  void create(String name) {
    Catalog.Table table = new Catalog.Table(name, new RouteTable(), revision);
    catalog = catalog.with(table);
    edits.add(new Edit(CatalogRecord.key(table), CatalogRecord.tableValue(), null));
  }

  /// Drops a table that has no routes any more.
  void drop(Catalog.Table table) {
    catalog = catalog.withoutTable(table.name());
    Value prior = new Value(table.created(), CatalogRecord.tableValue());
    edits.add(new Edit(CatalogRecord.key(table), null, prior));
  }

  /// Puts a source in place of what was there of its name.
  ///
  /// @return the source as it was written
  Catalog.Source put(Catalog.Source asked) {
    Value prior = stored(catalog.source(asked.name()));
    Catalog.Source source =
        new Catalog.Source(
            asked.name(),
            asked.distance(),
            asked.deleteOnDisconnect(),
            asked.deleteAfter(),
            revision);
    catalog = catalog.with(source);
    edits.add(new Edit(CatalogRecord.key(source), CatalogRecord.value(source), prior));
    return source;
  }

  /// Deletes a source that has no routes any more.
  void delete(Catalog.Source source) {
    catalog = catalog.withoutSource(source.name());
    edits.add(new Edit(CatalogRecord.key(source), null, stored(source)));
  }

  private static @Nullable Value stored(Catalog.@Nullable Source source) {
    return source == null ? null : new Value(source.revision(), CatalogRecord.value(source));
  }
}
