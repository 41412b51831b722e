package guidepost.routes.service;

import guidepost.journal.Journal;
import guidepost.routes.table.Address;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import guidepost.storage.v1.DumpLine;
import guidepost.storage.v1.DumpedRoute;
import guidepost.storage.v1.DumpedSource;
import guidepost.storage.v1.DumpedTable;
import guidepost.storage.v1.StoredSource;
import java.nio.BufferUnderflowException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// Entries of the routes' journal as lines of a dump, and back.
///
/// Threads: any.
public final class RouteDump {

  private RouteDump() {}

  /// The line of an entry.
  ///
  /// @return empty if the entry is not as this program writes it: then only its bytes tell all
  public static Optional<DumpLine> line(byte[] key, byte[] value, long revision) {
    try {
      DumpLine line =
          CatalogRecord.isCatalog(key)
              ? catalogLine(key, value, revision)
              : DumpLine.newBuilder().setRoute(route(key, value, revision)).build();
      return Optional.of(line).filter(made -> leadsBack(made, key, value));
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  private static boolean leadsBack(DumpLine line, byte[] key, byte[] value) {
    boolean[] same = {false};
    entry(
        line,
        (itsKey, itsValue, revision) ->
            same[0] = Arrays.equals(key, itsKey) && Arrays.equals(value, itsValue));
    return same[0];
  }

  private static DumpedRoute route(byte[] key, byte[] value, long revision) {
    Route route = RouteRecord.decode(key, value, revision);
    DumpedRoute.Builder line =
        DumpedRoute.newBuilder()
            .setTable(RouteRecord.table(key))
            .setPrefix(route.prefix().toString())
            .setSource(route.source())
            .setInterface(route.nextHop().interfaceName())
            .setBlackhole(route.nextHop() instanceof NextHop.Blackhole)
            .setDistance(route.distance())
            .setMetric((int) route.metric())
            .setPathId((int) route.pathId())
            .setInstalled(route.installed())
            .addAllTags(route.tags())
            .setRevision(revision);
    if (route.nextHop() instanceof NextHop.Gateway gateway) {
      line.setNextHop(gateway.address().toString());
    }
    return line.build();
  }

  private static DumpLine catalogLine(byte[] key, byte[] value, long revision) {
    Catalog before = Catalog.initial();
    Catalog after = CatalogRecord.added(before, key, value, revision);
    for (Catalog.Table table : after.tables()) {
      if (before.table(table.name()) == null) {
        return DumpLine.newBuilder()
            .setTable(DumpedTable.newBuilder().setName(table.name()).setRevision(revision))
            .build();
      }
    }
    for (Catalog.Source source : after.sources()) {
      if (before.source(source.name()) == null) {
        return DumpLine.newBuilder().setSource(source(source)).build();
      }
    }
    throw new IllegalArgumentException("neither a table nor a source");
  }

  private static DumpedSource source(Catalog.Source source) {
    return DumpedSource.newBuilder()
        .setName(source.name())
        .setValue(
            StoredSource.newBuilder()
                .setDistance(source.distance())
                .setDeleteOnDisconnect(source.deleteOnDisconnect())
                .setGraceMs(source.grace().toMillis()))
        .setRevision(source.revision())
        .build();
  }

  /// The entry of a line.
  ///
  /// @return false if the line is of no entry of the routes
  /// @throws IllegalArgumentException if a field breaks a rule
  public static boolean entry(DumpLine line, Journal.EntryVisitor visitor) {
    switch (line.getLineCase()) {
      case ROUTE -> routeEntry(line.getRoute(), visitor);
      case TABLE -> tableEntry(line.getTable(), visitor);
      case SOURCE -> sourceEntry(line.getSource(), visitor);
      case HEADER, FEATURE, NOTE, NOTE_KEY, TRIP, FIXES, ENTRY, END, LINE_NOT_SET -> {
        return false;
      }
    }
    return true;
  }

  private static void routeEntry(DumpedRoute line, Journal.EntryVisitor visitor) {
    Route route =
        new Route(
            Prefix.parse(line.getPrefix()),
            RouteText.name("source", line.getSource()),
            nextHop(line),
            line.getDistance(),
            Integer.toUnsignedLong(line.getMetric()),
            line.getInstalled(),
            line.getRevision(),
            line.getTagsList(),
            Integer.toUnsignedLong(line.getPathId()));
    visitor.entry(
        RouteRecord.key(RouteText.name("table", line.getTable()), route),
        RouteRecord.value(route),
        line.getRevision());
  }

  private static NextHop nextHop(DumpedRoute line) {
    if (line.getBlackhole()) {
      return new NextHop.Blackhole();
    }
    return line.getNextHop().isEmpty()
        ? new NextHop.Connected(line.getInterface())
        : new NextHop.Gateway(Address.parse(line.getNextHop()), line.getInterface());
  }

  private static void tableEntry(DumpedTable line, Journal.EntryVisitor visitor) {
    visitor.entry(
        CatalogRecord.tableKey(RouteText.name("table", line.getName())),
        CatalogRecord.tableValue(),
        line.getRevision());
  }

  private static void sourceEntry(DumpedSource line, Journal.EntryVisitor visitor) {
    StoredSource value = line.getValue();
    Catalog.Source source =
        new Catalog.Source(
            RouteText.name("source", line.getName()),
            value.getDistance(),
            value.getDeleteOnDisconnect(),
            Duration.ofMillis(value.getGraceMs()),
            line.getRevision());
    visitor.entry(CatalogRecord.key(source), CatalogRecord.value(source), line.getRevision());
  }
}
