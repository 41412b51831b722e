package guidepost.routes.service;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;

/// Makes the tables of a journal's latest state: each processor reads a range of the routes into
/// tables of its own, whose leaves are then put one range behind the other.
///
/// ```
///   journal ──10.0.0.0 … 101.0.0.0──▶ read, decode, put ──▶ tables ─┐
///           ──101.0.0.0 … 2001:db8──▶ read, decode, put ──▶ tables ─┴▶ take over ──▶ tables
/// ```
final class RouteLoader {

  /// More readers at once than a disk and its memory can feed.
  private static final int RANGES_MAX = 16;

  private final List<Range> ranges = new ArrayList<>();

  /// What was read.
  ///
  /// @param catalog the tables, filled and published, and the sources
  /// @param revision that this is the state of
  /// @param installedMax the last place in the order of installation
  record Loaded(Catalog catalog, long revision, long installedMax) {}

  private RouteLoader() {}

  /// Makes the tables that the journal holds.
  ///
  /// @param counts told of the sources of all routes
  /// @throws IllegalArgumentException if what is stored is no route of a table
  static Loaded load(Journal journal, ObjIntConsumer<String> counts) throws JournalException {
    int ranges = Math.min(Runtime.getRuntime().availableProcessors(), RANGES_MAX);
    return load(journal, ranges, counts);
  }

  /// The same in a number of ranges.
  static Loaded load(Journal journal, int rangesMax, ObjIntConsumer<String> counts)
      throws JournalException {
    RouteLoader loader = new RouteLoader();
    long revision = journal.replay(rangesMax, loader::range);
    Catalog catalog = loader.catalog();
    for (Map.Entry<String, RouteTable> each : loader.tables().entrySet()) {
      long created = required(catalog, each.getKey()).created();
      catalog = catalog.with(new Catalog.Table(each.getKey(), each.getValue(), created));
    }
    catalog.tables().forEach(table -> table.routes().publish(revision));
    loader.ranges.forEach(range -> range.counts.forEach(counts::accept));
    return new Loaded(catalog, revision, loader.installedMax());
  }

  private long installedMax() {
    return ranges.stream().mapToLong(range -> range.installedMax).max().orElse(0);
  }

  /// The tables that have routes: that of the first range, with those of the others behind it.
  private Map<String, RouteTable> tables() {
    Map<String, RouteTable> whole = new TreeMap<>();
    for (Range range : ranges) {
      range.tables.forEach(
          (name, table) -> {
            RouteTable first = whole.putIfAbsent(name, table);
            if (first != null) {
              first.takeOver(table);
            }
          });
    }
    return whole;
  }

  private Range range(long entries) {
    ranges.add(new Range());
    return ranges.getLast();
  }

  /// The tables, empty, and the sources: they stand before all routes, in the first range or, if
  /// there are more of them than routes, in the first ones.
  private Catalog catalog() {
    Catalog catalog = Catalog.initial();
    for (Range range : ranges) {
      for (CatalogEntry entry : range.catalog) {
        catalog = CatalogRecord.added(catalog, entry.key, entry.value, entry.revision);
      }
    }
    return catalog;
  }

  private static Catalog.Table required(Catalog catalog, String name) {
    Catalog.Table table = catalog.table(name);
    if (table == null) {
      throw new IllegalArgumentException("a stored route is of no table: " + name);
    }
    return table;
  }

  /// A table or source as it is stored.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record CatalogEntry(byte[] key, byte[] value, long revision) {}

  /// What one thread reads.
  private static final class Range implements Journal.EntryVisitor {

    private final List<CatalogEntry> catalog = new ArrayList<>();
    private final Map<String, RouteTable> tables = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final RouteDecoder decoder = new RouteDecoder();
    private String tableName = "";
    private RouteTable table = new RouteTable();
    private long installedMax;

    @Override
    public void entry(byte[] key, byte[] value, long revision) {
      if (CatalogRecord.isCatalog(key)) {
        catalog.add(new CatalogEntry(key.clone(), value.clone(), revision));
        return;
      }
      change(RouteRecord.table(key));
      Route route = decoder.decode(key, value, revision);
      table.put(route);
      counts.merge(route.source(), 1, Integer::sum);
      installedMax = Math.max(installedMax, route.installed());
    }

    private void change(String name) {
      if (!name.equals(tableName)) {
        tableName = name;
        table = tables.computeIfAbsent(name, _ -> new RouteTable());
      }
    }
  }
}
