package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteTable;
import guidepost.routes.table.RouteText;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Requests of one group see what those before them decided, and nothing of what was taken back.
final class DecidedRoutesTest {

  private static final Prefix TEN = RouteText.PREFIX.query("10.0.0.0/8", "");
  private static final Prefix ELEVEN = RouteText.PREFIX.query("11.0.0.0/8", "");
  private static final Route STORED = Route.to(TEN, new NextHop.Blackhole());
  private static final Route FIRST = STORED.withMetric(1);
  private static final Route SECOND = STORED.withMetric(2);

  private final RouteTable table = new RouteTable();
  private final DecidedRoutes decided = new DecidedRoutes();

  @Test
  void shouldTakeBackARequestAndKeepThoseBeforeIt() {
    table.put(STORED);
    decided.begin(false);
    decided.set(table, TEN, List.of(FIRST));

    decided.begin(true);
    decided.set(table, TEN, List.of(SECOND));
    decided.set(table, TEN, List.of());
    decided.set(table, ELEVEN, List.of(SECOND));
    assertThat(decided.of(table, TEN)).isEmpty();
    decided.rollBack();

    assertThat(decided.of(table, TEN)).containsExactly(FIRST);
    assertThat(decided.of(table, ELEVEN)).isEmpty();
    assertThat(all()).containsExactly(FIRST);
  }

  @Test
  void shouldTakeBackNothingOfAnEarlierRequest() {
    decided.begin(true);
    decided.set(table, TEN, List.of(FIRST));
    decided.begin(true);
    decided.rollBack();
    assertThat(decided.of(table, TEN)).containsExactly(FIRST);
  }

  @Test
  void shouldShowWhatIsStoredWhenAllIsCommitted() {
    table.put(STORED);
    decided.begin(false);
    decided.set(table, TEN, List.of(FIRST));
    decided.clear();
    assertThat(decided.of(table, TEN)).containsExactly(STORED);
  }

  @Test
  void shouldLookNoFurtherThanIsWanted() {
    table.put(STORED);
    table.put(Route.to(RouteText.PREFIX.query("9.0.0.0/8", ""), new NextHop.Blackhole()));
    table.publish(1);
    decided.set(table, ELEVEN, List.of(FIRST));
    for (int wanted = 1; wanted <= 3; wanted++) {
      int most = wanted;
      List<Route> shown = new ArrayList<>();
      decided.forEach(
          table,
          null,
          route -> {
            shown.add(route);
            return shown.size() < most;
          });
      assertThat(shown).hasSize(wanted);
    }
  }

  private List<Route> all() {
    List<Route> shown = new ArrayList<>();
    decided.forEach(table, null, shown::add);
    return shown;
  }
}
