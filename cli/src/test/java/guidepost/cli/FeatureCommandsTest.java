package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cli.output.ExitCodes;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands that change features and show how they were, against a server in this process.
final class FeatureCommandsTest {

  @TempDir Path directory;
  private ServedCommands server;

  @BeforeEach
  void start() throws Exception {
    server = new ServedCommands(directory.resolve("data"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String refused(String... command) {
    ServedCommands.Ran ran = server.run("", command);
    assertThat(ran.code()).isEqualTo(ExitCodes.REJECTED);
    return ran.err();
  }

  @Test
  void featuresAndRoutesAreChangedOnlyIfTheyAreAsExpected() {
    server.ok("", "feature", "put", "1,2", "Inn", "--id", "a", "--expected-revision", "0");
    assertThat(refused("feature", "put", "1,2", "Inn", "--id", "a", "--expected-revision", "0"))
        .contains("expected_revision \"0\": feature \"a\" was last written by revision 1");
    assertThat(refused("feature", "delete", "a", "--expected-revision", "9"))
        .contains("expected_revision \"9\": feature \"a\" was last written by revision 1");
    server.ok("", "feature", "delete", "a", "--expected-revision", "1");
    String[] add = {"route", "add", "10.0.0.0/8", "--nh", "192.0.2.1", "--expected-revision", "0"};
    server.ok("", add);
    assertThat(refused(add)).contains("expected_revision 0: route 10.0.0.0/8");
    assertThat(refused("route", "delete", "10.0.0.0/8", "--expected-revision", "9"))
        .contains("expected_revision 9: source \"static\" prefix 10.0.0.0/8");
    server.ok("", "route", "delete", "10.0.0.0/8", "--expected-revision", "1");
    assertThat(server.run("", "feature", "delete", "a", "--expected-revision", "-1").code())
        .isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void featuresAreShownAsTheyWereAndWhatBecameOfThem() {
    server.ok("", "feature", "put", "1,2", "Inn", "--id", "a");
    server.ok("", "feature", "put", "1,2", "Hotel", "--id", "a");
    server.ok("", "feature", "put", "3,4", "Pump", "--id", "b", "--category", "fuel");
    assertThat(server.ok("", "feature", "get", "--id", "a", "--as-of", "1")).contains("Inn");
    assertThat(server.ok("", "feature", "get", "1,2", "--as-of", "now")).contains("Hotel");
    assertThat(server.ok("", "feature", "list", "0,0", "9,9", "--as-of", "2", "--count"))
        .isEqualTo("1\n");
    assertThat(server.ok("", "feature", "in", "0,0", "9,9", "--as-of", "2")).doesNotContain("Pump");
    assertThat(server.ok("", "feature", "near", "3,4", "--as-of", "1")).contains("Inn");
    assertThat(refused("feature", "get", "--id", "a", "--as-of", "9"))
        .contains("revision \"9\": must be at most the newest");
    assertThat(server.ok("", "feature", "revision")).matches("revision 3, written \\d{4}-.*Z\n");
    assertThat(server.ok("", "feature", "revision", "2", "--json"))
        .startsWith("{\"revision\":2,\"time\":\"")
        .contains("\"timeline\":\"");
    assertThat(server.ok("", "feature", "diff", "1"))
        .isEqualTo(
            """
               ID  POINT  NAME   CATEGORY  ATTRIBUTES
               a   1,2    Inn
            ~  a   1,2    Hotel
            +  b   3,4    Pump   fuel
            from revision 1 to 3: added 1, removed 0, changed 1
            """);
    assertThat(server.ok("", "feature", "diff", "now", "1", "--in", "2,3", "4,5", "--json"))
        .isEqualTo(
            """
            {"change":"removed","before":{"id":"b","name":"Pump","category":"fuel","latitude":3.0,\
            "longitude":4.0,"revision":3}}
            """);
  }

  private static String row(String id, String name, String category, String attributes) {
    return "{\"id\": \"%s\", \"name\": \"%s\", \"category\": \"%s\", \"latitude\": 1, \"longitude\": 2, \"attributes\": {%s}}\n"
        .formatted(id, name, category, attributes);
  }

  private static String attributes(int count, String value) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"k%d\": \"%s\"".formatted(i, value))
        .collect(Collectors.joining(", "));
  }

  @Test
  void shouldRejectInADryRunWhatTheServerRejects() {
    String rows =
        row("a", "n".repeat(1_024), "c".repeat(128), attributes(64, "v"))
            + row("b", "ü".repeat(513), "", "")
            + row("c".repeat(129), "n", "", "")
            + row("d", "n", "c".repeat(129), "")
            + row("e", "n", "", attributes(65, "v"))
            + row("f", "n", "", attributes(1, "v".repeat(16 * 1_024)))
            + row("g", "n", "", attributes(1, "v".repeat(16 * 1_024 - 2)));
    ServedCommands.Ran dry =
        server.run(rows, "feature", "import", "-", "--format", "jsonl", "--dry-run");
    ServedCommands.Ran real = server.run(rows, "feature", "import", "-", "--format", "jsonl");
    assertThat(dry.err()).isEqualTo(real.err());
    assertThat(dry.out()).startsWith("read 7 = accepted 2 + rejected 5 ");
    assertThat(real.out()).startsWith("read 7 = accepted 2 + rejected 5 ");
  }

  @Test
  void shouldSayWhatIsLeftOutAndSendNothingStrictlyIfAValueIsBad() {
    String gpx =
        "<gpx><wpt lat=\"1\" lon=\"2\"><name>A</name><ele>x</ele><link href=\"l\"/></wpt>"
            + "<wpt lat=\"91\" lon=\"2\"/></gpx>";
    ServedCommands.Ran strict = server.run(gpx, "feature", "import", "-", "--strict");
    assertThat(strict.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(strict.err())
        .isEqualTo(
            "guidepost: standard input: entry 2: latitude must be -90..90 degrees: 91.0; refused,"
                + " as --strict asks\n");
    assertThat(server.run("", "feature", "in", "0,0", "9,9", "--json").out()).isEmpty();
    ServedCommands.Ran lenient = server.run(gpx, "feature", "import", "-");
    assertThat(lenient.code()).isEqualTo(ExitCodes.REJECTED);
    assertThat(lenient.out())
        .startsWith("read 2 = accepted 1 + rejected 1 ")
        .endsWith("; left out: 1 ele, 1 link\n");
    assertThat(lenient.err())
        .isEqualTo(
            """
            entry 1: ele "x": must be a number; taken without it
            entry 2: latitude must be -90..90 degrees: 91.0
            """);
  }

  @Test
  void shouldRefuseTheCharacterNul() {
    assertThat(refused("feature", "put", "1,2", "a\0b")).contains("NUL");
  }
}
