package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Batch;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.MemoryJournalStore;
import guidepost.routes.table.Address;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteTable;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Tables that are what their journal says, and tables that are not.
final class RouteCheckTest {

  private static final Route TEN = route("10.0.0.0", 8);
  private static final Route ELEVEN = route("11.0.0.0", 8);

  private final Journal journal = new MemoryJournalStore().journal("routes");
  private final RouteTable table = new RouteTable();
  private final Findings findings = new Findings();

  @Test
  void shouldFindNothingWhereBothHoldTheSame() throws Exception {
    table.put(store(TEN));
    table.put(store(ELEVEN));
    table.publish(2);
    assertThat(compare()).isEqualTo(2);
    assertThat(findings.first()).isEmpty();
    assertThat(RouteCheck.compareNew(journal, findings)).isEqualTo(2);
    assertThat(findings.first()).isEmpty();
  }

  @Test
  void shouldCompareATableThatIsBehindItsJournalWithTheRevisionThatItShows() throws Exception {
    table.put(store(TEN));
    table.publish(1);
    store(ELEVEN);
    assertThat(compare()).isEqualTo(1);
    assertThat(findings.first()).isEmpty();
  }

  @Test
  void shouldFindARouteThatTheTableLacks() throws Exception {
    store(TEN);
    table.publish(1);
    assertThat(compare()).isZero();
    assertThat(findings.first())
        .anyMatch(text -> text.contains("is stored, and not so in the index"))
        .contains("routes: the index holds 0 routes of table default, 1 are stored");
  }

  @Test
  void shouldFindARouteThatTheTableHasTooMany() throws Exception {
    table.put(store(TEN));
    table.put(ELEVEN);
    table.publish(1);
    assertThat(compare()).isEqualTo(1);
    assertThat(findings.first())
        .containsExactly("routes: the index holds 2 routes of table default, 1 are stored");
  }

  @Test
  void shouldFindARouteThatDiffersInItsMetric() throws Exception {
    table.put(store(TEN).withMetric(7));
    table.publish(1);
    assertThat(compare()).isZero();
    assertThat(findings.first()).singleElement().asString().contains("not so in the index");
  }

  @Test
  void shouldFindBytesThatAreNoRoute() throws Exception {
    byte[] name = RouteRecord.tableBegin("default");
    byte[] key = Arrays.copyOf(name, name.length + 1);
    key[name.length] = 4;
    journal.append(List.of(new Batch().put(key, new byte[0])));
    table.publish(1);
    compare();
    assertThat(findings.first())
        .first()
        .asString()
        .startsWith("routes: key 0764656661756c7404: is no route");
  }

  @Test
  void shouldFindARouteOfATableThatDoesNotExist() throws Exception {
    journal.append(List.of(new Batch().put(RouteRecord.key("red", TEN), RouteRecord.value(TEN))));
    RouteCheck.compareNew(journal, findings);
    assertThat(findings.first()).singleElement().asString().endsWith("is of no table");
  }

  @Test
  void shouldFindARouteThatIsNotStoredAsItMustBe() throws Exception {
    byte[] value = RouteRecord.value(TEN);
    byte[] longer = Arrays.copyOf(value, value.length + 2);
    longer[value.length] = 15 << 3; // a field that is not known, of value 0
    journal.append(List.of(new Batch().put(RouteRecord.key("default", TEN), longer)));
    RouteCheck.compareNew(journal, findings);
    assertThat(findings.first()).singleElement().asString().contains("not stored as it must be");
  }

  private Route store(Route route) throws JournalException {
    Batch batch = new Batch().put(RouteRecord.key("default", route), RouteRecord.value(route));
    return route.withRevision(journal.append(List.of(batch)));
  }

  private long compare() throws JournalException {
    return RouteCheck.compare(
        "default",
        new PublishedRoutes.State(table.snapshot(), table.snapshot().revision()),
        journal,
        findings);
  }

  private static Route route(String address, int length) {
    return Route.to(
        new Prefix(Address.parse(address), length),
        new NextHop.Gateway(Address.parse("192.0.2.1"), ""));
  }
}
