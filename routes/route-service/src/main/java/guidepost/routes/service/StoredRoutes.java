package guidepost.routes.service;

import com.google.protobuf.Message;
import guidepost.calls.StoredDomain;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.routes.table.Address;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import guidepost.storage.v1.DumpedRoute;
import guidepost.storage.v1.DumpedSource;
import guidepost.storage.v1.DumpedTable;
import guidepost.storage.v1.StoredSource;
import java.nio.BufferUnderflowException;
import java.time.Duration;
import java.util.Optional;

/// What the routes' journal holds: routes, tables and sources.
///
/// Threads: any.
final class StoredRoutes implements StoredDomain {

  /// The journal domain that routes are in.
  static final String NAME = "routes";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public long verify(Journal journal, Findings findings) throws JournalException {
    return RouteCheck.compareNew(journal, findings);
  }

  @Override
  public Optional<Message> line(byte[] key, byte[] value, long revision) {
    try {
      return Optional.of(
          CatalogRecord.isCatalog(key)
              ? catalogLine(key, value, revision)
              : route(key, value, revision));
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      return Optional.empty();
    }
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

  private static Message catalogLine(byte[] key, byte[] value, long revision) {
    Catalog before = Catalog.initial();
    Catalog after = CatalogRecord.added(before, key, value, revision);
    for (Catalog.Table table : after.tables()) {
      if (before.table(table.name()) == null) {
        return DumpedTable.newBuilder().setName(table.name()).setRevision(revision).build();
      }
    }
    for (Catalog.Source source : after.sources()) {
      if (before.source(source.name()) == null) {
        return source(source);
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
                .setGraceMs(source.deleteAfter().toMillis()))
        .setRevision(source.revision())
        .build();
  }

  @Override
  public boolean entry(Message line, Journal.EntryVisitor visitor) {
    switch (line) {
      case DumpedRoute route -> routeEntry(route, visitor);
      case DumpedTable table -> tableEntry(table, visitor);
      case DumpedSource source -> sourceEntry(source, visitor);
      default -> {
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
