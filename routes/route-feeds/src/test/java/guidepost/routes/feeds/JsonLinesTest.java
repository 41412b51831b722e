package guidepost.routes.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonLinesTest {

  @Test
  void brokenLineIsRejectedAlone() throws Exception {
    assertThat(
            Feeds.rows(
                """
                {"prefix":"10.0.0.0/8","next_hop":"192.0.2.1","metric":5}
                {"prefix":"10.0.0.0/8"
                [1]

                {"prefix":"10.0.0.0/8","colour":"red"}
                {"prefix":{"a":1}}
                {"prefix":"10.0.0.0/8","next_hop":null,"interface":"eth0"}
                {"prefix":"10.0.0.0/8"} {}
                """))
        .satisfiesExactly(
            row -> assertThat(row).isEqualTo("1: 10.0.0.0/8 via 192.0.2.1 metric 5"),
            row ->
                assertThat(row)
                    .isEqualTo(
                        "2! must be a JSON object: column 23: the JSON ends in the middle of an"
                            + " object"),
            row -> assertThat(row).isEqualTo("3! row \"[1]\": must be an object"),
            row -> assertThat(row).startsWith("5! field \"colour\": is not known; known are dest"),
            row ->
                assertThat(row)
                    .isEqualTo(
                        "6! prefix \"{\"a\":1}\": must be a text, a number or a list of texts"),
            row -> assertThat(row).isEqualTo("7: 10.0.0.0/8 dev eth0 metric 0"),
            row ->
                assertThat(row)
                    .isEqualTo(
                        "8! must be a JSON object: column 25: there is more after the end of the"
                            + " JSON"));
  }
}
