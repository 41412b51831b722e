package guidepost.routes.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What tables of several sizes cost, and what becomes of them as they grow and shrink.
final class TableSizeTest {

  private static final NextHop NEXT_HOP = new NextHop.Connected("eth0");

  private static final int PEAK = 4 * FamilyTable.MANY_PREFIXES;

  private final RouteTable table = new RouteTable();

  private static Route ipv4(int i) {
    return Route.to(Prefix.host(Address.ipv4(i * 0x9e37_79b1)), NEXT_HOP);
  }

  private static Route ipv6(int i) {
    long high = 0x2000_0000_0000_0000L | ((i * 0x9e37_79b9_7f4a_7c15L) >>> 3);
    return Route.to(Prefix.covering(Address.ipv6(high, i), 128), NEXT_HOP);
  }

  private void put(int from, int to) {
    for (int i = from; i < to; i++) {
      table.put(ipv4(i));
      table.put(ipv6(i));
    }
  }

  private void remove(int from, int to) {
    for (int i = from; i < to; i++) {
      table.remove(ipv4(i));
      table.remove(ipv6(i));
    }
  }

  private void publish() {
    table.publish(table.snapshot().revision() + 1);
  }

  /// Every route is found, by single and by many look-ups.
  private void requireFound(int from, int to) {
    int[] addresses = new int[to - from];
    long[] highLow = new long[2 * addresses.length];
    for (int i = from; i < to; i++) {
      addresses[i - from] = (int) ipv4(i).prefix().address().low();
      highLow[2 * (i - from)] = ipv6(i).prefix().address().high();
      highLow[2 * (i - from) + 1] = ipv6(i).prefix().address().low();
    }
    Lookups ofIpv4 = table.longestIpv4(addresses, addresses.length);
    Lookups ofIpv6 = table.longestIpv6(highLow, addresses.length);
    for (int i = from; i < to; i++) {
      requireSame(ofIpv4.routes().get(ofIpv4.index(i - from)), ipv4(i));
      requireSame(ofIpv6.routes().get(ofIpv6.index(i - from)), ipv6(i));
    }
  }

  private static void requireSame(Route found, Route expected) {
    if (!found.equals(expected)) {
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void shouldTakeLittleForATableOfTenRoutes() {
    put(0, 10);
    publish();
    assertThat(table.bytes()).isLessThan(64 * 1_024);
    requireFound(0, 10);
  }

  /// Host routes scattered over all addresses are the dearest there are.
  @Test
  void shouldGrowAndShrinkWithItsRoutes() {
    put(0, FamilyTable.MANY_PREFIXES - 1);
    publish();
    long small = table.bytes();
    put(FamilyTable.MANY_PREFIXES - 1, FamilyTable.MANY_PREFIXES);
    publish();
    assertThat(table.bytes()).isGreaterThan(small + 2 * 256 * 1_024);
    for (int size = FamilyTable.MANY_PREFIXES; size < PEAK; size *= 2) {
      put(size, 2 * size);
      publish();
      assertThat(table.bytes()).isLessThan(2L * 2 * size * 2_048);
    }
    table.checkInvariants();
    requireFound(0, PEAK);
    remove(FamilyTable.MANY_PREFIXES / 2 - 1, PEAK);
    publish();
    assertThat(table.bytes()).isLessThan(small + 2L * PEAK * 32); // ids are kept for use again
    requireFound(0, FamilyTable.MANY_PREFIXES / 2 - 1);
  }

  /// A path of its own for each of 128 bits would take 1.7 KB a route.
  @Test
  void shouldLeaveScatteredHostRoutesToTheTree() {
    for (int i = 0; i < PEAK; i++) {
      table.put(ipv6(i));
    }
    publish();
    assertThat(table.bytes()).isLessThan(PEAK * 128L);
    table.checkInvariants();
    long[] highLow = {ipv6(7).prefix().address().high(), 7};
    assertThat(table.longestIpv6(highLow, 1).routes()).containsExactly(ipv6(7));
  }

  @Test
  void shouldFollowChangesOneByOneUntilItsArrayIsFullAndBeyond() {
    put(0, FamilyTable.MANY_PREFIXES);
    publish();
    for (int i = FamilyTable.MANY_PREFIXES; i < 2 * FamilyTable.MANY_PREFIXES; i++) {
      table.put(ipv4(i));
      table.put(ipv6(i));
      publish();
    }
    table.checkInvariants();
    requireFound(0, 2 * FamilyTable.MANY_PREFIXES);
    remove(0, FamilyTable.MANY_PREFIXES / 4);
    publish();
    table.checkInvariants();
    requireFound(FamilyTable.MANY_PREFIXES / 4, 2 * FamilyTable.MANY_PREFIXES);
  }

  @Test
  void shouldFollowADefaultRouteThatComesAndGoes() {
    put(0, FamilyTable.MANY_PREFIXES);
    Route everything = Route.to(Prefix.parse("0.0.0.0/0"), NEXT_HOP);
    table.put(everything);
    publish();
    table.checkInvariants();
    assertThat(table.longestIpv4(new int[] {1}, 1).routes()).containsExactly(everything);
    table.remove(everything);
    publish();
    table.checkInvariants();
    assertThat(table.longestIpv4(new int[] {1}, 1).index(0)).isEqualTo(-1);
  }

  @Test
  void shouldAnswerManyLookupsInATableMadeOfASnapshot() {
    put(0, FamilyTable.MANY_PREFIXES);
    publish();
    RouteTable other = new RouteTable(table.snapshot());
    other.remove(ipv4(1));
    other.put(ipv4(FamilyTable.MANY_PREFIXES));
    other.publish(9);
    other.checkInvariants();
    int[] addresses = {
      (int) ipv4(0).prefix().address().low(),
      (int) ipv4(1).prefix().address().low(),
      (int) ipv4(FamilyTable.MANY_PREFIXES).prefix().address().low()
    };
    assertThat(other.longestIpv4(addresses, 3).routes())
        .containsExactly(ipv4(0), ipv4(FamilyTable.MANY_PREFIXES));
    assertThat(table.longestIpv4(addresses, 3).routes()).containsExactly(ipv4(0), ipv4(1));
  }
}
