package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import guidepost.guide.feeds.Track;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.ServerOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `trip ...` against a server in this process.
class TripCommandsTest {

  private static final String TRACK =
      """
      lat,lon,time
      46,7,2026-05-11T08:00:00Z
      46.01,7,2026-05-11T08:10:00Z
      46.0101,7,2026-05-11T09:02:05Z
      """;

  private static final Path TRACKS = Path.of("../../shared/data/gpx");

  @TempDir Path directory;
  private GuidepostServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        GuidepostServer.start(
            ServerOptions.in(directory.resolve("data"))
                .listeningOn(List.of(ListenAddress.parse("127.0.0.1:0"))));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void tripThatIsRecordedTwiceIsKeptOnceAndIsShownListedExportedAndDeleted() throws Exception {
    ok("", "feature", "put", "46.01,7.0002", "Inn", "--id", "inn");
    String first = ok(TRACK, "trip", "record", "-", "--id", "ride", "--name", "a <b>").out();
    assertThat(first).contains("trip              ride\n", "features passed   1\n");
    assertThat(ok(TRACK, "trip", "record", "-", "--id", "ride").out()).isEqualTo(first);

    assertThat(ok("", "trip", "show", "ride").out())
        .contains("fixes             3\n", "elapsed           1:02:05\n", "stops             1\n")
        .containsPattern("46\\.01005,7  2026-05-11T08:10:00Z  0:52:05\n");
    assertThat(ok("", "trip", "show", "ride", "--json").out())
        .contains(
            "\"trip\":\"ride\",\"name\":\"a <b>\",\"finished\":true,\"batches\":1,\"fixes\":3")
        .contains("\"stop_count\":1", "\"feature_ids\":[\"inn\"],\"revision\":3}");
    assertThat(ok("", "trip", "list").out())
        .containsPattern("ride +2026-05-11T08:00:00Z +1:02:05 +1117 +1 +yes +a <b>\n");
    assertThat(ok("", "trip", "list", "--traveller", "bob", "--json").out()).isEmpty();

    assertThat(ok("", "trip", "export", "ride").out())
        .contains("<trk><name>a &lt;b&gt;</name><trkseg>")
        .contains("<trkpt lat=\"46.01\" lon=\"7\"><time>2026-05-11T08:10:00Z</time></trkpt>");
    Path json = directory.resolve("ride.geojson");
    assertThat(ok("", "trip", "export", "ride", json.toString()).out())
        .isEqualTo("wrote 3 fixes to %s\n".formatted(json));
    assertThat(json)
        .content()
        .startsWith(
            "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":"
                + "{\"type\":\"MultiLineString\",\"coordinates\":[[[7.0,46.0],[7.0,46.01],")
        .contains("\"geometry\":{\"type\":\"Point\",\"coordinates\":[7.0,46.01005]}");

    Path nowhere = directory.resolve("no/ride.gpx");
    assertThat(run("", "trip", "export", "ride", nowhere.toString()).err())
        .isEqualTo(
            "guidepost: file \"%s\": its directory \"%s\" does not exist\n"
                .formatted(nowhere, nowhere.getParent()));
    assertThat(ok("", "trip", "delete", "ride").out()).isEqualTo("deleted ride, revision 4\n");
    assertThat(run("", "trip", "show", "ride").err())
        .isEqualTo("guidepost: no trip has the id \"ride\"\n");
    assertThat(run("", "trip", "delete", "ride").err())
        .isEqualTo("guidepost: no trip has the id ride\n");
  }

  @Test
  void lineThatCrossesTheAntimeridianIsCutAtIt() {
    String track =
        """
        lat,lon,time
        10,179.9,2026-05-11T08:00:00Z
        10.4,-179.7,2026-05-11T08:00:40Z
        10.4,-180,2026-05-11T08:01:00Z
        10.5,179.9,2026-05-11T08:02:00Z
        """;
    ok(track, "trip", "record", "-", "--id", "fiji");
    assertThat(ok("", "trip", "export", "fiji", "--format", "geojson").out())
        .contains(
            "[[[179.9,10.0],[180.0,10.1]],"
                + "[[-180.0,10.1],[-179.7,10.4],[-180.0,10.4]],"
                + "[[180.0,10.4],[179.9,10.5]]]")
        .contains(
            "[[\"2026-05-11T08:00:00Z\",\"2026-05-11T08:00:10Z\"],[\"2026-05-11T08:00:10Z\",");
  }

  @Test
  void trackWithoutTimesIsMeasuredAndNotKept() {
    assertThat(ok("46,7\n46.001,7\n", "trip", "record", "-").out()).doesNotContain("trip ");
    assertThat(ok("", "trip", "list", "--json").out()).isEmpty();
    assertThat(run("46,7\n46.001,7\n", "trip", "record", "-", "--id", "x").err())
        .isEqualTo(
            "guidepost: -: cannot be kept as a trip: each point must have a time: point 1 has"
                + " none\n");
    assertThat(run("<gpx version=\"1.1\"></gpx>", "trip", "record", "-", "--id", "x").err())
        .isEqualTo("guidepost: -: cannot be kept as a trip: has no points\n");
    assertThat(
            run(
                    "46,7,2026-05-11T08:00:00Z\n46,7,2026-05-11T07:00:00Z\n",
                    "trip",
                    "record",
                    "-",
                    "--id",
                    "x")
                .err())
        .isEqualTo(
            "guidepost: -: cannot be kept as a trip: no point may be before the one before it:"
                + " point 2, 2026-05-11T07:00:00Z\n");
  }

  /// Real tracks, of travellers who went on and on: what is exported is what was recorded.
  @Test
  void realTracksComeBackAsTheyWere() throws Exception {
    assumeTrue(Files.isDirectory(TRACKS), TRACKS + " is not there: skipped");
    int kept = 0;
    try (var files = Files.list(TRACKS)) {
      for (Path file : files.sorted().toList()) {
        kept += recordAndExport(file);
      }
    }
    assertThat(kept).isPositive();
  }

  private int recordAndExport(Path file) throws Exception {
    String recorded = ok("", "trip", "record", file.toString(), "--json").out();
    if (!recorded.contains("\"trip\"")) {
      return 0;
    }
    String id = recorded.replaceAll("(?s).*\"trip\":\"([^\"]*)\".*", "$1");
    assertThat(number(recorded, "filtered_metres"))
        .isBetween(
            0.95 * number(recorded, "wgs84_metres"), number(recorded, "wgs84_metres") + 0.001);
    assertThat(number(recorded, "moving_seconds"))
        .isBetween(0.9 * number(recorded, "elapsed_seconds"), number(recorded, "elapsed_seconds"));
    Path exported = directory.resolve(id + ".gpx");
    ok("", "trip", "export", id, exported.toString());
    try (InputStream before = Files.newInputStream(file);
        InputStream after = Files.newInputStream(exported)) {
      assertThat(Track.read(after).fixes()).isEqualTo(Track.read(before).fixes());
    }
    return 1;
  }

  private static double number(String json, String field) {
    return Double.parseDouble(json.replaceAll("(?s).*\"%s\":([0-9.E]*).*".formatted(field), "$1"));
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
