package guidepost.routes.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.feeds.InvalidFeedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpJsonTest {

  @Test
  void kernelsIpv4RoutesAreRead() throws Exception {
    assertThat(
            Feeds.rows(
                """
                [{"dst":"default","gateway":"192.0.2.1","dev":"eth0","flags":[]},
                 {"dst":"192.0.2.0/24","dev":"eth0","protocol":"kernel","scope":"link","flags":[]},
                 {"dst":"198.51.100.9","gateway":"192.0.2.2","dev":"eth0","metric":50,"flags":[]}]
                """))
        .containsExactly(
            "1: 0.0.0.0/0 via 192.0.2.1 dev eth0 metric 0",
            "2: 192.0.2.0/24 dev eth0 metric 0",
            "3: 198.51.100.9/32 via 192.0.2.2 dev eth0 metric 50");
  }

  @Test
  void kernelsIpv6RoutesAreRead() throws Exception {
    assertThat(
            Feeds.rows(
                """
                [{"dst":"fe80::/64","dev":"eth0","metric":256,"flags":[],"pref":"medium"},
                 {"dst":"default","gateway":"fe80::1","dev":"eth0","metric":1024,"flags":[]},
                 {"dst":"default","dev":"ppp0","flags":[],"pref":"medium"}]
                """))
        .containsExactly(
            "1: fe80::/64 dev eth0 metric 256",
            "2: ::/0 via fe80::1 dev eth0 metric 1024",
            "3: ::/0 dev ppp0 metric 0");
  }

  @Test
  void defaultThatDoesNotShowItsFamilyIsOfTheFormats() throws Exception {
    String text = "[{\"dst\":\"default\",\"dev\":\"ppp0\"}]";

    assertThat(Feeds.rows(RouteFormat.IP_JSON, text))
        .containsExactly("1: 0.0.0.0/0 dev ppp0 metric 0");
    assertThat(Feeds.rows(RouteFormat.IP6_JSON, text)).containsExactly("1: ::/0 dev ppp0 metric 0");
  }

  @Test
  void ipv4DestinationMayHaveAnIpv6Gateway() throws Exception {
    assertThat(
            Feeds.rows(
                """
                [{"dst":"default","via":{"family":"inet6","host":"fe80::1"},"dev":"eth0"}]
                """))
        .containsExactly("1: 0.0.0.0/0 via fe80::1 dev eth0 metric 0");
  }

  @Test
  void entryWithSeveralNextHopsIsSeveralRoutesOfOneNumber() throws Exception {
    assertThat(
            Feeds.rows(
                """
                [{"dst":"10.0.0.0/8","metric":9,"nexthops":[
                   {"gateway":"192.0.2.1","dev":"eth0","weight":1,"flags":[]},
                   {"via":{"family":"inet6","host":"fe80::2"},"dev":"eth1","weight":1}]}]
                """))
        .containsExactly(
            "1: 10.0.0.0/8 via 192.0.2.1 dev eth0 metric 9",
            "1: 10.0.0.0/8 via fe80::2 dev eth1 metric 9");
  }

  @Test
  void typesThatDropPacketsAreBlackholes() throws Exception {
    assertThat(
            Feeds.rows(
                """
                [{"type":"blackhole","dst":"10.1.0.0/16"},
                 {"type":"unreachable","dst":"10.2.0.0/16","dev":"lo"},
                 {"type":"prohibit","dst":"10.3.0.0/16"},
                 {"type":"unicast","dst":"10.4.0.0/16","dev":"eth0"}]
                """))
        .containsExactly(
            "1: 10.1.0.0/16 blackhole metric 0",
            "2: 10.2.0.0/16 blackhole metric 0",
            "3: 10.3.0.0/16 blackhole metric 0",
            "4: 10.4.0.0/16 dev eth0 metric 0");
  }

  @Test
  void otherTypesAndTablesAreRejectedWithTheReason() throws Exception {
    assertThat(
            Feeds.rows(
                """
                [{"type":"local","dst":"192.0.2.2","dev":"eth0"},
                 {"dst":"10.0.0.0/8","dev":"eth0","table":"100"},
                 {"dst":"10.0.0.0/8"}]
                """))
        .containsExactly(
            "1! type \"local\": must be unicast, blackhole, unreachable or prohibit",
            "2! table \"100\": must be main",
            "3! nh \"\": must not be empty without an interface");
  }

  @Test
  void noRoutesIsAnEmptyArray() throws Exception {
    assertThat(Feeds.rows("[ ]")).isEmpty();
  }

  @Test
  void arraysMayFollowEachOther() throws Exception {
    assertThat(
            Feeds.rows(
                """
                [{"dst":"10.0.0.0/8","dev":"eth0"}]
                [{"dst":"fd00::/64","dev":"eth0"}]
                """))
        .containsExactly("1: 10.0.0.0/8 dev eth0 metric 0", "2: fd00::/64 dev eth0 metric 0");
  }

  @Test
  void arrayThatBreaksOffSaysWhereAndInWhat() {
    assertThatThrownBy(() -> Feeds.rows("[{\"dst\":\"10.0.0.0/8\",\"dev\":\"eth0\"},\n {\"dst\":"))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage("line 2, column 9: the JSON ends in the middle of an object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "[{\"dst\"            | 1, column 8: the JSON ends in the middle of an object",
        "[{\"ds              | 1, column 6: the JSON ends in the middle of a name",
        "[{\"dst\":\"10.0      | 1, column 14: the JSON ends in the middle of a text",
        "[{\"dst\":\"10\"},     | 1, column 15: the JSON ends in the middle of an array",
        "[{\"dst\" \"10\"}]     | 1, column 9: '\"' must not stand here in JSON",
        "[{\"dst\":ten}]       | 1, column 9: 'ten' must not stand here in JSON",
        "[{\"dst\":1}}         | 1, column 11: '}' must not stand here in JSON",
        "[{\"dst\":NaN}]       | 1, column 12: 'NaN' must not stand here in JSON",
        "[{\"dst\":\u001b}]  | 1, column 9: a control character must not stand here in JSON",
        "[{\"dst\":01}]        | 1, column 10: this is not JSON",
      })
  void brokenJsonSaysWhereAndWhy(String text, String message) {
    assertThatThrownBy(() -> Feeds.rows(text))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage("line " + message);
  }

  @Test
  void jsonWithoutBoundsIsRefused() {
    assertThatThrownBy(() -> Feeds.rows("[".repeat(2000)))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage("the JSON is nested too deep, or has a name, text or number that is too long");
  }
}
