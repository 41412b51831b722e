package guidepost.routes.table;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Trees of several levels, beside a sorted set.
final class RouteTreeTest {

  private final Random random = Seed.random(RouteTreeTest.class);

  private Route route(Family family) {
    int length = random.nextInt(family == Family.IPV4 ? 33 : 129);
    Address address =
        family == Family.IPV4
            ? Address.ipv4(random.nextInt() & 0x00ff_ffff)
            : Address.ipv6(0x2001_0db8L << 32 | random.nextInt(), random.nextInt(4));
    NextHop nextHop = new NextHop.Connected("eth" + random.nextInt(3));
    return new Route(
            Prefix.covering(address, length), Route.STATIC, nextHop, 1, random.nextInt(3), 0, 0)
        .withPathId(random.nextInt(2));
  }

  private static List<Route> list(Iterator<Route> routes) {
    List<Route> list = new ArrayList<>();
    routes.forEachRemaining(list::add);
    return list;
  }

  @Test
  void shouldStaySortedOverRandomEditsAndLeaveEarlierTreesAlone() {
    for (Family family : Family.values()) {
      NavigableSet<Route> expected = new TreeSet<>(Route.LIST_ORDER);
      RouteTable table = new RouteTable(1_000);
      List<RouteSnapshot> earlier = new ArrayList<>();
      List<List<Route>> earlierRoutes = new ArrayList<>();
      for (int round = 0; round < 8; round++) {
        boolean growing = round % 4 != 3;
        for (int i = 0; i < 3_000; i++) {
          edit(table, expected, growing || i % 2 == 0 ? route(family) : any(expected), growing);
        }
        table.publish(round);
        table.checkInvariants();
        earlier.add(table.snapshot());
        earlierRoutes.add(List.copyOf(expected));
        assertThat(list(table.snapshot().all())).isEqualTo(List.copyOf(expected));
      }
      for (int i = 0; i < earlier.size(); i++) {
        earlier.get(i).checkInvariants();
        assertThat(list(earlier.get(i).all())).isEqualTo(earlierRoutes.get(i));
      }
    }
  }

  /// In a shrinking round most of what is asked for is there, and goes.
  private void edit(RouteTable table, NavigableSet<Route> expected, Route route, boolean growing) {
    boolean remove = !growing || random.nextInt(8) == 0;
    Route old = sameKey(expected, route);
    boolean was = old != null && expected.remove(old);
    if (remove) {
      assertThat(table.remove(route)).isEqualTo(was);
    } else {
      expected.add(route);
      table.put(route);
    }
  }

  private static @Nullable Route sameKey(NavigableSet<Route> routes, Route route) {
    Route first = new Route(route.prefix(), "a", new NextHop.Blackhole(), 0, 0, 0, 0);
    for (Route other : routes.tailSet(first)) {
      if (other.sameKey(route)) {
        return other;
      }
      if (!other.prefix().equals(route.prefix())) {
        return null;
      }
    }
    return null;
  }

  private Route any(NavigableSet<Route> routes) {
    Route at = routes.ceiling(route(routes.first().prefix().family()));
    return at == null ? routes.first() : at;
  }

  @Test
  void shouldHoldMoreRoutesOfOnePrefixThanALeafHas() {
    RouteTable table = new RouteTable(1_000);
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      NextHop nextHop = new NextHop.Connected("eth" + i % 500);
      routes.add(Route.to(Prefix.parse("10." + i / 500 + ".0.0/16"), nextHop).withMetric(i));
    }
    Collections.shuffle(routes, random);
    routes.forEach(route -> table.put(route));
    table.put(Route.to(Prefix.parse("10.0.0.0/8"), new NextHop.Blackhole()));
    table.publish(1);
    table.checkInvariants();
    assertThat(table.snapshot().exact(Prefix.parse("10.1.0.0/16")))
        .hasSize(500)
        .isSortedAccordingTo(Route.RANK);
    assertThat(table.snapshot().shorter(Prefix.parse("10.1.2.3/32"))).hasSize(501);
    routes.forEach(route -> assertThat(table.remove(route)).isTrue());
    table.publish(2);
    table.checkInvariants();
    assertThat(list(table.snapshot().all())).hasSize(1);
  }
}
