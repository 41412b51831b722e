package guidepost.routes.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.feeds.InvalidFeedException;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.0/8                    | prefixes",
        "2001:db8::/32                 | prefixes",
        "::/0                          | prefixes",
        "192.0.2.1 # host              | prefixes",
        "10.0.0.0/8,192.0.2.1          | csv",
        "dest,mask,nh                  | csv",
        "prefix                        | csv",
        "'[{\"dst\":\"default\"}]'     | ip-json",
        "'{\"prefix\":\"10.0.0.0/8\"}' | jsonl",
      })
  void formatIsKnownByContent(String text, String format) throws Exception {
    RouteFeed feed =
        RouteFeed.open(Feeds.stream("# comment\n\n" + text + "\n"), RouteDefaults.NONE);

    assertThat(feed.format()).hasToString(format);
  }

  @Test
  void textOfNoKnownFormatIsAnErrorThatListsThem() {
    assertThatThrownBy(() -> Feeds.rows("10.0.0.0/8 via 192.0.2.1 dev eth0\n"))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage(
            "the format cannot be told from the first line; name one of"
                + " prefixes, csv, tsv, ip-json, ip6-json, jsonl");
  }

  @Test
  void formatIsFoundByItsName() {
    assertThat(RouteFormat.of("ip-json")).isEqualTo(RouteFormat.IP_JSON);
    assertThatThrownBy(() -> RouteFormat.of("xml"))
        .hasMessage("format \"xml\": must be prefixes, csv, tsv, ip-json, ip6-json, jsonl");
  }

  @ParameterizedTest
  @CsvSource({"11,0", "12,1", "13,1", "13,2", "16,4", "17,9"})
  void mrtFilesAreKnownThoughTheyAreNotRead(int type, int subtype) {
    byte[] head =
        ByteBuffer.allocate(64)
            .putInt(0x6a01_0203)
            .putShort((short) type)
            .putShort((short) subtype)
            .putInt(52)
            .array();
    assertThatThrownBy(() -> RouteFeed.open(new ByteArrayInputStream(head), RouteDefaults.NONE))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessageStartingWith("is an MRT file (RFC 6396), which is not read yet");
    assertThatThrownBy(
            () ->
                RouteFeed.open(new ByteArrayInputStream(head), RouteFormat.CSV, RouteDefaults.NONE))
        .hasMessageStartingWith("is an MRT file");
  }

  @Test
  void textsShorterThanAnMrtHeaderAreRead() throws Exception {
    assertThat(Feeds.rows("10.0.0.0/8")).hasSize(1);
    assertThat(Feeds.rows("")).isEmpty();
  }
}
