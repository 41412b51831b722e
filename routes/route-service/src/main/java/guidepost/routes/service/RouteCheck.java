package guidepost.routes.service;

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

/// Compares a route table with the journal that it was made of, at one revision.
///
/// Every stored route must be written as this program writes it and must be in the table just so;
/// with as many routes in the table as there are stored, the two hold the same.
final class RouteCheck {

  private static final String DOMAIN = "routes";

  private final RouteSnapshot table;
  private final Findings findings;
  private long stored;
  private long indexed;

  private RouteCheck(RouteSnapshot table, Findings findings) {
    this.table = table;
    this.findings = findings;
  }

  /// Compares a table in use.
  ///
  /// @return routes that the table holds as they are stored
  static long compare(RouteSnapshot table, Journal journal, Findings findings)
      throws JournalException {
    try (Journal.Snapshot state = EarlierState.at(journal, table.revision())) {
      return new RouteCheck(table, findings).run(state);
    }
  }

  /// Makes a table of the journal, and compares that.
  ///
  /// @return routes that the table holds as they are stored
  static long compareNew(Journal journal, Findings findings) throws JournalException {
    RouteTable table = new RouteTable();
    long revision =
        journal.replay(
            (key, value, at) -> {
              try {
                table.put(RouteRecord.decode(key, value, at));
              } catch (IllegalArgumentException | BufferUnderflowException e) {
                // Found again, and reported, when it is compared.
              }
            });
    table.publish(revision);
    return compare(table.snapshot(), journal, findings);
  }

  private long run(Journal.Snapshot state) throws JournalException {
    state.scan(
        new byte[0],
        null,
        (key, value, revision) -> {
          compare(key, value, revision);
          return true;
        });
    long inTable = (long) table.routeCount(Family.IPV4) + table.routeCount(Family.IPV6);
    if (inTable != stored) {
      findings.add(DOMAIN, "the index holds %d routes, %d are stored".formatted(inTable, stored));
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
        Arrays.equals(key, RouteRecord.key(route))
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
