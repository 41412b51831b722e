package guidepost.routes.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Which route of a prefix is the best, and in which order lists have them.
final class RouteOrderTest {

  private static Route route(
      String prefix,
      String source,
      NextHop hop,
      int distance,
      long metric,
      long installed,
      long path) {
    return new Route(
        Prefix.parse(prefix), source, hop, distance, metric, installed, 7, List.of(), path);
  }

  private static NextHop via(String address) {
    return new NextHop.Gateway(Address.parse(address));
  }

  @Test
  void shouldRankByDistanceThenMetricThenAgeThenSourceThenNextHopThenPath() {
    NextHop a = via("192.0.2.1");
    NextHop b = via("192.0.2.2");
    List<Route> ranked =
        List.of(
            route("10.0.0.0/8", "b", b, 1, 9, 9, 9),
            route("10.0.0.0/8", "b", b, 2, 1, 9, 9),
            route("10.0.0.0/8", "b", b, 2, 2, 1, 9),
            route("10.0.0.0/8", "a", b, 2, 2, 2, 9),
            route("10.0.0.0/8", "b", a, 2, 2, 2, 9),
            route("10.0.0.0/8", "b", b, 2, 2, 2, 1),
            route("10.0.0.0/8", "b", b, 2, 2, 2, 4_294_967_295L));

    assertThat(ranked.reversed().stream().sorted(Route.RANK)).containsExactlyElementsOf(ranked);
  }

  @Test
  void shouldListByPrefixAndThenByRank() {
    List<Route> listed =
        List.of(
            route("10.0.0.0/8", "a", via("192.0.2.1"), 1, 0, 3, 0),
            route("10.0.0.0/8", "a", via("192.0.2.2"), 2, 0, 2, 0),
            route("10.1.0.0/16", "a", via("192.0.2.1"), 0, 0, 1, 0));

    assertThat(listed.reversed().stream().sorted(Route.LIST_ORDER))
        .containsExactlyElementsOf(listed);
  }
}
