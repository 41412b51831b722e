package guidepost.routes.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.feeds.InvalidFeedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
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

  @Test
  void routesThatDifferInTheMetricAloneAreSeveral() throws Exception {
    assertThat(
            Feeds.rows(
                """
                [{"dst":"default","gateway":"192.0.2.1","dev":"eth0","metric":100,"flags":[]},
                 {"dst":"default","gateway":"192.0.2.1","dev":"eth0","metric":600,"flags":[]},
                 {"dst":"default","gateway":"192.0.2.2","dev":"eth0","metric":600,"flags":[]},
                 {"dst":"default","gateway":"192.0.2.1","dev":"eth0","metric":100,"flags":[]},
                 {"dst":"default","gateway":"192.0.2.1","dev":"eth0","flags":[]}]
                """))
        .containsExactly(
            "1: 0.0.0.0/0 via 192.0.2.1 dev eth0 metric 100",
            "2: 0.0.0.0/0 via 192.0.2.1 dev eth0 path 1 metric 600",
            "3: 0.0.0.0/0 via 192.0.2.2 dev eth0 metric 600",
            "4: 0.0.0.0/0 via 192.0.2.1 dev eth0 metric 100",
            "5: 0.0.0.0/0 via 192.0.2.1 dev eth0 path 2 metric 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "\"from\":\"2001:db8:9::/48\" | from \"2001:db8:9::/48\": must be absent",
        "\"tos\":\"0x10\"             | tos \"0x10\": must be absent",
        "\"encap\":\"mpls\"           | encap \"mpls\": is not a part of routes here",
        "\"flags\":[\"dead\"]         | flags \"dead\": must be absent: the kernel does not use",
        "\"flags\":[\"linkdown\"]     | flags \"linkdown\": must be absent",
        "\"flags\":[\"onlink\",\"x\"] | flags \"x\": must be absent",
        "\"table\":\"100\"            | table \"100\": must be main",
        "\"type\":\"throw\"           | type \"throw\": must be unicast, blackhole",
        "\"type\":\"broadcast\"       | type \"broadcast\": must be unicast, blackhole",
        "\"type\":\"multicast\"       | type \"multicast\": must be unicast, blackhole",
        "\"iif\":\"eth9\"             | iif \"eth9\": is not a part of routes here",
        "\"as_to\":\"7\"              | as_to \"7\": is not a part of routes here",
        "\"cache\":[\"redirected\"]   | cache \"[\"redirected\"]\": is not a part of routes here",
      })
  void keysThatChangeTheMeaningRejectTheirRow(String key, String reason) throws Exception {
    assertThat(
            Feeds.rows(
                "[{\"dst\":\"10.0.0.0/8\",\"gateway\":\"192.0.2.1\",\"dev\":\"eth0\","
                    + key
                    + "}]"))
        .singleElement()
        .asString()
        .startsWith("1! " + reason);
  }

  @Test
  void arrayThatNobodyCalledIpJsonAndThatIsNotSaysSoOnce() {
    for (String text :
        List.of(
            "[{\"prefix\":\"192.168.0.0/16\",\"nh\":\"192.0.2.1\"},{\"prefix\":\"10.0.0.0/8\"}]",
            "[\"10.0.0.0/8\"]",
            "[[1]]")) {
      assertThatThrownBy(() -> Feeds.rows(text))
          .isInstanceOf(InvalidFeedException.class)
          .hasMessageStartingWith(
              "entry 1 has no dst: the text is an array, so it was read as ip-json, what \"ip"
                  + " -json route\" prints.")
          .hasMessageContaining("are named with --format: prefixes, csv, ");
    }
  }

  @Test
  void arrayThatWasCalledIpJsonIsReadEntryByEntry() throws Exception {
    assertThat(
            Feeds.rows(
                RouteFormat.IP_JSON,
                "[{\"prefix\":\"192.168.0.0/16\"},{\"dst\":\"10.0.0.0/8\",\"dev\":\"eth0\"}]"))
        .containsExactly(
            "1! dst \"\": must be there, as \"ip -json route\" prints it",
            "2: 10.0.0.0/8 dev eth0 metric 0");
  }

  @Test
  void keysThatSayNothingOfTheWayArePassedOver() throws Exception {
    assertThat(
            Feeds.rows(
                """
                [{"type":"unicast","dst":"10.0.0.0/8","gateway":"192.0.2.1","dev":"eth0",
                  "table":"main","protocol":"196","scope":"global","prefsrc":"192.0.2.5","nhid":4,
                  "metrics":[{"mtu":1400}],"from":"all","expires":7,"pref":"medium",
                  "flags":["onlink","offload","rt_trap"]}]
                """))
        .containsExactly("1: 10.0.0.0/8 via 192.0.2.1 dev eth0 metric 0");
  }

  @Test
  void weightsThatDifferRejectAllNextHopsOfTheirEntry() throws Exception {
    assertThat(
            Feeds.rows(
                """
                [{"dst":"10.0.0.0/8","nexthops":[
                   {"gateway":"192.0.2.1","dev":"eth0","weight":1,"flags":[]},
                   {"gateway":"192.0.2.2","dev":"eth1","weight":3,"flags":[]}]},
                 {"dst":"11.0.0.0/8","nexthops":[
                   {"gateway":"192.0.2.1","dev":"eth0","weight":1,"flags":["dead","linkdown"]},
                   {"gateway":"192.0.2.2","dev":"eth1","flags":[]}]}]
                """))
        .containsExactly(
            "1! weight \"1, 3\": must be the same for all next hops: routes have no weights",
            "1! weight \"1, 3\": must be the same for all next hops: routes have no weights",
            "2! flags \"dead\": must be absent: the kernel does not use such a route",
            "2: 11.0.0.0/8 via 192.0.2.2 dev eth1 metric 0");
  }

  @Test
  void entryWithoutWhatItsNextHopObjectStandsForIsRejectedByItsName() throws Exception {
    assertThat(Feeds.rows("[{\"dst\":\"10.9.0.0/16\",\"nhid\":5,\"flags\":[]}, 7]"))
        .containsExactly(
            "1! nhid \"5\": must come with the gateway, the device or the nexthops that it stands"
                + " for",
            "2! entry \"7\": must be an object");
  }

  @Test
  void kernelsCasesAreReadOrRejectedOneByOne() throws Exception {
    Path root = Path.of(System.getProperty("guidepost.root", ".."));
    Path cases = root.resolve("../shared/data/cases/routes").normalize();
    Assumptions.assumeTrue(Files.isDirectory(cases), "SKIPPED: needs ../shared/data/cases/routes");
    assertThat(Feeds.rows(Files.readString(cases.resolve("ip1.json"))))
        .hasSize(15)
        .filteredOn(row -> !row.contains("!"))
        .containsExactly(
            "1: 0.0.0.0/0 via 192.0.2.1 dev eth0 metric 100",
            "2: 0.0.0.0/0 via 192.0.2.1 dev eth0 path 1 metric 600",
            "3: 203.0.113.0/24 via fe80::8e1f:64ff:fefa:a929 dev eth0 metric 32",
            "5: 198.51.101.0/24 via fe80::1 dev eth0 metric 20",
            "5: 198.51.101.0/24 via fe80::2 dev eth1 metric 20",
            "9: 192.0.2.77/32 dev eth0 metric 0",
            "10: 100.64.0.0/10 blackhole metric 4278198272");
    assertThat(Feeds.rows(RouteFormat.IP6_JSON, Files.readString(cases.resolve("ip6.json"))))
        .filteredOn(row -> row.contains("!"))
        .singleElement()
        .asString()
        .startsWith("4! from ");
  }
}
