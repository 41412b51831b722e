package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import guidepost.guide.feeds.Track;
import guidepost.server.Engines;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.ServerOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
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
            ServerOptions.with(Engines.embedded(directory.resolve("data")))
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
    assertThat(run("", "trip", "list", "--traveller", "bob", "--json").out()).isEmpty();

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
        .isEqualTo("guidepost: no trip matches \"ride\"\n");
    assertThat(run("", "trip", "delete", "ride").err())
        .isEqualTo("guidepost: no trip matches \"ride\"\n");
  }

  @Test
  void lineThatCrossesTheAntimeridianIsCutAtIt() {
    String track =
        """
        lat,lon,time
        10,179.9,2026-05-11T08:00:00Z
        10.4,-179.7,2026-05-11T08:06:40Z
        10.4,-180,2026-05-11T08:10:00Z
        10.5,179.9,2026-05-11T08:20:00Z
        """;
    ok(track, "trip", "record", "-", "--id", "fiji");
    assertThat(ok("", "trip", "export", "fiji", "--format", "geojson").out())
        .contains(
            "[[[179.9,10.0],[180.0,10.1]],"
                + "[[-180.0,10.1],[-179.7,10.4],[-180.0,10.4]],"
                + "[[180.0,10.4],[179.9,10.5]]]")
        .contains(
            "[[\"2026-05-11T08:00:00Z\",\"2026-05-11T08:01:40Z\"],[\"2026-05-11T08:01:40Z\",");
  }

  @Test
  void trackWithoutTimesIsMeasuredAndNotKept() {
    assertThat(ok("46,7\n46.001,7\n", "trip", "record", "-").out()).doesNotContain("trip ");
    assertThat(run("", "trip", "list", "--json").out()).isEmpty();
    assertThat(run("46,7\n46.001,7\n", "trip", "record", "-", "--id", "x").err())
        .isEqualTo(
            "guidepost: -: cannot be kept as a trip: each point must have a time: line 1 has"
                + " none\n");
    assertThat(run("<gpx version=\"1.1\"></gpx>", "trip", "record", "-", "--id", "x").err())
        .isEqualTo("guidepost: -: cannot be kept as a trip: has no points\n");
  }

  @Test
  void shouldSayWhyATripIsNotKept() {
    assertThat(
            ok(
                    "lat,lon,time\n46,7,2026-05-11T08:00:00Z\n46.001,7,\n",
                    "trip",
                    "record",
                    "-",
                    "--json")
                .out())
        .contains("\"kept\":false,\"not_kept\":\"each point must have a time: line 3 has none\"");
    assertThat(ok("46,7\n46.001,7\n", "trip", "record", "-").out())
        .contains("not kept          each point must have a time: line 1 has none\n");
    assertThat(
            ok(
                    gpx(
                        "<trkseg>",
                        point(0, 0),
                        point(10, 1),
                        "</trkseg><trkseg>",
                        point(5, 2),
                        "</trkseg>"),
                    "trip",
                    "record",
                    "-")
                .out())
        .contains(
            "not kept          a segment must begin after the one before has ended: one at"
                + " 2026-05-11T08:00:05Z does not\n");
    assertThat(run("", "trip", "list", "--json").out()).isEmpty();
  }

  /// Newest first, so that the places in the file are not those in the order of time.
  @Test
  void shouldRejectAPointOfTheFarFutureByItsPlaceInTheFileAndKeepTheOthers() {
    String future = point(2, 2).replace("2026-05-11", "2999-05-11");
    String track = gpx("<trkseg>", point(3, 3), future, point(1, 1), point(0, 0), "</trkseg>");
    Recorder recorded = run(track, "trip", "record", "-", "--id", "clock");
    assertThat(recorded.out()).startsWith("read 4 = accepted 3 + rejected 1\n");
    assertThat(recorded.err())
        .startsWith("point 2: time \"2999-05-11T08:00:02Z\": must be at most 2");
    assertThat(ok("", "trip", "show", "clock").out()).contains("fixes             3\n");
    Recorder strict = run(track, "trip", "record", "-", "--id", "strict", "--strict");
    assertThat(strict.err()).contains("-: point 2: time", "; refused, as --strict asks\n");
    assertThat(ok("", "trip", "list").out()).contains("clock").doesNotContain("strict");
  }

  @Test
  void shouldSayThatOneTimeIsTooFewToMeasureHowLongATrackTook() {
    String alone = ok(gpx("<trkseg>", point(0, 0), "</trkseg>"), "trip", "record", "-").out();
    assertThat(alone)
        .contains("elapsed           unknown: only one point has a time\n")
        .contains("moving            unknown: only one point has a time\n");
  }

  private static String gpx(String... parts) {
    return "<gpx><trk>" + String.join("", parts) + "</trk></gpx>";
  }

  /// 22.2 m east at the equator for each step.
  private static String point(int second, int steps) {
    return "<trkpt lat=\"0\" lon=\"%s\"><ele>%d</ele><time>2026-05-11T08:00:%02dZ</time></trkpt>"
        .formatted(steps * 0.0002, steps * 10, second);
  }

  @Test
  void shouldKeepATrackThatHasItsNewestSegmentFirstAndPointsOutOfOrder() {
    String newestFirst =
        gpx("<trkseg>", point(31, 501), point(30, 500), "</trkseg><trkseg>", point(0, 0)) + "";
    String track = newestFirst.replace("</trk></gpx>", point(1, 1) + "</trkseg></trk></gpx>");
    ok(track, "trip", "record", "-", "--id", "gap");
    String shown = ok("", "trip", "show", "gap", "--json").out();
    assertThat(number(shown, "wgs84_metres")).isBetween(44.0, 45.0);
    assertThat(number(shown, "filtered_metres")).isBetween(44.0, 45.0);
    assertThat(number(shown, "moving_seconds")).isEqualTo(2);
    assertThat(number(shown, "segments")).isEqualTo(2);
    assertThat(number(shown, "ascent_metres")).isEqualTo(20);
    assertThat(number(shown, "skipped")).isZero();
    assertThat(ok("", "trip", "export", "gap").out())
        .contains("<ele>0.0</ele>", "<ele>5010.0</ele>")
        .containsOnlyOnce("</trkseg><trkseg>");
  }

  @Test
  void shouldRecordAgainWhatItExportedAsGeoJson() throws Exception {
    String track =
        """
        lat,lon,time,ele,speed
        10,179.9,2026-05-11T08:00:00Z,5,300
        10.1,-179.9,2026-05-11T08:02:00Z,,
        10.2,-179.8,2026-05-11T08:04:00Z,7,310
        """;
    ok(track, "trip", "record", "-", "--id", "first");
    Path json = directory.resolve("first.geojson");
    ok("", "trip", "export", "first", json.toString());
    ok("", "trip", "record", json.toString(), "--id", "second");
    String first = ok("", "trip", "show", "first", "--json").out();
    String second = ok("", "trip", "show", "second", "--json").out();
    assertThat(number(second, "segments")).isEqualTo(1);
    assertThat(number(second, "wgs84_metres"))
        .isBetween(0.999 * number(first, "wgs84_metres"), 1.001 * number(first, "wgs84_metres"));
    assertThat(ok("", "trip", "export", "second", "--format", "gpx").out())
        .contains("<gpxtpx:speed>310.0</gpxtpx:speed>", "<ele>7.0</ele>");
  }

  @Test
  void shouldSetAsideAFixOfTheNullIslandAndNotExportIt() {
    String track =
        """
        lat,lon,time
        46,8,2026-05-11T08:00:00Z
        46.0002,8,2026-05-11T08:00:01Z
        0,0,2026-05-11T08:00:02Z
        46.0004,8,2026-05-11T08:00:03Z
        46.0006,8,2026-05-11T08:00:04Z
        """;
    String recorded = ok(track, "trip", "record", "-", "--id", "null", "--json").out();
    assertThat(number(recorded, "filtered_metres")).isBetween(66.0, 67.0);
    assertThat(number(recorded, "distance_metres")).isBetween(66.0, 67.0);
    assertThat(ok("", "trip", "show", "null").out()).contains("set aside         1 fix\n");
    assertThat(ok("", "trip", "export", "null").out()).doesNotContain("lat=\"0\"");
  }

  @Test
  void shouldRefuseAFileWithAFaultIfAskedTo() {
    String track =
        gpx("<trkseg>", point(0, 0), "<trkpt lat=\"x\" lon=\"1\"/>", point(1, 1), "</trkseg>");
    Recorder lenient = run(track, "trip", "record", "-", "--id", "lenient");
    assertThat(lenient.err()).isEqualTo("point 2: latitude \"x\": must be a number of degrees\n");
    assertThat(lenient.out()).contains("read 3 = accepted 2 + rejected 1\n");
    assertThat(run(track, "trip", "record", "-", "--strict").err())
        .endsWith(
            "guidepost: -: point 2: latitude \"x\": must be a number of degrees; refused, as"
                + " --strict asks\n");
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
      assertThat(rounded(Track.read(after))).isEqualTo(rounded(Track.read(before)));
    }
    return 1;
  }

  /// Altitudes and speeds are kept as single-precision numbers.
  private static List<Track.Fix> rounded(Track track) {
    return track.fixes().stream()
        .map(
            fix ->
                new Track.Fix(
                    fix.point(),
                    fix.time(),
                    rounded(fix.altitude()),
                    rounded(fix.speed()),
                    fix.beginsSegment()))
        .toList();
  }

  private static OptionalDouble rounded(OptionalDouble number) {
    return number.isEmpty() ? number : OptionalDouble.of(Math.rint(number.getAsDouble() * 100));
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
