package guidepost.routes.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.feeds.InvalidFeedException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void headerNamesTheColumnsInAnyOrderAndCase() throws Exception {
    assertThat(
            Feeds.rows(
                """
                Metric,NH,network,Length,dev
                5,192.0.2.1,10.0.0.0,8,eth0
                ,192.0.2.2,10.1.0.0,255.255.0.0,
                """))
        .containsExactly(
            "2: 10.0.0.0/8 via 192.0.2.1 dev eth0 metric 5",
            "3: 10.1.0.0/16 via 192.0.2.2 metric 0");
  }

  @Test
  void everyNameOfAColumnIsKnown() throws Exception {
    for (String header :
        List.of(
            "dest,mask,nh,metric,interface",
            "prefix,length,next_hop,metric,dev",
            "network,netmask,gateway,metric,dev",
            "dst,mask,via,metric,dev")) {
      assertThat(Feeds.rows(header + "\n10.0.0.0,8,192.0.2.1,5,eth0\n"))
          .as(header)
          .containsExactly("2: 10.0.0.0/8 via 192.0.2.1 dev eth0 metric 5");
    }
  }

  @Test
  void withoutHeaderTheColumnsAreDestMaskNextHopMetricInterface() throws Exception {
    assertThat(Feeds.rows("10.0.0.0,255.0.0.0,192.0.2.1,5,eth0\n2001:db8::/32,,fd00::1\n"))
        .containsExactly(
            "1: 10.0.0.0/8 via 192.0.2.1 dev eth0 metric 5",
            "2: 2001:db8::/32 via fd00::1 metric 0");
  }

  @Test
  void tabsSeparateAsWell() throws Exception {
    assertThat(Feeds.rows("prefix\tnh\n10.0.0.0/8\t192.0.2.1\n"))
        .containsExactly("2: 10.0.0.0/8 via 192.0.2.1 metric 0");
  }

  @Test
  void unknownColumnIsNamedWithTheKnownOnes() {
    assertThatThrownBy(() -> Feeds.rows("prefix,colour\n10.0.0.0/8,red\n"))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage(
            "line 1: column \"colour\" is not known; known are dest, prefix, network, dst, mask,"
                + " length, netmask, nh, next_hop, gateway, via, metric, interface, dev, kind,"
                + " type, source, tags, path_id, distance, revision");
  }

  @Test
  void missingDestinationAndRepeatedColumnsAreNamed() {
    assertThatThrownBy(() -> Feeds.rows("nh,metric\n192.0.2.1,5\n"))
        .hasMessage("line 1: column \"dest\" must be there, as dest, prefix, network or dst");
    assertThatThrownBy(() -> Feeds.rows("prefix,nh,via\n"))
        .hasMessage("line 1: column \"via\" says the same as a column before it");
  }

  @Test
  void badRowIsRejectedAloneAndNumberedByLine() throws Exception {
    assertThat(
            Feeds.rows(
                """
                # exported by hand
                prefix,nh,metric
                10.0.0.0/8,192.0.2.1,-1

                10.0.0.0/8,192.0.2.1,1,2,3
                10.0.0.0/8,192.0.2,1
                10.0.0.0/8,192.0.2.1,1
                """))
        .containsExactly(
            "3! metric \"-1\": must be 0..4294967295",
            "5! has 5 columns, must have 3 like the header",
            "6! nh \"192.0.2\": must be an IPv4 dotted quad or an IPv6 address",
            "7: 10.0.0.0/8 via 192.0.2.1 metric 1");
  }

  @Test
  void rowOfAnotherWidthThanTheHeaderIsABadRowAndTheRestIsRead() throws Exception {
    String header = "prefix,nh,metric,interface,kind,source\n";
    assertThat(
            Feeds.rows(
                header
                    + "10.9.0.0/16,192.0.2.9\n"
                    + "10.8.0.0/16,192.0.2.9,,,,\n"
                    + "10.7.0.0/16,192.0.2.9,,,,,\n"
                    + "10.6.0.0/16\n"))
        .containsExactly(
            "2! has 2 columns, must have 6 like the header; empty cells keep their separators",
            "3: 10.8.0.0/16 via 192.0.2.9 metric 0",
            "4! has 7 columns, must have 6 like the header",
            "5! has 1 columns, must have 6 like the header; empty cells keep their separators");
    assertThat(Feeds.rows("prefix\tnh\tmetric\n10.9.0.0/16\t192.0.2.9\n"))
        .containsExactly(
            "2! has 2 columns, must have 3 like the header; empty cells keep their separators");
  }

  @Test
  void withoutHeaderTheLastColumnsMayBeAbsentAndNoneMayBeTooMany() throws Exception {
    assertThat(Feeds.rows("10.9.0.0/16,,192.0.2.9\n10.8.0.0/16,,192.0.2.9,1,eth0,x\n"))
        .containsExactly(
            "1: 10.9.0.0/16 via 192.0.2.9 metric 0", "2! has 6 columns, must have at most 5");
  }

  @Test
  void blackholeHasNoNextHopAndTakesNoDefault() throws Exception {
    RouteDefaults defaults = new RouteDefaults(List.of(), "eth0", 3);

    assertThat(Feeds.rows("prefix,nh,kind\n10.0.0.0/8,,blackhole\n", defaults))
        .containsExactly("2: 10.0.0.0/8 blackhole metric 3");
    assertThat(Feeds.rows("prefix,nh,kind\n10.0.0.0/8,192.0.2.1,blackhole\n", defaults))
        .containsExactly("2! nh \"192.0.2.1\": must be empty for a blackhole");
    assertThat(Feeds.rows("prefix,kind\n10.0.0.0/8,hole\n", defaults))
        .containsExactly("2! kind \"hole\": must be unicast or blackhole");
  }
}
