package guidepost.routes.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.LineReader;
import guidepost.routes.table.Address;
import guidepost.routes.table.InvalidRouteException;
import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrefixListTest {

  private static final Address GATEWAY = Address.parse("192.0.2.1");
  private static final Address GATEWAY6 = Address.parse("2001:db8::1");

  @Test
  void everyLineIsARouteThroughTheDefaults() throws Exception {
    RouteDefaults defaults = new RouteDefaults(List.of(GATEWAY), "eth0", 7);

    assertThat(Feeds.rows("10.0.0.0/8\n192.0.2.7\n", defaults))
        .containsExactly(
            "1: 10.0.0.0/8 via 192.0.2.1 dev eth0 metric 7",
            "2: 192.0.2.7/32 via 192.0.2.1 dev eth0 metric 7");
  }

  @Test
  void commentsAndEmptyLinesAreCountedAsLinesButAreNotRows() throws Exception {
    RouteDefaults defaults = new RouteDefaults(List.of(), "eth0", 0);

    assertThat(Feeds.rows("# mine\n\n  \n 10.0.0.0/8 # office\r\n", defaults))
        .containsExactly("4: 10.0.0.0/8 dev eth0 metric 0");
  }

  @Test
  void badLineIsRejectedAloneWithItsNumberValueAndRule() throws Exception {
    RouteDefaults defaults = new RouteDefaults(List.of(), "eth0", 0);

    assertThat(Feeds.rows("10.0.0.0/8\n10.0.0.1/8\nbanana\n11.0.0.0/8", defaults))
        .containsExactly(
            "1: 10.0.0.0/8 dev eth0 metric 0",
            "2! dest \"10.0.0.1/8\": has host bits set for length 8; did you mean 10.0.0.0/8?",
            "3! dest \"banana\": must be an IPv4 dotted quad or an IPv6 address",
            "4: 11.0.0.0/8 dev eth0 metric 0");
  }

  @Test
  void withoutAWayToGoEveryLineIsRejected() throws Exception {
    assertThat(Feeds.rows("10.0.0.0/8"))
        .containsExactly("1! nh \"\": must not be empty without an interface");
  }

  @Test
  void defaultNextHopIsThatOfTheFamily() throws Exception {
    RouteDefaults both = new RouteDefaults(List.of(GATEWAY, GATEWAY6), "", 0);

    assertThat(Feeds.rows("10.0.0.0/8\n2001:db8::/32", both))
        .containsExactly(
            "1: 10.0.0.0/8 via 192.0.2.1 metric 0", "2: 2001:db8::/32 via 2001:db8::1 metric 0");
  }

  @Test
  void ipv4NextHopAloneDoesNotLeadToIpv6Prefixes() throws Exception {
    RouteDefaults ipv4 = new RouteDefaults(List.of(GATEWAY), "eth0", 0);

    assertThat(Feeds.rows("2001:db8::/32", ipv4))
        .containsExactly(
            "1! nh \"192.0.2.1\": must be IPv6 for the IPv6 destination 2001:db8::/32; across IPv4"
                + " (RFC 4798) write ::ffff:192.0.2.1");
  }

  @Test
  void twoDefaultNextHopsOfOneFamilyAreRefused() {
    assertThatThrownBy(() -> new RouteDefaults(List.of(GATEWAY, GATEWAY), "", 0))
        .isInstanceOf(InvalidRouteException.class)
        .hasMessageContaining("at most one for each address family");
  }

  @Test
  void byteOrderMarkIsSteppedOver() throws Exception {
    RouteDefaults defaults = new RouteDefaults(List.of(), "eth0", 0);

    assertThat(Feeds.rows("\ufeff10.0.0.0/8\n", defaults))
        .containsExactly("1: 10.0.0.0/8 dev eth0 metric 0");
  }

  @Test
  void emptyTextHasNoRows() throws Exception {
    assertThat(Feeds.rows("")).isEmpty();
  }

  @Test
  void endlessLineIsAnErrorNotAFullMemory() {
    String line = "1".repeat(LineReader.LINE_LENGTH_MAX + 1);

    assertThatThrownBy(() -> Feeds.rows(RouteFormat.PREFIX_LIST, line))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage("line 1: must have at most 1048576 characters");
  }

  @Test
  void bytesThatAreNotTextAreAClearError() {
    byte[] bytes = {(byte) 0xc3, 0x28, '\n'};

    assertThatThrownBy(() -> RouteFeed.open(new ByteArrayInputStream(bytes), RouteDefaults.NONE))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessageContaining("must be UTF-8 text");
  }
}
