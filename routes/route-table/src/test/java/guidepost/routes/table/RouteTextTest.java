package guidepost.routes.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What (dest, mask) means: the table behind rules R1 to R5 of the seed contract.
final class RouteTextTest {

  /// One row: what is written, what an add makes of it, what a lookup makes of it. A refusal is
  /// shown by its rule in angle brackets.
  @ParameterizedTest(name = "R1-R5: \"{0}\" / \"{1}\" adds {2}, asks {3}")
  @CsvSource({
    // R1: what an address is
    "192.168.100.0, 255.255.255.0, 192.168.100.0/24, 192.168.100.0/24",
    "10.0.0.0, 255.0.0.0, 10.0.0.0/8, 10.0.0.0/8",
    "010.0.0.0, 255.0.0.0, <address.leading_zero>, <address.leading_zero>",
    "10.0.0, 255.0.0.0, <address.syntax>, <address.syntax>",
    "10, 8, <address.syntax>, <address.syntax>",
    "256.0.0.0, 8, <address.octet>, <address.octet>",
    "0xa.0.0.0, 8, <address.syntax>, <address.syntax>",
    "router.example, 24, <address.syntax>, <address.syntax>",
    "'', '', <address.syntax>, <address.syntax>",
    "'', 255.255.255.0, <address.syntax>, <address.syntax>",
    "2001:db8::, 32, 2001:db8::/32, 2001:db8::/32",
    "2001:DB8:0::, /32, 2001:db8::/32, 2001:db8::/32",
    "2001:db8::/32, '', 2001:db8::/32, 2001:db8::/32",
    "fe80::1%eth0, 128, <address.zone>, <address.zone>",
    "fe80::%1, 64, <address.zone>, <address.zone>",
    "10.0.0.0/8, '', 10.0.0.0/8, 10.0.0.0/8",
    "10.0.0.0/8/8, '', <mask.length>, <mask.length>",
    "/8, '', <address.syntax>, <address.syntax>",
    "::ffff:10.0.0.1, '', <dest.mapped>, 10.0.0.1/32",
    "::ffff:10.0.0.0, 104, <dest.mapped>, 10.0.0.0/8",
    "::ffff:10.0.0.9, 104, <dest.mapped>, 10.0.0.0/8",
    "::ffff:0:0, 96, <dest.mapped>, 0.0.0.0/0",
    "::ffff:0:0, 80, <dest.host_bits>, ::/80",
    // R2: what a mask is
    "10.0.0.0, 8, 10.0.0.0/8, 10.0.0.0/8",
    "10.0.0.0, /8, 10.0.0.0/8, 10.0.0.0/8",
    "10.0.0.0, 08, <mask.length>, <mask.length>",
    "10.0.0.0, //8, <mask.length>, <mask.length>",
    "10.0.0.0, -8, <mask.length>, <mask.length>",
    "10.0.0.0, +8, <mask.length>, <mask.length>",
    "10.0.0.0, ' 8', <mask.length>, <mask.length>",
    "10.0.0.0, eight, <mask.length>, <mask.length>",
    "10.0.0.0, 33, <mask.length>, <mask.length>",
    "10.0.0.0, 255.0.0, <address.syntax>, <address.syntax>",
    "10.0.0.0, 255.0.0.256, <address.octet>, <address.octet>",
    "10.0.0.0, 255.255.255.255, 10.0.0.0/32, 10.0.0.0/32",
    "10.0.0.0, 32, 10.0.0.0/32, 10.0.0.0/32",
    "10.0.0.0, ffff::, <mask.family>, <mask.family>",
    "10.0.0.0/8, 255.0.0.0, 10.0.0.0/8, 10.0.0.0/8",
    "10.0.0.0/8, 8, 10.0.0.0/8, 10.0.0.0/8",
    "10.0.0.0/8, 255.255.0.0, <mask.conflict>, <mask.conflict>",
    "10.0.0.0/8, 16, <mask.conflict>, <mask.conflict>",
    "10.0.0.0/, '', <mask.length>, <mask.length>",
    "10.0.0.0/33, '', <mask.length>, <mask.length>",
    "10.0.0.0/255.0.0.0, '', <mask.length>, <mask.length>",
    "2001:db8::, ffff:ffff::, 2001:db8::/32, 2001:db8::/32",
    "2001:db8:1:2::, ffff:ffff:ffff:ffff::, 2001:db8:1:2::/64, 2001:db8:1:2::/64",
    "2001:db8::, 129, <mask.length>, <mask.length>",
    "2001:db8::, 255.255.0.0, <mask.family>, <mask.family>",
    "2001:db8::/32, 48, <mask.conflict>, <mask.conflict>",
    "2001:db8::/32, ffff:ffff::, 2001:db8::/32, 2001:db8::/32",
    // R3: masks that are no prefix
    "10.0.0.0, 255.0.255.0, <mask.noncontiguous>, <mask.noncontiguous>",
    "10.0.0.0, 0.0.0.255, <mask.noncontiguous>, <mask.noncontiguous>",
    "10.0.0.0, 0.255.255.255, <mask.noncontiguous>, <mask.noncontiguous>",
    "10.0.0.0, 254.255.0.0, <mask.noncontiguous>, <mask.noncontiguous>",
    "2001:db8::, ffff:0:ffff::, <mask.noncontiguous>, <mask.noncontiguous>",
    "2001:db8::, ::ffff, <mask.noncontiguous>, <mask.noncontiguous>",
    // R4: no mask, and the default route
    "10.0.0.1, '', 10.0.0.1/32, 10.0.0.1/32",
    "2001:db8::1, '', 2001:db8::1/128, 2001:db8::1/128",
    "0.0.0.0, '', <mask.missing>, 0.0.0.0/32",
    "::, '', <mask.missing>, ::/128",
    "0.0.0.0, 0.0.0.0, 0.0.0.0/0, 0.0.0.0/0",
    "0.0.0.0, 0, 0.0.0.0/0, 0.0.0.0/0",
    "0.0.0.0/0, '', 0.0.0.0/0, 0.0.0.0/0",
    "::, 0, ::/0, ::/0",
    "::/0, '', ::/0, ::/0",
    "::, ::, ::/0, ::/0",
    "0.0.0.0, 255.255.255.255, 0.0.0.0/32, 0.0.0.0/32",
    // R5: host bits
    "10.0.0.1, 255.0.0.0, <dest.host_bits>, 10.0.0.0/8",
    "10.0.0.1/8, '', <dest.host_bits>, 10.0.0.0/8",
    "192.0.2.129, 25, <dest.host_bits>, 192.0.2.128/25",
    "1.2.3.4, 0, <dest.host_bits>, 0.0.0.0/0",
    "2001:db8::1, 64, <dest.host_bits>, 2001:db8::/64",
    "2001:db8:8000::, 32, <dest.host_bits>, 2001:db8::/32",
  })
  void shouldReadDestinationAndMask(String dest, String mask, String added, String asked) {
    assertThat(outcome(() -> RouteText.DEST.add(dest, mask))).isEqualTo(added);
    assertThat(outcome(() -> RouteText.NETWORK.query(dest, mask))).isEqualTo(asked);
  }

