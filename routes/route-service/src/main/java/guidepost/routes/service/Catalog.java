package guidepost.routes.service;

import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteTable;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The tables and the sources that there are. Immutable; a change makes another one.
///
/// Threads: any.
final class Catalog {

  /// The table that is always there.
  static final String DEFAULT_TABLE = "default";

  /// As long as a restart of routers takes at the very most.
  static final Duration DELETE_AFTER_MAX = Duration.ofDays(7);

  /// A table.
  ///
  /// @param created the revision that created it
  record Table(String name, RouteTable routes, long created) {}

  /// An owner of routes.
  ///
  /// @param deleteOnDisconnect true if its routes are deleted when it is gone
  /// @param deleteAfter how long it may be gone before that
  /// @param revision the revision that put it last; 0 for "static"
  record Source(
      String name, int distance, boolean deleteOnDisconnect, Duration deleteAfter, long revision) {

    static final Source STATIC =
        new Source(Route.STATIC, Route.STATIC_DISTANCE, false, Duration.ZERO, 0);

    boolean sameAs(Source other) {
      return equals(
          new Source(
              other.name, other.distance, other.deleteOnDisconnect, other.deleteAfter, revision));
    }
  }

  private final NavigableMap<String, Table> tables;
  private final NavigableMap<String, Source> sources;

  private Catalog(NavigableMap<String, Table> tables, NavigableMap<String, Source> sources) {
    this.tables = tables;
    this.sources = sources;
  }

  /// One with the default table, empty, and the static source.
  static Catalog initial() {
    Catalog empty = new Catalog(new TreeMap<>(), new TreeMap<>());
    return empty.with(new Table(DEFAULT_TABLE, new RouteTable(), 0)).with(Source.STATIC);
  }

  /// The full name of a table that may be left out.
  static String tableName(String name) {
    return name.isEmpty() ? DEFAULT_TABLE : name;
  }

  @Nullable Table table(String name) {
    return tables.get(name);
  }

  @Nullable Source source(String name) {
    return sources.get(name);
  }

  /// @param name may be empty: the default one
  /// @throws guidepost.calls.RejectedException NOT_FOUND if there is none of that name
  Table required(String name) {
    Table table = tables.get(tableName(name));
    if (table == null) {
      throw RouteRejections.unknownTable("table", name);
    }
    return table;
  }

  static String unknownTable(String name) {
    return "no table matches \"%s\"".formatted(InvalidRouteException.shortened(name));
  }

  static String unknownSource(String name) {
    return "no source matches \"%s\"".formatted(InvalidRouteException.shortened(name));
  }

  int tableCount() {
    return tables.size();
  }

  int sourceCount() {
    return sources.size();
  }

  /// By name.
  Iterable<Table> tables() {
    return tables.values();
  }

  /// By name.
  Iterable<Source> sources() {
    return sources.values();
  }

  /// By name, those that come behind one.
  Iterable<Table> tablesAfter(String name) {
    return tables.tailMap(name, false).values();
  }

  /// By name, those that come behind one.
  Iterable<Source> sourcesAfter(String name) {
    return sources.tailMap(name, false).values();
  }

  Catalog with(Table table) {
    return edited(tables, changed -> changed.put(table.name(), table));
  }

  Catalog withoutTable(String name) {
    return edited(tables, changed -> changed.remove(name));
  }

  private Catalog edited(Map<String, Table> before, Consumer<Map<String, Table>> edit) {
    NavigableMap<String, Table> after = new TreeMap<>(before);
    edit.accept(after);
    return new Catalog(after, sources);
  }

  Catalog with(Source source) {
    NavigableMap<String, Source> after = new TreeMap<>(sources);
    after.put(source.name(), source);
    return new Catalog(tables, after);
  }

  Catalog withoutSource(String name) {
    NavigableMap<String, Source> after = new TreeMap<>(sources);
    after.remove(name);
    return new Catalog(tables, after);
  }
}
