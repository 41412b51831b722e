package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.cli.output.ExitCodes;
import guidepost.server.Engines;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.ServerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Commands against a server in this process.
class ServerTest {

  private static final String TRACK =
      """
      lat,lon,time
      46,7,2026-05-11T08:00:00Z
      46.01,7,2026-05-11T08:10:00Z
      46.01,7,2026-05-11T09:02:05Z
      """;

  @TempDir Path directory;
  private GuidepostServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(directory.resolve("data")))
                .listeningOn(List.of(ListenAddress.parse("127.0.0.1:0"))));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void healthAsksTheServerThatHasTheDirectoryOpen() {
    String data = directory.resolve("data").toString();
    Recorder terminal = new Recorder();
    assertThat(terminal.run("health", "--data", data)).isEqualTo(ExitCodes.OK);
    assertThat(terminal.out()).isEqualTo("the server serves\n");
    assertThat(new Recorder().run("health", "--data", data, "--json")).isEqualTo(ExitCodes.OK);
    server.close();
    Recorder refused = new Recorder();
    assertThat(refused.run("health", "--data", data)).isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(refused.err()).contains("no server has it open");
  }

  @Test
  void topShowsWhatTheServerDoes() {
    assertThat(ok("", "top", "--interval", "1", "--count", "1").out())
        .contains("connections 1 gRPC, 0 web ", "DOMAIN", "routes", "trips", "Server/GetStatus");
    assertThat(ok("", "top", "--interval", "1", "--count", "2", "--json").out().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).startsWith("{\"server\":").contains("\"watches\":"));
  }

  @Test
  void topSaysWhatIsWrongWithAnInterval() {
    assertThat(run("", "top", "--interval", "0").err())
        .contains("--interval \"0\": must be 1..3600");
  }

  @Test
  void tripsTimesAreThoseOfItsPoints() {
    List<String> lines = ok(TRACK, "trip", "record", "-").out().lines().toList();

    assertThat(lines.getFirst()).isEqualTo("read 3 = accepted 3 + rejected 0");
    assertThat(lines).contains("elapsed           1:02:05", "moving            0:10:00");
    assertThat(ok(TRACK, "trip", "record", "-", "--json").out())
        .endsWith("\"elapsed_seconds\":3725,\"moving_seconds\":600}\n");
  }

  @Test
  void tripWithoutTimesSaysSo() {
    String track = "46,7\n46.001,7\n";

    assertThat(ok(track, "trip", "record", "-").out())
        .contains("elapsed           unknown: the track has no times\n")
        .contains("moving            unknown: the track has no times\n");
    assertThat(ok(track, "trip", "record", "-", "--json").out())
        .contains("\"distance_metres\":111,")
        .doesNotContain("seconds");
  }

  @Test
  void importThatChangesNothingSaysNothingOfARevision() {
    assertThat(ok("", "route", "import", "-").out()).doesNotContain("revision");
    assertThat(ok("10.0.0.0/8\n", "route", "import", "-", "--nh", "192.0.2.1").out())
        .startsWith("read 1 = accepted 1 + rejected 0 in ")
        .endsWith(", revision 1\n");
  }

  @Test
  void routesOfEarlierRevisionsAndTimesAreShownAsTheyWere() {
    String before = Instant.now().toString();
    ok("", "route", "add", "10.0.0.0/8", "--nh", "192.0.2.1");
    ok("", "route", "add", "10.1.0.0/16", "--nh", "192.0.2.2", "--metric", "5");
    ok("", "route", "add", "10.1.0.0/16", "--nh", "192.0.2.2", "--metric", "3");
    ok("", "route", "delete", "10.1.0.0/16");

    assertThat(ok("", "route", "get", "10.1.2.3", "--as-of", "2", "--json").out())
        .contains("\"prefix\":\"10.1.0.0/16\"", "\"metric\":5", "\"revision\":2");
    assertThat(ok("", "route", "get", "10.1.2.3", "--as-of", "now").out()).contains("10.0.0.0/8");
    assertThat(ok("", "route", "list", "--as-of", "3", "--count").out()).isEqualTo("2\n");
    assertThat(ok("", "route", "list", "--as-of", before, "--count").out()).isEqualTo("0\n");
    assertThat(ok("", "route", "list", "--as-of", "-0s", "--count").out()).isEqualTo("1\n");
    assertThat(run("", "route", "list", "--as-of", "9").err())
        .contains("revision \"9\": must be at most the newest, 4");
    assertThat(run("", "route", "list", "--as-of", "yesterday").err())
        .contains("--as-of \"yesterday\": must be now, a revision (57), a time");
  }

  @Test
  void diffSaysWhatCameAndWent() {
    ok("", "route", "add", "10.0.0.0/8", "--nh", "192.0.2.1");
    ok("", "route", "add", "10.1.0.0/16", "--nh", "192.0.2.2", "--metric", "5");
    ok("", "route", "add", "10.1.0.0/16", "--nh", "192.0.2.2", "--metric", "3");
    ok("", "route", "delete", "10.0.0.0/8");

    assertThat(ok("", "route", "diff", "2").out())
        .containsPattern("-  10.0.0.0/8 +192.0.2.1 .* 1\n")
        .containsPattern("   10.1.0.0/16  192.0.2.2 +5 .* 2\n~  10.1.0.0/16  192.0.2.2 +3 .* 3\n")
        .endsWith("from revision 2 to 4: added 0, removed 1, changed 1\n");
    assertThat(ok("", "route", "diff", "4", "1", "--prefix", "10.1.0.0/16", "--json").out())
        .startsWith("{\"change\":\"removed\",\"before\":{\"prefix\":\"10.1.0.0/16\"")
        .hasLineCount(1);
    assertThat(ok("", "route", "diff", "-1h", "now").out())
        .endsWith("from revision 0 to 4: added 1, removed 0, changed 0\n");
  }

  @Test
  void statusTellsOfTheJournals() {
    ok("", "route", "add", "10.0.0.0/8", "--nh", "192.0.2.1");

    // The end of the call that added it may still wait to be written down.
    await()
        .until(
            () -> ok("", "status", "--json").out().contains("\"queued_changes\":0,\"groups\":1"));
    assertThat(ok("", "status", "--json").out())
        .contains("\"routes_journal\":{\"oldest_revision\":1,\"log_bytes\":")
        .contains("\"queued_changes\":0,\"groups\":1,\"revisions\":1,\"changes\":1,\"bytes\":")
        .contains("\"failed_groups\":0,\"writing_seconds\":");
    assertThat(ok("", "status").out()).containsPattern("routes +0 +0\\.0 +0 +1 +1 ");
  }

  @ParameterizedTest
  @CsvSource({"csv", "geojson", "jsonl"})
  void exportedFeaturesAreImportedAsTheyWere(String format) throws Exception {
    ok("", "feature", "put", "46.5,7.9", "Hut, \"old\"", "--category", "shelter", "--id", "1");
    ok("", "feature", "put", "-46.5,180", "Ü", "--id", "2", "--attribute", "beds=4");
    ok("", "feature", "put", "0,-0.0000005", "", "--id", "3", "--attribute", "water=a\nb");
    String before = ok("", "feature", "list", "-90,-180", "90,180", "--unnamed").out();
    String text = ok("", "feature", "export", "--format", format).out();
    for (String id : List.of("1", "2", "3")) {
      ok("", "feature", "delete", id);
    }

    ok(text, "feature", "import", "-", "--format", format);

    assertThat(before).hasLineCount(4);
    assertThat(ok("", "feature", "list", "-90,-180", "90,180", "--unnamed").out())
        .isEqualTo(before);
  }

  @Test
  void attributeThatAFormatCannotHoldIsCounted() {
    ok("", "feature", "put", "1,1", "a", "--attribute", "name=b", "--attribute", "beds=4");
    ok("", "feature", "put", "1,2", "c", "--attribute", "beds=2");

    Recorder csv = run("", "feature", "export", "--format", "csv");
    assertThat(csv.err())
        .isEqualTo(
            "guidepost: 1 of 2 features has attributes that csv cannot hold, left out here;"
                + " jsonl holds them\n");
    assertThat(csv.out()).startsWith("id,name,category,latitude,longitude,beds\n");
    assertThat(run("", "feature", "export", "--json").err())
        .isEqualTo(
            "{\"warning\":\"1 of 2 features has attributes that geojson cannot hold, left out"
                + " here; jsonl holds them\",\"features\":1}\n");
    assertThat(run("", "feature", "export", "--format", "jsonl").err()).isEmpty();
  }

  @Test
  void rowThatIsThereAlreadyIsCountedAsUnchanged() {
    ok("10.0.0.0/8\n", "route", "import", "-", "--nh", "192.0.2.1");

    assertThat(ok("10.0.0.0/8\n11.0.0.0/8\n", "route", "import", "-", "--nh", "192.0.2.1").out())
        .startsWith("read 2 = accepted 2 (1 unchanged) + rejected 0 in ");
  }

  @Test
  void metricsUpToTheLargestAreKept() {
    ok("", "route", "add", "10.0.0.0/8", "--blackhole", "--metric", "4294967295");

    assertThat(ok("", "route", "list", "--json").out()).contains("\"metric\":4294967295,");
  }

  @Test
  void boxAcross180IsTheOtherWayRound() {
    ok("", "feature", "put", "0,179", "east", "--id", "1");
    ok("", "feature", "put", "0,0", "middle", "--id", "2");
    ok("", "feature", "put", "0,-179", "west", "--id", "3");
    ok("", "feature", "put", "0,-178", "", "--id", "4");

    assertThat(count("1,170", "-1,-170")).isEqualTo("1");
    assertThat(count("1,170", "-1,-170", "--across-180")).isEqualTo("2");
    assertThat(count("1,170", "-1,-170", "--across-180", "--unnamed")).isEqualTo("3");
  }

  private String count(String... arguments) {
    List<String> all = new ArrayList<>(List.of("feature", "list", "--count"));
    all.addAll(List.of(arguments));
    return ok("", all.toArray(String[]::new)).out().strip();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "route get 10.0.0.1       | guidepost: no route covers 10.0.0.1/32",
        "route delete 10.0.0.0/8  | guidepost: no such route of 10.0.0.0/8",
        "feature get 1,2          | guidepost: no feature at 1,2",
        "feature get --id x       | guidepost: no feature with id \"x\"",
        "feature delete x         | guidepost: no feature with id \"x\"",
      })
  void whatIsNotThereIsSaidWithExitCode1(String line, String message) {
    Recorder terminal = new Recorder();
    String all = line + " --server " + server.addresses().getFirst();

    assertThat(terminal.run(all.split(" ", -1))).isEqualTo(ExitCodes.REJECTED);
    assertThat(terminal.err().strip()).isEqualTo(message);
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void exportOfNothingIsStillAWellFormedText() {
    assertThat(ok("", "route", "export").out())
        .isEqualTo("prefix,next_hop,interface,metric,kind,source,tags,path_id\n");
    assertThat(ok("", "feature", "export").out())
        .isEqualTo("{\"type\":\"FeatureCollection\",\"features\":[]}\n");
  }

  @Test
  void exportToAFileSaysHowMuchAndLeavesNoPart() throws Exception {
    Path file = directory.resolve("routes.jsonl");
    ok("", "route", "add", "10.0.0.0/8", "--blackhole");

    assertThat(ok("", "route", "export", file.toString()).out())
        .isEqualTo("wrote 1 route to %s\n".formatted(file));
    assertThat(file).content().startsWith("{\"prefix\":\"10.0.0.0/8\",").hasLineCount(1);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactlyInAnyOrder(file, directory.resolve("data"));
    }
  }

  private Recorder ok(String input, String... arguments) {
    Recorder terminal = run(input, arguments);
    assertThat(terminal.err()).isEmpty();
    return terminal;
  }

  private Recorder run(String input, String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--server";
    all[arguments.length + 1] = server.addresses().getFirst().toString();
    Recorder terminal = new Recorder().reading(input);
    terminal.run(all);
    return terminal;
  }
}