  private static String outcome(Supplier<Prefix> reading) {
    try {
      return reading.get().toString();
    } catch (InvalidRouteException e) {
      return "<" + e.rule() + ">";
    }
  }

  @ParameterizedTest(name = "\"{0}\" / \"{1}\": {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.0 | 255.0.255.0 | mask \"255.0.255.0\": must be contiguous: ones, then zeros",
        "10.0.0.0 | 0.0.0.255 | mask \"0.0.0.255\": must begin with ones, this looks like an"
            + " inverse mask; did you mean 255.255.255.0 (/24)?",
        "10.0.0.1 | 255.0.0.0 | dest \"10.0.0.1\": has host bits set for length 8; did you mean"
            + " 10.0.0.0/8?",
        "10.0.0.0 | 33 | mask \"33\": prefix length must be 0..32 for IPv4",
        "10.0.0.0/8 | 16 | mask \"16\": contradicts dest \"10.0.0.0/8\"",
        "0.0.0.0 | '' | mask \"\": must be given with dest \"0.0.0.0\": a forgotten mask must not"
            + " become a default route; write 0.0.0.0/0",
        "::ffff:10.0.0.0 | 104 | dest \"::ffff:10.0.0.0\": must not be IPv4-mapped; write"
            + " 10.0.0.0/8",
      })
  void shouldNameFieldValueAndRule(String dest, String mask, String message) {
    String text = "";
    try {
      RouteText.DEST.add(dest, mask);
    } catch (InvalidRouteException e) {
      text = e.getMessage();
    }
    assertThat(text).isEqualTo(message);
  }

  @ParameterizedTest(name = "R12: next hop \"{0}\" interface \"{1}\" is {2}")
  @CsvSource({
    "192.0.2.1, eth0, via 192.0.2.1 dev eth0",
    "192.0.2.1, '', via 192.0.2.1",
    "fe80::1, eth0, via fe80::1 dev eth0",
    "'', eth0, dev eth0",
    "0.0.0.0, eth0, dev eth0",
    "::, eth0, dev eth0",
    "'', '', <nh.missing>",
    "0.0.0.0, '', <nh.missing>",
    "::ffff:192.0.2.1, eth0, via ::ffff:192.0.2.1 dev eth0",
    "fe80::1, '', <nh.link_local>",
    "febf::1, '', <nh.link_local>",
    "fec0::1, '', via fec0::1",
    "169.254.169.1, '', via 169.254.169.1",
    "224.0.0.1, eth0, <nh.multicast>",
    "239.255.255.255, eth0, <nh.multicast>",
    "223.255.255.255, '', via 223.255.255.255",
    "240.0.0.1, '', via 240.0.0.1",
    "ff02::1, eth0, <nh.multicast>",
    "127.0.0.1, eth0, <nh.loopback>",
    "127.255.255.255, '', <nh.loopback>",
    "::1, eth0, <nh.loopback>",
    "255.255.255.255, eth0, <nh.broadcast>",
    "255.255.255.254, '', via 255.255.255.254",
    "::ffff:127.0.0.1, eth0, <nh.loopback>",
    "::ffff:224.0.0.1, eth0, <nh.multicast>",
    "::ffff:0.0.0.0, eth0, <nh.unspecified>",
    "gateway, eth0, <address.syntax>",
    "192.0.2.1, 'eth 0', <interface.characters>",
  })
  void shouldReadNextHopAndInterface(String nh, String interfaceName, String expected) {
    String outcome;
    try {
      outcome = RouteText.nextHop(nh, interfaceName).toString();
    } catch (InvalidRouteException e) {
      outcome = "<" + e.rule() + ">";
    }
    assertThat(outcome).isEqualTo(expected);
  }
}
