package guidepost.routes.service;

import guidepost.calls.RejectedException;
import guidepost.journal.EarlierState;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.routes.table.Family;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteSnapshot;
import guidepost.routes.table.RouteTable;
import java.nio.BufferUnderflowException;
import java.util.Arrays;

/// Compares the route tables with the journal that they were made of, at one revision.
///
/// Every stored route must be written as this program writes it and must be in its table just so;
/// with as many routes in the tables as there are stored, the two hold the same.
final class RouteCheck {

  private static final String DOMAIN = StoredRoutes.NAME;

  private final String name;
  private final RouteSnapshot table;
  private final Findings findings;
  private long stored;
  private long indexed;

  private RouteCheck(String name, RouteSnapshot table, Findings findings) {
    this.name = name;
    this.table = table;
    this.findings = findings;
  }

  /// Compares the tables in use, each at the revision that it shows.
  ///
  /// @return routes that the tables hold as they are stored
  static long compare(PublishedRoutes published, Journal journal, Findings findings)
      throws JournalException {
    long indexed = 0;
    for (Catalog.Table table : published.catalog().tables()) {
      try {
        PublishedRoutes.State state = published.state(table.name());
        indexed += compare(table.name(), state, journal, findings);
      } catch (RejectedException e) {
        // Dropped since.
      }
    }
    checkCatalog(journal, findings);
    return indexed;
  }

  /// Compares one table.
  ///
  /// @return routes that it holds as they are stored
  static long compare(String name, PublishedRoutes.State table, Journal journal, Findings findings)
      throws JournalException {
    try (Journal.Snapshot state = EarlierState.at(journal, table.revision())) {
      return new RouteCheck(name, table.routes(), findings).run(state);
    }
  }

  /// Makes tables of the journal, and compares those.
  ///
  /// @return routes that the tables hold as they are stored
  static long compareNew(Journal journal, Findings findings) throws JournalException {
    Catalog[] catalog = {Catalog.initial()};
    long revision =
        journal.replay(
            (key, value, at) -> {
              try {
                catalog[0] = added(catalog[0], key, value, at);
              } catch (IllegalArgumentException | BufferUnderflowException | RejectedException e) {
                // Found again, and reported, when it is compared.
              }
            });
    for (Catalog.Table table : catalog[0].tables()) {
      table.routes().publish(revision);
    }
    PublishedRoutes made = new PublishedRoutes();
    made.publish(catalog[0], revision);
    return compare(made, journal, findings);
  }

  private static Catalog added(Catalog catalog, byte[] key, byte[] value, long revision) {
    if (CatalogRecord.isCatalog(key)) {
      return CatalogRecord.added(catalog, key, value, revision);
    }
    RouteTable table = catalog.required(RouteRecord.table(key)).routes();
    table.put(RouteRecord.decode(key, value, revision));
    return catalog;
  }

  /// What stands among the tables and sources must be one, and what stands among the routes must be
  /// of a table and a source that there are.
  private static void checkCatalog(Journal journal, Findings findings) throws JournalException {
    Catalog[] catalog = {Catalog.initial()};
    journal.replay(
        (key, value, revision) -> {
          if (CatalogRecord.isCatalog(key)) {
            try {
              catalog[0] = CatalogRecord.added(catalog[0], key, value, revision);
            } catch (IllegalArgumentException e) {
              findings.add(DOMAIN, "%s: %s".formatted(Findings.key(key), e.getMessage()));
            }
          } else if (!isOfTable(catalog[0], key)) {
            findings.add(DOMAIN, "%s: is of no table".formatted(Findings.key(key)));
          } else if (!isOfSource(catalog[0], key)) {
            findings.add(DOMAIN, "%s: is of no source".formatted(Findings.key(key)));
          }
        });
  }

  private static boolean isOfTable(Catalog catalog, byte[] key) {
    return Byte.toUnsignedInt(key[0]) < key.length && catalog.table(RouteRecord.table(key)) != null;
  }

  private static boolean isOfSource(Catalog catalog, byte[] key) {
    try {
      return catalog.source(RouteRecord.source(key)) != null;
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      return true; // no route at all, which is found where it is compared
    }
  }

  private long run(Journal.Snapshot state) throws JournalException {
    state.scan(
        RouteRecord.tableBegin(name),
        RouteRecord.tableEnd(name),
        (key, value, revision) -> {
          compare(key, value, revision);
          return true;
        });
    long inTable = (long) table.routeCount(Family.IPV4) + table.routeCount(Family.IPV6);
    if (inTable != stored) {
      findings.add(
          DOMAIN,
          "the index holds %d routes of table %s, %d are stored".formatted(inTable, name, stored));
    }
    checkInvariants();
    return indexed;
  }

  private void compare(byte[] key, byte[] value, long revision) {
    stored++;
    try {
      compare(key, value, RouteRecord.decode(key, value, revision));
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      findings.add(DOMAIN, "%s: is no route: %s".formatted(Findings.key(key), e.getMessage()));
    }
  }

  private void compare(byte[] key, byte[] value, Route route) {
    boolean canonical =
        Arrays.equals(key, RouteRecord.key(name, route))
            && Arrays.equals(value, RouteRecord.value(route));
    if (!canonical) {
      findings.add(
          DOMAIN, "%s: route %s is not stored as it must be".formatted(Findings.key(key), route));
    } else if (!table.exact(route.prefix()).contains(route)) {
      findings.add(
          DOMAIN,
          "%s: route %s of revision %d is stored, and not so in the index"
              .formatted(Findings.key(key), route, route.revision()));
    } else {
      indexed++;
    }
  }

  private void checkInvariants() {
    try {
      table.checkInvariants();
    } catch (AssertionError e) {
      findings.add(DOMAIN, "the index breaks a rule of its own: " + e.getMessage());
    }
  }
}
