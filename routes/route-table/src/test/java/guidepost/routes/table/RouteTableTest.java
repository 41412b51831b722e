package guidepost.routes.table;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class RouteTableTest {

  private final RouteTable table = new RouteTable();

  private static Route route(String prefix, String via) {
    return Route.to(Prefix.parse(prefix), new NextHop.Gateway(Address.parse(via)));
  }

  private static List<Route> list(Iterator<Route> routes) {
    List<Route> list = new ArrayList<>();
    routes.forEachRemaining(list::add);
    return list;
  }

  @Test
  void shouldFindTheLongestPrefixThatCoversAnAddress() {
    table.put(route("0.0.0.0/0", "192.0.2.1"));
    table.put(route("10.0.0.0/8", "192.0.2.2"));
    table.put(route("10.1.0.0/16", "192.0.2.3"));
    table.publish(1);
    assertThat(table.longest(Address.parse("10.1.2.3")))
        .hasValue(route("10.1.0.0/16", "192.0.2.3"));
    assertThat(table.longest(Address.parse("10.2.0.0"))).hasValue(route("10.0.0.0/8", "192.0.2.2"));
    assertThat(table.longest(Address.parse("11.0.0.0"))).hasValue(route("0.0.0.0/0", "192.0.2.1"));
    assertThat(table.longest(Address.parse("::1"))).isEmpty();
  }

  @Test
  void shouldNeverAnswerAPrefixWithAMoreSpecificRoute() {
    table.put(route("10.1.0.0/16", "192.0.2.3"));
    table.publish(1);
    assertThat(table.snapshot().longest(Prefix.parse("10.0.0.0/8"))).isEmpty();
  }

  @Test
  void shouldHoldEveryLengthOfBothFamilies() {
    Address v4 = Address.parse("255.255.255.255");
    Address v6 = Address.parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    for (Address address : List.of(v4, v6)) {
      for (int length = 0; length <= address.family().bits(); length++) {
        table.put(
            Route.to(Prefix.covering(address, length), new NextHop.Connected("eth" + length)));
      }
    }
    table.publish(1);
    for (Address address : List.of(v4, v6)) {
      for (int length = 0; length <= address.family().bits(); length++) {
        Prefix prefix = Prefix.covering(address, length);
        assertThat(table.snapshot().longest(prefix).orElseThrow().prefix()).isEqualTo(prefix);
        assertThat(table.snapshot().shorter(prefix)).hasSize(length + 1);
      }
    }
    table.checkInvariants();
    assertThat(table.snapshot().prefixCount(Family.IPV4)).isEqualTo(33);
    assertThat(table.snapshot().prefixCount(Family.IPV6)).isEqualTo(129);
  }

  @Test
  void shouldRankByDistanceThenMetricThenAge() {
    Route base = route("10.0.0.0/8", "192.0.2.1");
    Route older = ranked(base, "192.0.2.1", 1, 10, 1);
    Route younger = ranked(base, "192.0.2.2", 1, 10, 2);
    Route lowMetric = ranked(base, "192.0.2.3", 1, 5, 3);
    Route lowDistance = ranked(base, "192.0.2.4", 0, 99, 4);
    List.of(younger, older, lowMetric, lowDistance).forEach(table::put);
    table.publish(1);
    assertThat(table.snapshot().exact(base.prefix()))
        .containsExactly(lowDistance, lowMetric, older, younger);
    assertThat(table.longest(Address.parse("10.0.0.1"))).hasValue(lowDistance);
  }

  private static Route ranked(Route base, String via, int distance, long metric, long installed) {
    NextHop nextHop = new NextHop.Gateway(Address.parse(via));
    return new Route(base.prefix(), Route.STATIC, nextHop, distance, metric, installed, 0);
  }

  @Test
  void shouldReplaceTheRouteOfTheSameIdentityOnly() {
    table.put(route("10.0.0.0/8", "192.0.2.1").withMetric(5));
    table.put(route("10.0.0.0/8", "192.0.2.1").withMetric(7));
    table.put(route("10.0.0.0/8", "192.0.2.2"));
    table.publish(1);
    assertThat(table.snapshot().routeCount(Family.IPV4)).isEqualTo(2);
    assertThat(table.snapshot().prefixCount(Family.IPV4)).isEqualTo(1);
  }

  @Test
  void shouldShowReadersNothingBeforeItIsPublishedAndAllOfItAfter() {
    table.put(route("10.0.0.0/8", "192.0.2.1"));
    assertThat(table.longest(Address.parse("10.0.0.1"))).isEmpty();
    assertThat(table.routes(Prefix.parse("10.0.0.0/8"))).hasSize(1);
    table.publish(7);
    assertThat(table.longest(Address.parse("10.0.0.1"))).isPresent();
    assertThat(table.snapshot().revision()).isEqualTo(7);
  }

  @Test
  void shouldKeepASnapshotAsItWas() {
    table.put(route("10.0.0.0/8", "192.0.2.1"));
    table.publish(1);
    RouteSnapshot before = table.snapshot();
    table.put(route("10.1.0.0/16", "192.0.2.2"));
    assertThat(table.remove(route("10.0.0.0/8", "192.0.2.1"))).isTrue();
    table.publish(2);
    assertThat(list(before.all())).containsExactly(route("10.0.0.0/8", "192.0.2.1"));
    assertThat(list(table.snapshot().all())).containsExactly(route("10.1.0.0/16", "192.0.2.2"));
  }

  /// Cut anywhere, also between two routes of a prefix, or dealt out like cards.
  @Test
  void shouldHoldTheRoutesOfTablesThatItTookOver() {
    Random random = Seed.random(RouteTableTest.class);
    for (int round = 0; round < 30; round++) {
      GoldenTable golden = new GoldenTable();
      RandomRoutes routes = new RandomRoutes(random);
      for (int i = random.nextInt(1 << random.nextInt(11)); i > 0; i--) {
        golden.put(routes.next());
      }
      RouteTable whole = new RouteTable(random.nextInt(3) * 40);
      whole.publish(1); // with a multibit trie of nothing, some rounds
      parts(golden.all(), random).forEach(whole::takeOver);
      whole.publish(2);
      whole.checkInvariants();
      assertThat(list(whole.snapshot().all())).isEqualTo(golden.all());
      for (int step = 0; step < 50; step++) {
        Route route = routes.next();
        assertThat(whole.remove(route)).isEqualTo(golden.remove(route));
        Route another = routes.next();
        whole.put(another);
        golden.put(another);
      }
      whole.publish(3);
      whole.checkInvariants();
      assertThat(list(whole.snapshot().all())).isEqualTo(golden.all());
    }
  }

  @Test
  void shouldKeepTheRoutesOfAPrefixTogetherThatItTakesOverFromTwoTables() {
    RouteTable next = new RouteTable();
    table.put(route("10.0.0.0/8", "192.0.2.1"));
    next.put(route("10.0.0.0/8", "192.0.2.2"));
    next.put(route("11.0.0.0/8", "192.0.2.2"));
    table.takeOver(next);
    table.publish(1);
    table.checkInvariants();
    assertThat(table.routes(Prefix.parse("10.0.0.0/8"))).hasSize(2);
    assertThat(table.snapshot().prefixCount(Family.IPV4)).isEqualTo(2);
  }

  private static List<RouteTable> parts(List<Route> routes, Random random) {
    List<RouteTable> parts = new ArrayList<>();
    boolean isDealt = random.nextInt(4) == 0;
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      parts.add(new RouteTable(random.nextInt(3) * 40));
    }
    int part = 0;
    for (Route route : routes) {
      boolean isCut = random.nextInt(1 + routes.size() / 4) == 0;
      part =
          isDealt
              ? random.nextInt(parts.size())
              : Math.min(part + (isCut ? 1 : 0), parts.size() - 1);
      parts.get(part).put(route);
    }
    return parts;
  }

  @Test
  void shouldAgreeWithTheGoldenTableOverRandomOperations() {
    Random random = Seed.random(RouteTableTest.class);
    for (int round = 0; round < 12; round++) {
      RouteTable fast = new RouteTable(random.nextInt(3) * 40);
      GoldenTable golden = new GoldenTable();
      RandomRoutes routes = new RandomRoutes(random);
      for (int step = 0; step < 400; step++) {
        Route route = routes.next();
        if (random.nextInt(3) == 0) {
          assertThat(fast.remove(route)).isEqualTo(golden.remove(route));
        } else {
          fast.put(route);
          golden.put(route);
        }
        if (random.nextInt(10) == 0) {
          fast.publish(step);
          shouldAgree(fast.snapshot(), golden, routes);
        }
      }
      fast.checkInvariants();
    }
  }

  private static void shouldAgree(RouteSnapshot fast, GoldenTable golden, RandomRoutes routes) {
    assertThat(list(fast.all())).isEqualTo(golden.all());
    for (int i = 0; i < 20; i++) {
      Prefix prefix = routes.next().prefix();
      assertThat(fast.longest(prefix)).isEqualTo(golden.longest(prefix));
      assertThat(fast.exact(prefix)).isEqualTo(golden.exact(prefix));
      assertThat(list(fast.longer(prefix))).isEqualTo(golden.longer(prefix));
      assertThat(fast.shorter(prefix)).isEqualTo(golden.shorter(prefix));
    }
  }

  @Test
  void shouldBeEmptyAgainWhenEverythingIsRemovedInAnyOrder() {
    Random random = Seed.random(RouteTableTest.class);
    RandomRoutes routes = new RandomRoutes(random);
    List<Route> added = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      Route route = routes.next();
      table.put(route);
      added.add(route);
    }
    Collections.shuffle(added, random);
    added.forEach(table::remove);
    table.publish(1);
    table.checkInvariants();
    assertThat(table.snapshot().all()).isExhausted();
    assertThat(table.snapshot().routeCount(Family.IPV4)).isZero();
    assertThat(table.snapshot().prefixCount(Family.IPV6)).isZero();
  }

  @Test
  void shouldShowConcurrentReadersWholeRevisionsOnly() throws Exception {
    Prefix left = Prefix.parse("10.0.0.0/8");
    Prefix right = Prefix.parse("200.0.0.0/8");
    NextHop nextHop = new NextHop.Connected("eth0");
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 1; i <= 50_000; i++) {
                    table.put(Route.to(left, nextHop).withMetric(i));
                    table.put(Route.to(right, nextHop).withMetric(i));
                    table.publish(i);
                  }
                  done.set(true);
                });
    long last = 0;
    while (!done.get()) {
      RouteSnapshot snapshot = table.snapshot();
      long revision = snapshot.revision();
      if (revision > 0) {
        assertThat(snapshot.longest(left).orElseThrow().metric()).isEqualTo(revision);
        assertThat(snapshot.longest(right).orElseThrow().metric()).isEqualTo(revision);
      }
      assertThat(revision).isGreaterThanOrEqualTo(last);
      last = revision;
    }
    writer.join();
  }
}
