package guidepost.routes.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LookupReaderTest {

  private final RouteTable table = new RouteTable(1);
  private long revision;

  private static Route route(String prefix) {
    return Route.to(Prefix.parse(prefix), new NextHop.Connected("eth0"));
  }

  private static int ipv4(String address) {
    return (int) Address.parse(address).low();
  }

  private void publish() {
    table.publish(++revision);
  }

  @Test
  void shouldTellThePrefixAndTheBestRouteOfAnId() {
    table.put(route("10.0.0.0/8"));
    table.put(route("2001:db8::/96"));
    publish();
    try (LookupReader reader = table.reader()) {
      int id = reader.longestIpv4(ipv4("10.1.2.3"));
      assertThat(reader.prefix(Family.IPV4, id)).isEqualTo(Prefix.parse("10.0.0.0/8"));
      assertThat(reader.route(Family.IPV4, id)).hasValue(route("10.0.0.0/8"));
      assertThat(reader.longestIpv4(ipv4("11.0.0.0"))).isEqualTo(-1);
      int[] ids = new int[1];
      Address address = Address.parse("2001:db8::7");
      reader.longestIpv6(new long[] {address.high(), address.low()}, 1, ids);
      assertThat(reader.route(Family.IPV6, ids[0])).hasValue(route("2001:db8::/96"));
    }
  }

  @Test
  void shouldKeepAnIdWhileThePrefixHasARoute() {
    table.put(route("10.0.0.0/8"));
    publish();
    try (LookupReader reader = table.reader()) {
      int id = reader.longestIpv4(ipv4("10.1.2.3"));
      table.put(route("10.0.0.0/8").withMetric(7));
      publish();
      assertThat(reader.longestIpv4(ipv4("10.1.2.3"))).isEqualTo(id);
      assertThat(reader.route(Family.IPV4, id).orElseThrow().metric()).isEqualTo(7);
    }
  }

  @Test
  void shouldNotGiveTheIdOfAWithdrawnPrefixToAnotherWhileAReaderMayHaveIt() {
    table.put(route("10.0.0.0/8"));
    publish();
    try (LookupReader reader = table.reader()) {
      int id = reader.longestIpv4(ipv4("10.1.2.3"));
      table.remove(route("10.0.0.0/8"));
      publish();
      assertThat(comeAndGo(reader)).doesNotContain(id);
      assertThat(reader.prefix(Family.IPV4, id)).isEqualTo(Prefix.parse("10.0.0.0/8"));
      assertThat(reader.longestIpv4(ipv4("10.1.2.3"))).isEqualTo(-1);
      assertThat(reader.route(Family.IPV4, id)).isEmpty();
      reader.refresh();
      assertThat(comeAndGo(reader)).contains(id);
    }
  }

  /// Ids of prefixes that come and go again.
  private List<Integer> comeAndGo(LookupReader reader) {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String prefix = "192.168.%d.0/24".formatted(i);
      table.put(route(prefix));
      publish();
      ids.add(reader.longestIpv4(ipv4("192.168.%d.1".formatted(i))));
      table.remove(route(prefix));
      publish();
    }
    return ids;
  }

  @Test
  void shouldNeedFewIdsHoweverMuchComesAndGoes() {
    try (LookupReader reader = table.reader()) {
      for (int i = 0; i < 1_000; i++) {
        table.put(route("10.0.0.0/24"));
        publish();
        assertThat(reader.longestIpv4(ipv4("10.0.0.1"))).isLessThan(8);
        table.remove(route("10.0.0.0/24"));
        publish();
        reader.refresh();
      }
    }
  }

  @Test
  void shouldRefuseMoreReadersThanThereMayBe() {
    List<LookupReader> readers = new ArrayList<>();
    for (int i = 0; i < ReaderEpochs.READERS_MAX; i++) {
      readers.add(table.reader());
    }
    assertThatThrownBy(table::reader)
        .hasMessage("readers: 1024 are open, the most there may be; close one");
    readers.getFirst().close();
    table.reader().close();
    readers.forEach(LookupReader::close);
  }

  @Test
  void shouldHaveNoReadersOfATableMadeOfASnapshot() {
    RouteTable other = new RouteTable(table.snapshot());
    assertThatThrownBy(other::reader).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldRefuseAnIdThatWasNeverGiven() {
    try (LookupReader reader = table.reader()) {
      assertThatThrownBy(() -> reader.prefix(Family.IPV4, 123_456))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> reader.prefix(Family.IPV4, -1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
