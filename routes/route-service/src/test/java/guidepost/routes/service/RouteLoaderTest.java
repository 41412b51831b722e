package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.MemoryJournalStore;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// However many ranges a journal is read in, the tables hold what is stored.
final class RouteLoaderTest {

  private final Journal journal = new MemoryJournalStore().journal("routes");

  private void put(byte[] key, byte[] value) throws JournalException {
    journal.append(List.of(new Batch().put(key, value)));
  }

  private void put(String table, Route route) throws JournalException {
    put(RouteRecord.key(table, route), RouteRecord.value(route));
  }

  private void putTable(String name) throws JournalException {
    put(CatalogRecord.tableKey(name), CatalogRecord.tableValue());
  }

  private Route route(String prefix, String source) {
    long next = journal.revision() + 1;
    NextHop nextHop = new NextHop.Connected("eth0");
    return new Route(Prefix.parse(prefix), source, nextHop, 1, 7, next, next, List.of());
  }

  @Test
  void shouldHoldWhatIsStoredHoweverManyRangesItIsReadIn() throws Exception {
    List<Route> stored = new ArrayList<>();
    putTable("b");
    putTable("z");
    for (int i = 0; i < 400; i++) {
      Route route =
          route(
              i % 3 == 0
                  ? "2001:db8:%x::/48".formatted(i)
                  : "10.%d.%d.0/24".formatted(i / 100, i % 100),
              i % 2 == 0 ? Route.STATIC : "bgp");
      put(List.of("b", "default", "z").get(i % 7 % 3), route);
      stored.add(route);
    }
    for (int ranges = 1; ranges < 9; ranges++) {
      Map<String, Integer> counts = new TreeMap<>();
      RouteLoader.Loaded loaded =
          RouteLoader.load(journal, ranges, (source, n) -> counts.merge(source, n, Integer::sum));
      List<Route> found = new ArrayList<>();
      for (Catalog.Table table : loaded.catalog().tables()) {
        table.routes().snapshot().checkInvariants();
        table.routes().snapshot().all().forEachRemaining(found::add);
      }
      assertThat(found).containsExactlyInAnyOrderElementsOf(stored);
      assertThat(loaded.revision()).isEqualTo(journal.revision());
      assertThat(loaded.installedMax()).isEqualTo(journal.revision());
      assertThat(counts)
          .isEqualTo(
              stored.stream().collect(Collectors.toMap(Route::source, _ -> 1, Integer::sum)));
    }
  }

  @Test
  void shouldFindTheTablesThatLieInSeveralRanges() throws Exception {
    for (int i = 100; i < 140; i++) {
      putTable("t" + i);
    }
    put("t139", route("10.0.0.0/8", Route.STATIC));
    for (int ranges = 1; ranges < 9; ranges++) {
      Catalog catalog = RouteLoader.load(journal, ranges, (source, n) -> {}).catalog();
      assertThat(catalog.tableCount()).isEqualTo(41);
      assertThat(catalog.required("t139").routes().routes(Prefix.parse("10.0.0.0/8"))).hasSize(1);
    }
  }

  @Test
  void shouldRefuseARouteOfNoTable() throws Exception {
    put("nowhere", route("10.0.0.0/8", Route.STATIC));
    for (int ranges : IntStream.range(1, 4).toArray()) {
      assertThatThrownBy(() -> RouteLoader.load(journal, ranges, (source, n) -> {}))
          .hasMessage("a stored route is of no table: nowhere");
    }
  }
}
