package guidepost.routes.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.routes.table.Address;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RouteTextWriterTest {

  private static final List<Route> ROUTES =
      List.of(
          Route.to(Prefix.parse("10.0.0.0/8"), new NextHop.Gateway(Address.parse("192.0.2.1")))
              .withMetric(5)
              .withRevision(9),
          Route.to(Prefix.parse("2001:db8::/32"), new NextHop.Connected("a\"b,c")),
          Route.to(Prefix.parse("198.51.100.0/24"), new NextHop.Blackhole()));

  @Test
  void csvHasAHeaderAndQuotesWhereNeeded() {
    assertThat(written(RouteFormat.CSV, ROUTES))
        .isEqualTo(
            """
            prefix,next_hop,interface,metric,kind,source,tags,path_id
            10.0.0.0/8,192.0.2.1,,5,unicast,static,,
            2001:db8::/32,,"a""b,c",0,unicast,static,,
            198.51.100.0/24,,,0,blackhole,static,,
            """);
  }

  @Test
  void jsonLinesAreOneObjectEach() {
    assertThat(written(RouteFormat.JSON_LINES, ROUTES))
        .isEqualTo(
            """
            {"prefix":"10.0.0.0/8","next_hop":"192.0.2.1","metric":5,"kind":"unicast",\
            "source":"static","distance":1,"revision":9}
            {"prefix":"2001:db8::/32","interface":"a\\"b,c","metric":0,"kind":"unicast",\
            "source":"static","distance":1,"revision":0}
            {"prefix":"198.51.100.0/24","metric":0,"kind":"blackhole",\
            "source":"static","distance":1,"revision":0}
            """);
  }

  @Test
  void tagsAreAListInJsonAndWordsInATable() throws Exception {
    Route tagged =
        Route.to(Prefix.parse("10.0.0.0/8"), new NextHop.Connected("eth0"))
            .withTags(List.of("core", "east"));
    String json = written(RouteFormat.JSON_LINES, List.of(tagged));
    assertThat(json).endsWith("\"revision\":0,\"tags\":[\"core\",\"east\"]}\n");
    assertThat(read(RouteFormat.JSON_LINES, json)).containsExactly(tagged);
    assertThat(read(RouteFormat.CSV, "dest,interface,tags\n10.0.0.0/8,eth0,core east\n"))
        .containsExactly(tagged);
  }

  @ParameterizedTest
  @EnumSource(names = {"CSV", "JSON_LINES"})
  void whatIsWrittenIsReadBack(RouteFormat format) throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("guidepost.seed=" + seed);
    List<Route> routes =
        new Random(seed).ints(1000).mapToObj(RouteTextWriterTest::randomRoute).toList();

    assertThat(read(format, written(format, routes))).isEqualTo(routes);
  }

  private static List<Route> read(RouteFormat format, String text) throws IOException {
    List<Route> back = new ArrayList<>();
    RouteFeed.open(Feeds.stream(text), format, RouteDefaults.NONE)
        .read(row -> back.add(((RouteRow.Parsed) row).route()));
    return back;
  }

  @Test
  void formatThatIsOnlyReadIsRefused() {
    assertThatThrownBy(() -> RouteTextWriter.of(RouteFormat.IP_JSON, new StringWriter()))
        .hasMessage("format \"ip-json\": is read only; csv and jsonl are written");
  }

  @ParameterizedTest
  @EnumSource(names = {"CSV", "JSON_LINES"})
  void failureOfTheStreamIsPassedOn(RouteFormat format) {
    Writer broken =
        new Writer() {
          @Override
          public void write(char[] chars, int offset, int length) throws IOException {
            throw new IOException("Broken pipe");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };

    assertThatThrownBy(() -> write(RouteTextWriter.of(format, broken), ROUTES))
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseMessage("Broken pipe");
  }

  private static String written(RouteFormat format, List<Route> routes) {
    StringWriter out = new StringWriter();
    write(RouteTextWriter.of(format, out), routes);
    return out.toString();
  }

  private static void write(RouteTextWriter writer, List<Route> routes) {
    try (writer) {
      routes.forEach(writer::write);
      writer.flush();
    }
  }

  private static Route randomRoute(int bits) {
    Prefix prefix =
        bits % 2 == 0
            ? Prefix.covering(Address.ipv4(bits), 8 + (bits >>> 27) % 25)
            : Prefix.covering(Address.ipv6(0x2001_0db8L << 32 | bits, bits), bits & 127);
    NextHop hop =
        switch (bits >>> 30) {
          case 0 -> new NextHop.Blackhole();
          case 1 -> new NextHop.Connected("eth" + (bits & 7));
          default -> new NextHop.Gateway(Address.parse("2001:db8::1"), "wan" + (bits & 1));
        };
    return Route.to(prefix, hop)
        .withMetric(Integer.toUnsignedLong(bits))
        .withPathId(bits % 3 == 0 ? Integer.toUnsignedLong(bits) : 0);
  }
}
