package guidepost.routes.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.testing.Seed;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LookupsTest {

  private final RouteTable table = new RouteTable();

  private static Route route(String prefix, String via) {
    return Route.to(Prefix.parse(prefix), new NextHop.Gateway(Address.parse(via)));
  }

  private static int ipv4(String address) {
    return (int) Address.parse(address).low();
  }

  @Test
  void shouldAnswerManyAddressesWithIndexesIntoTheRoutesFound() {
    Route wide = route("10.0.0.0/8", "192.0.2.1");
    Route narrow = route("192.0.2.0/24", "192.0.2.2");
    table.put(wide);
    table.put(narrow);
    table.put(route("10.0.0.0/8", "192.0.2.9").withMetric(1)); // ranks second
    table.publish(7);
    int[] addresses = {
      ipv4("192.0.2.1"), ipv4("10.1.2.3"), ipv4("203.0.113.9"), ipv4("192.0.2.77"), 0
    };
    Lookups lookups = table.longestIpv4(addresses, 4);
    assertThat(lookups.revision()).isEqualTo(7);
    assertThat(lookups.size()).isEqualTo(4);
    assertThat(lookups.routes()).containsExactly(narrow, wide);
    assertThat(List.of(lookups.index(0), lookups.index(1), lookups.index(2), lookups.index(3)))
        .containsExactly(0, 1, -1, 0);
  }

  @Test
  void shouldAnswerIpv6AddressesOfTwoLongsEach() {
    Route route = route("2001:db8::/32", "fe80::1");
    table.put(route);
    table.publish(1);
    Address inside = Address.parse("2001:db8::7");
    Lookups lookups = table.longestIpv6(new long[] {0, 1, inside.high(), inside.low()}, 2);
    assertThat(lookups.routes()).containsExactly(route);
    assertThat(List.of(lookups.index(0), lookups.index(1))).containsExactly(-1, 0);
  }

  @Test
  void shouldAnswerNothingToNothing() {
    assertThat(table.longestIpv4(new int[0], 0).size()).isZero();
    assertThat(table.longestIpv6(new long[0], 0).routes()).isEmpty();
  }

  @Test
  void shouldRefuseToLookForMoreThanItIsGiven() {
    assertThatThrownBy(() -> table.longestIpv4(new int[3], 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> table.longestIpv6(new long[3], 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void shouldNotSeeWhatIsNotPublished() {
    table.put(route("10.0.0.0/8", "192.0.2.1"));
    assertThat(table.longestIpv4(new int[] {ipv4("10.0.0.1")}, 1).index(0)).isEqualTo(-1);
  }

  @ParameterizedTest(name = "multibit from {0} prefixes on")
  @ValueSource(ints = {1, Integer.MAX_VALUE})
  void shouldAgreeWithTheGoldenTable(int manyPrefixes) {
    RouteTable table = new RouteTable(manyPrefixes);
    Random random = Seed.random(LookupsTest.class);
    GoldenTable golden = new GoldenTable();
    RandomRoutes routes = new RandomRoutes(random);
    for (int i = 0; i < 300; i++) {
      Route route = routes.next();
      golden.put(route);
      table.put(route);
    }
    table.publish(1);
    int[] ipv4 = random.ints(500).map(bits -> bits & 0xc0a8_030f).toArray();
    long[] ipv6 = random.longs(1_000).map(bits -> bits & 0xa001_0db8_0000_0007L).toArray();
    Lookups ofIpv4 = table.longestIpv4(ipv4, 500);
    Lookups ofIpv6 = table.longestIpv6(ipv6, 500);
    for (int i = 0; i < 500; i++) {
      assertThat(answer(ofIpv4, i)).isEqualTo(golden.longest(Prefix.host(Address.ipv4(ipv4[i]))));
      Address address = Address.ipv6(ipv6[2 * i], ipv6[2 * i + 1]);
      assertThat(answer(ofIpv6, i)).isEqualTo(golden.longest(Prefix.host(address)));
    }
    assertThat(ofIpv4.routes()).doesNotHaveDuplicates().hasSizeGreaterThan(16);
  }

  private static Optional<Route> answer(Lookups lookups, int i) {
    int index = lookups.index(i);
    return index < 0 ? Optional.empty() : Optional.of(lookups.routes().get(index));
  }

  @Test
  void shouldNotAskTheTreeWhileNobodyWrites() {
    RouteTable many = new RouteTable(1);
    many.put(route("10.0.0.0/8", "192.0.2.1"));
    many.put(route("2001:db8::/32", "2001:db8::1"));
    many.publish(1);
    int[] ipv4 = {0x0a01_0203};
    long[] ipv6 = {0x2001_0db8_0000_0000L, 1};
    for (int i = 0; i < 10; i++) {
      assertThat(many.longestIpv4(ipv4, 1).routes()).hasSize(1);
      assertThat(many.longestIpv6(ipv6, 1).routes()).hasSize(1);
      assertThat(many.longest(ipv4, 1, ipv6, 1).ipv6().routes()).hasSize(1);
    }
    assertThat(many.fallbacks()).isZero();
  }

  @Test
  void shouldKnowWhenTheWriterHasComeBetween() {
    ReaderEpochs epochs = new ReaderEpochs();
    RouteTree empty = RouteSnapshot.EMPTY.tree(Family.IPV4);
    PrefixIds ids = new PrefixIds(Family.IPV4, epochs, 0);
    FamilyTable family = new FamilyTable(empty, ids, 1);
    put(family, "10.0.0.0/8");
    FamilyState before = family.publish();
    family.published();
    Multibit multibit = Objects.requireNonNull(before.multibit());
    assertThat(multibit.isStill(before.sequence())).isTrue();
    assertThat(before.ipv4(new int[] {0x0a01_0203}, 1, new int[1])).isTrue();
    put(family, "11.0.0.0/8");
    FamilyState after = family.publish();
    assertThat(after.multibit()).isSameAs(multibit);
    assertThat(multibit.isStill(before.sequence())).isFalse();
    assertThat(before.ipv4(new int[] {0x0a01_0203}, 1, new int[1])).isFalse();
    family.published();
    assertThat(multibit.isStill(before.sequence())).isFalse();
    assertThat(multibit.isStill(after.sequence())).isTrue();
    assertThat(after.ipv4(new int[] {0x0b01_0203}, 1, new int[1])).isTrue();
  }

  private static void put(FamilyTable family, String prefix) {
    Route route = route(prefix, "192.0.2.1");
    family.put(route, Attributes.of(route));
  }
}
