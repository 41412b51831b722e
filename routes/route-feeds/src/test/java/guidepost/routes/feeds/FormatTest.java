package guidepost.routes.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.feeds.InvalidFeedException;
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
}
