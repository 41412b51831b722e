package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.cli.output.ExitCodes;
import guidepost.testing.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands about routes, tables and sources against a server in this process.
final class RouteCommandsTest {

  @TempDir Path directory;
  private ServedCommands server;

  @BeforeEach
  void start() throws Exception {
    server = new ServedCommands(directory.resolve("data"));
    server.ok("", "source", "put", "bgp", "--distance", "20");
    server.ok("", "route", "add", "10.0.0.0/8", "--nh", "192.0.2.1");
    server.ok("", "route", "add", "10.0.0.0/8", "--nh", "192.0.2.2", "--source", "bgp");
    server.ok("", "route", "add", "10.1.0.0/16", "--nh", "192.0.2.3", "--metric", "7");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void lookupAnswersEveryLineInOrder() {
    assertThat(server.ok("# mine\n10.1.0.1\n8.8.8.8\n\n10.2.0.1\n", "route", "lookup"))
        .isEqualTo(
            """
            10.1.0.1	10.1.0.0/16	192.0.2.3		7	static
            8.8.8.8
            10.2.0.1	10.0.0.0/8	192.0.2.1		0	static
            """);
    assertThat(server.run("", "route", "lookup", "8.8.8.8", "--json").out())
        .isEqualTo("{\"address\":\"8.8.8.8\",\"found\":false}\n");
  }

  @Test
  void routesAreFoundByWhatTheyAre() {
    assertThat(server.ok("", "route", "list", "--source", "bgp", "--count")).isEqualTo("1\n");
    assertThat(server.ok("", "route", "list", "--distance-max", "1", "--count")).isEqualTo("2\n");
    assertThat(server.ok("", "route", "list", "--best", "--count")).isEqualTo("2\n");
    assertThat(server.ok("", "route", "list", "--family", "ipv6", "--count")).isEqualTo("0\n");
    assertThat(server.ok("", "route", "list", "--kind", "unicast", "--count")).isEqualTo("3\n");
    assertThat(server.ok("", "route", "longer", "10.0.0.0/8", "--best", "--json").lines())
        .hasSize(2);
    assertThat(server.ok("", "route", "get", "10.1.0.1", "--source", "bgp"))
        .as("the longest prefix that has such a route")
        .contains("10.0.0.0/8");
    assertThat(server.ok("", "route", "diff", "1", "--source", "bgp"))
        .contains("added 1, removed 0, changed 0");
  }

  @Test
  void explainsADecisionAmongTheRoutesThatFit() {
    assertThat(server.ok("", "route", "explain", "10.1.0.1", "--source", "bgp"))
        .contains("covered best by 10.0.0.0/8");
    assertThat(server.run("", "route", "explain", "10.1.0.1", "--nh", "203.0.113.9").err())
        .contains("no route that fits covers 10.1.0.1/32");
  }

  @Test
  void revisionsTablesAndSourcesAreShownOneByOne() {
    assertThat(server.ok("", "route", "diff", "0", "--best")).contains("+");
    assertThat(server.ok("", "route", "revision")).matches("revision 4, written \\d{4}-.*Z\n");
    assertThat(server.ok("", "route", "revision", "0"))
        .isEqualTo("revision 0, before the first write\n");
    assertThat(server.ok("", "route", "revision", "2", "--json"))
        .startsWith("{\"revision\":2,\"time\":\"")
        .contains("\"timeline\":\"");
    assertThat(server.ok("", "source", "show", "bgp", "--json"))
        .isEqualTo(
            "{\"source\":\"bgp\",\"distance\":20,\"routes\":1,\"writers\":0,\"syncing\":false,"
                + "\"on_disconnect\":\"keep\",\"delete_after_seconds\":0}\n");
    assertThat(server.run("", "source", "show", "none").code()).isEqualTo(ExitCodes.REJECTED);
    assertThat(server.ok("", "table", "create", "red")).startsWith("created table red");
    assertThat(server.ok("", "table", "create", "red")).startsWith("table red exists already");
    assertThat(server.ok("", "table", "show", "red", "--json")).contains("\"routes\":0");
    assertThat(server.run("", "table", "show", "blue").code()).isEqualTo(ExitCodes.REJECTED);
  }

  @Test
  void routesAreShownWithTheTimeAtWhichTheyWereWritten() {
    String time = "\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z";
    assertThat(server.ok("", "route", "list", "--times"))
        .contains("REVISION  WRITTEN ")
        .containsPattern("10.1.0.0/16 .* 4 +" + time);
    assertThat(server.ok("", "route", "get", "10.1.0.1", "--times", "--json"))
        .containsPattern("\"revision\":4,\"update_time\":\"" + time + "\"");
    assertThat(server.ok("", "route", "diff", "3", "--times")).containsPattern("4 +" + time);
    assertThat(server.ok("", "route", "diff", "3", "--times", "--json")).contains("update_time");
    assertThat(server.ok("", "route", "list")).doesNotContain("WRITTEN");
  }

  @Test
  void whatWasWrittenIsListedNewestFirstWithItsTime() {
    String time = "\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z";
    assertThat(server.ok("", "route", "log", "--limit", "1"))
        .containsPattern("4 +" + time + " +[+]");
    assertThat(server.ok("", "route", "log", "10.0.0.0/8", "--json").lines().findFirst())
        .hasValueSatisfying(
            line -> assertThat(line).startsWith("{\"revision\":4,\"time\":\"").contains("after"));
    assertThat(server.ok("", "route", "log", "--since", "4")).isEmpty();
    assertThat(server.run("", "route", "log", "--limit", "0").code()).isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void explainTellsOfEarlierStates() {
    assertThat(server.ok("", "route", "explain", "10.1.0.1", "--as-of", "3", "--json"))
        .contains("\"prefix\":\"10.0.0.0/8\"", "\"revision\":3");
  }

  @Test
  void lookupComplainsOfLinesThatAreNoAddresses() {
    ServedCommands.Ran ran = server.run("10.1.0.1\nhere\n10.2.0.1\n", "route", "lookup");
    assertThat(ran.code()).isEqualTo(ExitCodes.REJECTED);
    assertThat(ran.err()).startsWith("line 2: address \"here\": must be");
    assertThat(ran.out().lines()).hasSize(2);
  }

  @Test
  void tablesShowTheTags() {
    server.ok("", "route", "add", "10.3.0.0/16", "--nh", "192.0.2.3", "--tag", "core");
    assertThat(server.ok("", "route", "get", "10.3.0.1"))
        .containsPattern("REVISION +TAGS")
        .contains("core");
    assertThat(server.ok("", "route", "diff", "-1h")).contains("core");
  }

  @Test
  void longerAndShorterShowWhatIsBelowAndAbove() {
    assertThat(server.ok("", "route", "longer", "10.0.0.0/8").lines()).hasSize(4);
    assertThat(server.ok("", "route", "longer", "10.1.0.0/16").lines()).hasSize(2);
    assertThat(server.ok("", "route", "shorter", "10.1.2.3", "--json").lines())
        .hasSize(3)
        .last()
        .asString()
        .contains("10.1.0.0/16");
    ServedCommands.Ran none = server.run("", "route", "longer", "11.0.0.0/8");
    assertThat(none.code()).isEqualTo(ExitCodes.REJECTED);
    assertThat(none.err()).isEqualTo("guidepost: no route matches \"11.0.0.0/8\"\n");
  }

  @Test
  void listBeginsWithThePrefixThatIsGiven() {
    List<String> all = server.ok("", "route", "list", "--json").lines().toList();
    assertThat(server.ok("", "route", "list", "--from", "10.1.0.0/16", "--json").lines())
        .containsExactly(all.getLast());
    assertThat(server.ok("", "route", "list", "--from", "10.0.0.1", "--count")).isEqualTo("1\n");
    assertThat(
            server.ok(
                "", "route", "list", "10.0.0.0/8", "--longer", "--from", "11.0.0.0/8", "--count"))
        .isEqualTo("0\n");
  }

  @Test
  void listShowsAndCountsWhatFitsEveryOption() {
    assertThat(listed("--source", "bgp")).containsExactly("192.0.2.2");
    assertThat(listed("--source", "bgp", "--source", "static")).hasSize(3);
    assertThat(listed("--nh", "192.0.2.3")).containsExactly("192.0.2.3");
    assertThat(listed("--metric-max", "6")).containsExactly("192.0.2.1", "192.0.2.2");
    assertThat(listed("--metric-min", "1", "--metric-max", "7")).containsExactly("192.0.2.3");
    assertThat(server.ok("", "route", "list", "--count", "--source", "static")).isEqualTo("2\n");
    assertThat(server.ok("", "route", "list", "10.0.0.0/8", "--nh", "192.0.2.1", "--count"))
        .isEqualTo("1\n");
    assertThat(server.run("", "route", "list", "--metric-min", "-1").err())
        .contains("metric \"-1\": must be 0..4294967295");
  }

  /// Next hops.
  private List<String> listed(String... options) {
    String[] all =
        Stream.concat(Stream.of("route", "list", "--json"), Stream.of(options))
            .toArray(String[]::new);
    return server
        .ok("", all)
        .lines()
        .map(line -> line.replaceAll(".*\"next_hop\":\"([^\"]*)\".*", "$1"))
        .toList();
  }

  @Test
  void explainSaysWhy() {
    assertThat(server.ok("", "route", "explain", "10.2.0.1"))
        .contains("10.2.0.1/32 is covered best by 10.0.0.0/8")
        .contains("distance 20 of source \"bgp\" is greater than the best route's 1");
    assertThat(server.ok("", "route", "explain", "10.2.0.1", "--json"))
        .contains("\"verdict\":\"best\"", "\"verdict\":\"distance\"");
  }

  @Test
  void syncMakesTheRoutesOfASourceThoseOfAFile() throws Exception {
    Path file = directory.resolve("routes.txt");
    Files.writeString(file, "20.0.0.0/8\n21.0.0.0/8\n");
    String[] sync = {
      "route", "sync", file.toString(), "--source", "feed", "--distance", "30", "--nh", "192.0.2.9"
    };
    assertThat(server.ok("", sync))
        .contains("read 2 = accepted 2 + rejected 0")
        .endsWith("deleted 0 that the file does not have\n");
    Files.writeString(file, "21.0.0.0/8\n22.0.0.0/8\n");
    assertThat(server.ok("", sync)).endsWith("deleted 1 that the file does not have\n");
    assertThat(server.ok("", "route", "list", "--json"))
        .contains("21.0.0.0/8", "22.0.0.0/8", "10.0.0.0/8")
        .doesNotContain("20.0.0.0/8");
    Files.writeString(file, "22.0.0.0/8\n22.0.0.1/8\n");
    ServedCommands.Ran broken = server.run("", sync);
    assertThat(broken.code()).isEqualTo(ExitCodes.REJECTED);
    assertThat(broken.err()).contains("nothing was deleted, because rows were rejected");
    assertThat(server.ok("", "route", "list", "--json")).contains("21.0.0.0/8");
  }

  @Test
  void syncOfNothingDeletesNothingUnlessThatIsMeant() throws Exception {
    Path empty = Files.createFile(directory.resolve("empty.csv"));
    for (String file : List.of(empty.toString(), "-")) {
      ServedCommands.Ran ran = server.run("", "route", "sync", file, "--source", "bgp");
      assertThat(ran.code()).isEqualTo(ExitCodes.REJECTED);
      assertThat(ran.err())
          .endsWith(
              "has no rows; nothing was deleted, since only --allow-empty deletes all routes of"
                  + " source \"bgp\"\n");
      assertThat(ran.out()).isEmpty();
    }
    assertThat(server.ok("", "route", "list", "--source", "bgp", "--count")).isEqualTo("1\n");
    assertThat(server.run("# none\n", "route", "sync", "-", "--source", "bgp", "--json").err())
        .startsWith("{\"error\":\"rejected\",\"message\":\"standard input: has no rows");
    assertThat(server.ok("", "route", "sync", "-", "--source", "bgp", "--allow-empty"))
        .endsWith("deleted 1 that the file does not have\n");
  }

  @Test
  void syncMakesAllRowsRoutesOfItsSource() {
    String rows = "prefix,nh,source\n50.0.0.0/8,192.0.2.1,ospf\n51.0.0.0/8,192.0.2.1,static\n";
    server.ok(rows, "route", "sync", "-", "--source", "bgp");
    assertThat(server.ok("", "route", "list", "--source", "bgp", "--count")).isEqualTo("2\n");
  }

  @Test
  void importIntoATableThatIsNotThereIsRefusedOnce() {
    ServedCommands.Ran ran =
        server.run(
            "10.0.0.0/8\n11.0.0.0/8\n", "route", "import", "-", "--nh", "1.1.1.1", "--table", "no");
    assertThat(ran.code()).isEqualTo(ExitCodes.REJECTED);
    assertThat(ran.err()).isEqualTo("guidepost: no table matches \"no\"\n");
  }

  @Test
  void flushDeletesBySourceAndPrefix() {
    assertThat(server.run("", "route", "flush").code()).isEqualTo(ExitCodes.USAGE);
    assertThat(server.run("", "route", "flush", "--prefix", "10.1.0.7/16").err())
        .contains(
            "prefix \"10.1.0.7/16\": has host bits set for length 16; did you mean 10.1.0.0/16?");
    assertThat(server.ok("", "route", "flush", "--prefix", "10.1.0.0/16"))
        .startsWith("deleted 1, revision ");
    assertThat(server.ok("", "route", "flush", "--source", "bgp", "--json"))
        .startsWith("{\"deleted\":1,");
    assertThat(server.ok("", "route", "list", "--count")).isEqualTo("1\n");
  }

  @Test
  void tablesAreKeptApart() {
    server.ok("", "table", "create", "red");
    server.ok("10.0.0.0/8\n", "route", "import", "-", "--nh", "192.0.2.7", "--table", "red");
    assertThat(server.ok("", "route", "get", "10.1.2.3", "--table", "red")).contains("192.0.2.7");
    assertThat(server.ok("10.1.2.3\n", "route", "lookup", "--table", "red")).contains("192.0.2.7");
    assertThat(server.ok("", "table", "list")).containsPattern("default +3 +0\nred +1 ");
    assertThat(server.ok("", "status")).containsPattern("routes in all 2 tables +4 ");
    assertThat(server.ok("", "status", "--json"))
        .contains("\"tables\":2,\"routes_in_all_tables\":4,");
    assertThat(server.ok("", "route", "export", "--table", "red").lines()).hasSize(2);
    assertThat(server.ok("", "table", "drop", "red"))
        .startsWith("dropped table red with 1 route, ");
    assertThat(server.run("", "route", "list", "--table", "red").err())
        .contains("no table matches \"red\"");
  }

  @Test
  void sourcesAreShownAndDeleted() {
    assertThat(server.ok("", "source", "list")).containsPattern("bgp +20 +1 +0 +no +keep");
    assertThat(server.run("", "source", "delete", "bgp").err())
        .contains("has 1 routes; flush them first");
    server.ok("", "route", "flush", "--source", "bgp");
    assertThat(server.ok("", "source", "delete", "bgp", "--json"))
        .startsWith("{\"deleted\":\"bgp\"");
    assertThat(
            server.run("", "route", "add", "1.0.0.0/8", "--nh", "1.1.1.1", "--source", "x").err())
        .contains("no source matches \"x\"");
  }

  @Test
  void watchSaysThatThereIsNoServer() {
    ServedCommands.Ran none =
        ServedCommands.runAlone("", "route", "watch", "--server", "127.0.0.1:1");
    assertThat(none.code()).isEqualTo(ExitCodes.UNAVAILABLE);
  }

  @Test
  void watchShowsChangesAsTheyCome() throws Exception {
    CompletableFuture<String> watch =
        CompletableFuture.supplyAsync(
            () -> server.ok("", "route", "watch", "--after", "4", "--changes", "2"));
    server.ok("", "route", "add", "30.0.0.0/8", "--nh", "192.0.2.1");
    server.ok("", "route", "delete", "30.0.0.0/8");
    assertThat(watch.get(Patience.SECONDS, TimeUnit.SECONDS))
        .isEqualTo(
            """
            + 30.0.0.0/8 via 192.0.2.1 metric 0 source static revision 5
            - 30.0.0.0/8 via 192.0.2.1 metric 0 source static revision 6
            """);
    assertThat(server.run("", "route", "watch", "--after", "99").err())
        .contains("start.after.revision \"99\": must be at most the newest");
    CompletableFuture<String> snapshot =
        CompletableFuture.supplyAsync(
            () -> server.run("", "route", "watch", "--snapshot", "--changes", "1").out());
    await()
        .until(
            () -> {
              server.run("", "route", "add", "31.0.0.0/8", "--nh", "192.0.2.1");
              server.run("", "route", "delete", "31.0.0.0/8");
              return snapshot.isDone();
            });
    assertThat(snapshot.get()).contains("= 10.0.0.0/8 via 192.0.2.1");
  }

  @Test
  void theWordsOfIpRouteAreUnderstood() {
    server.ok("", "route", "add", "default", "via", "192.0.2.1", "dev", "eth0", "metric", "5");
    server.ok("", "route", "add", "default", "via", "2001:db8::1");
    server.ok("", "route", "add", "172.16.0.0", "255.240.0.0", "via", "192.0.2.1");
    assertThat(server.ok("", "route", "show", "0.0.0.0/0")).contains("eth0").contains(" 5 ");
    assertThat(server.ok("", "route", "ls", "--count"))
        .isEqualTo(server.ok("", "route", "list", "--count"));
    assertThat(server.ok("", "route", "get", "2001:db8:9::1")).contains("::/0");
    assertThat(server.ok("", "route", "delete", "172.16.0.0/12", "via", "192.0.2.1"))
        .startsWith("deleted 1 of 172.16.0.0/12");
    assertThat(server.ok("", "route", "delete", "default", "via", "192.0.2.1", "dev", "eth0"))
        .startsWith("deleted 1 of 0.0.0.0/0");
  }

  @Test
  void lookupAnswersTheAddressesBesideOneThatIsNone() {
    ServedCommands.Ran ran = server.run("", "route", "lookup", "10.1.2.3", "bogus", "203.0.113.9");
    assertThat(ran.code()).isEqualTo(ExitCodes.REJECTED);
    assertThat(ran.out().lines()).hasSize(2).first().asString().startsWith("10.1.2.3\t10.");
    assertThat(ran.err()).startsWith("argument 2: address \"bogus\": must be");
  }

  @Test
  void importStopsWhenAThousandRowsWereRejectedForOneReason() {
    String rows =
        IntStream.range(0, 5_000)
            .mapToObj(i -> "10.%d.%d.0/24\n".formatted(i / 256, i % 256))
            .collect(Collectors.joining());
    ServedCommands.Ran ran = server.run(rows, "route", "import", "-");
    assertThat(ran.code()).isEqualTo(ExitCodes.REJECTED);
    assertThat(ran.err())
        .contains("stopped after 1,000 rows: all of them were rejected for one reason")
        .contains("give --nh or --interface");
    assertThat(ran.out()).startsWith("read 1000 = accepted 0 + rejected 1000");
    ServedCommands.Ran mixed =
        server.run("::/0,,2001:db8::1\n" + rows.replace("\n", ",\n"), "route", "import", "-");
    assertThat(mixed.out()).startsWith("read 5001 = accepted 1 + rejected 5000");
  }

  @Test
  void twoKernelRoutesThatDifferInTheMetricAloneAreBothThere() {
    String text =
        "[{\"dst\":\"default\",\"gateway\":\"192.0.2.1\",\"dev\":\"eth0\",\"metric\":100},"
            + "{\"dst\":\"default\",\"gateway\":\"192.0.2.1\",\"dev\":\"eth0\",\"metric\":600}]";
    for (int i = 0; i < 2; i++) {
      assertThat(server.ok(text, "route", "import", "-")).startsWith("read 2 = accepted 2");
      assertThat(server.ok("", "route", "list", "0.0.0.0/0", "--count")).isEqualTo("2\n");
      assertThat(server.ok("", "route", "get", "203.0.113.9", "--json")).contains("\"metric\":100");
    }
    assertThat(
            server.ok(
                "",
                "route",
                "delete",
                "default",
                "via",
                "192.0.2.1",
                "dev",
                "eth0",
                "--path-id",
                "1"))
        .startsWith("deleted 1");
  }

  @Test
  void sourcePutKeepsWhatItDoesNotSay() {
    server.ok(
        "",
        "source",
        "put",
        "gone",
        "--distance",
        "9",
        "--on-disconnect",
        "delete",
        "--delete-after",
        "60");
    server.ok("", "source", "put", "gone", "--distance", "10");
    assertThat(server.ok("", "source", "list")).containsPattern("gone +10 .*delete after 60 s");
    server.ok("", "source", "put", "gone", "--on-disconnect", "keep");
    assertThat(server.ok("", "source", "list")).containsPattern("gone +10 .*keep");
  }
}
