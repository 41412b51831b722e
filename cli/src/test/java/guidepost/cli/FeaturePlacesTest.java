package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.server.Engines;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.ServerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `feature near`, `in` and `along` against a server in this process.
class FeaturePlacesTest {

  private static final String PLACES =
      """
      id,name,latitude,longitude,category,open
      fuel,Fuel,46.0005,7.01,fuel,24/7
      inn,Inn,45.9991,7.02,inn,
      far,Far,46.01,7.03,fuel,no
      """;

  private static final String PATH =
      """
      {"type": "LineString", "coordinates": [[7, 46], [7.04, 46]]}
      """;

  @TempDir Path directory;
  private GuidepostServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(directory.resolve("data")))
                .listeningOn(List.of(ListenAddress.parse("127.0.0.1:0"))));
    ok(PLACES, "feature", "import", "-");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private record Run(int code, String out, String err) {}

  private Run run(String input, String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--server";
    all[arguments.length + 1] = server.addresses().getFirst().toString();
    Recorder terminal = new Recorder().reading(input);
    int code = terminal.run(all);
    return new Run(code, terminal.out(), terminal.err());
  }

  private Run ok(String input, String... arguments) {
    Run run = run(input, arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  @Test
  void nearShowsTheNearestFirstWithDistances() {
    assertThat(ok("", "feature", "near", "46,7.01").out())
        .isEqualTo(
            """
            DISTANCE  ID    POINT         NAME  CATEGORY  ATTRIBUTES
            56 m      fuel  46.0005,7.01  Fuel  fuel      open=24/7
            781 m     inn   45.9991,7.02  Inn   inn
            1907 m    far   46.01,7.03    Far   fuel      open=no
            """);
    assertThat(ok("", "feature", "near", "46,7.01", "--k", "1", "--json").out())
        .isEqualTo(
            """
            {"id":"fuel","name":"Fuel","category":"fuel","latitude":46.0005,"longitude":7.01,\
            "attributes":{"open":"24/7"},"revision":1,"metres":55.576}
            """);
  }

  @Test
  void nearTakesDistanceCategoryAndAttributes() {
    assertThat(ok("", "feature", "near", "46,7.01", "--within", "1km").out())
        .contains("fuel", "inn")
        .doesNotContain("far");
    assertThat(ok("", "feature", "near", "46,7.01", "--category", "inn").out())
        .doesNotContain("fuel");
    assertThat(ok("", "feature", "near", "46,7.01", "--attribute", "open").out())
        .contains("far")
        .doesNotContain("inn");
    Run none = run("", "feature", "near", "46,7.01", "--within", "5");
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).isEqualTo("guidepost: no feature matches within 5 m of 46,7.01\n");
  }

  @Test
  void inShowsABoxBySouthWestAndNorthEast() {
    assertThat(ok("", "feature", "in", "45.9,7", "46.001,7.04", "--limit", "9").out())
        .contains("fuel", "inn")
        .doesNotContain("Far");
    assertThat(ok("", "feature", "in", "-90,7.03", "90,7.01").out()).doesNotContain("inn");
    String inside = ok("", "feature", "in", "45.9,7", "46.001,7.04").out();
    assertThat(ok("", "feature", "in", "46.001,7", "45.9,7.04").out()).isEqualTo(inside);
    assertThat(ok("", "feature", "in", "46.001,7.04", "45.9,7").out()).isEqualTo(inside);
  }

  @Test
  void alongNamesTheFileThatIsNoPath() throws Exception {
    assertNoPath("empty.gpx", "<gpx version=\"1.1\"></gpx>", "must have 2..100000 points: 0");
    assertNoPath("one.csv", "lat,lon\n46,7\n", "must have 2..100000 points: 1");
    assertNoPath("nan.csv", "lat,lon\nNaN,7\n46,NaN\n", "must have 2..100000 points: 0");
    assertNoPath("same.csv", "46,7\n46,7\n", "must lead somewhere: all its 2 points are 46,7");
  }

  private void assertNoPath(String name, String text, String rule) throws Exception {
    Path file = Files.writeString(directory.resolve(name), text);
    Run run = run("", "feature", "along", file.toString(), "--within", "200");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).endsWith("guidepost: %s: a path %s\n".formatted(file, rule));
  }

  @Test
  void alongShowsWhatLiesAheadInOrderWithDistances() throws Exception {
    Path path = Files.writeString(directory.resolve("path.geojson"), PATH);
    Run shown = ok("", "feature", "along", path.toString(), "--within", "200");
    assertThat(shown.out())
        .isEqualTo(
            """
            AHEAD   OFF    SIDE   ID    POINT         NAME  CATEGORY  ATTRIBUTES
            775 m   55 m   left   fuel  46.0005,7.01  Fuel  fuel      open=24/7
            1549 m  100 m  right  inn   45.9991,7.02  Inn   inn
            """);
    assertThat(shown.err()).isEqualTo("2 features within 200 m of a path of 3099 m\n");
    assertThat(
            ok(PATH, "feature", "along", "-", "--within", "0.2km", "--from", "1000", "--json")
                .out())
        .startsWith("{\"id\":\"inn\",\"name\":\"Inn\",\"category\":\"inn\",\"latitude\":45.9991,")
        .containsPattern("\"ahead_metres\":549\\.\\d+,\"off_path_metres\":100\\.\\d+,")
        .endsWith("\"side\":\"right\"}\n");
  }

  @Test
  void alongSaysWhatIsWrongWithAPathOrACorridor() {
    Run wide = run(PATH, "feature", "along", "-", "--within", "10000km");
    assertThat(wide.code()).isEqualTo(1);
    assertThat(wide.err()).contains("within_metres \"1.0E7\": must be above 0 and at most 100000");
    Run text = run(PATH, "feature", "along", "-", "--within", "wide");
    assertThat(text.code()).isEqualTo(2);
    assertThat(text.err()).contains("distance \"wide\": must be metres, like 200 or 1.5km");
    Run empty = run("{}", "feature", "along", "-", "--within", "5");
    assertThat(empty.code()).isEqualTo(2);
    assertThat(empty.err()).contains("must have a LineString with points: there is none");
  }

  @Test
  void watchShowsWhatComesIntoAnAreaAndLeavesIt() {
    ok("", "feature", "put", "46.0006,7.01", "Fuel", "--id", "fuel", "--category", "fuel");
    ok("", "feature", "put", "50,7", "Inn", "--id", "inn");
    assertThat(ok("", "feature", "watch", "45,6", "47,8", "--after", "0", "--changes", "5").out())
        .isEqualTo(
            """
            + fuel 46.0005,7.01 Fuel fuel revision 1
            + inn 45.9991,7.02 Inn inn revision 1
            + far 46.01,7.03 Far fuel revision 1
            ~ fuel 46.0006,7.01 Fuel fuel revision 2
            - inn 50,7 Inn  revision 3
            """);
    String[] circle = {"feature", "watch", "--around", "46,7.01", "--within", "1km"};
    String[] json = Arrays.copyOf(circle, circle.length + 4);
    System.arraycopy(
        new String[] {"--after", "1", "--changes=1", "--json"}, 0, json, circle.length, 4);
    assertThat(ok("", json).out())
        .startsWith("{\"change\":\"updated\",\"id\":\"fuel\"")
        .endsWith("\"revision\":2}\n");
    assertThat(run("", "feature", "watch", "1,1").err())
        .contains("area: must be two corners of a box, or --around and --within");
    assertThat(run("", "feature", "watch", "--after", "99").err())
        .contains("start.after.revision \"99\": must be at most the newest, 3");
  }

  @Test
  void importReadsWaypointsAndExportWritesThem() throws Exception {
    Path gpx = directory.resolve("places.gpx");
    ok("", "feature", "export", gpx.toString());
    assertThat(ok("", "feature", "import", gpx.toString()).out())
        .startsWith("read 3 = accepted 3 (1 unchanged) + rejected 0");
    assertThat(run("", "feature", "import", "--tag", "=", gpx.toString()).err())
        .contains("tag \"=\": must be KEY or KEY=VALUE, like amenity=fuel");
  }
}
