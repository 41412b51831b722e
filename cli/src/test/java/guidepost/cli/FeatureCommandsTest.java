package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
        .contains("expected_revision 0: feature \"a\" was last written by revision 1");
    assertThat(refused("feature", "delete", "a", "--expected-revision", "9"))
        .contains("expected_revision 9: feature \"a\" was last written by revision 1");
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
    assertThat(server.ok("", "feature", "get", "--id", "a", "--at", "1")).contains("Inn");
    assertThat(server.ok("", "feature", "get", "1,2", "--at", "now")).contains("Hotel");
    assertThat(server.ok("", "feature", "list", "0,0", "9,9", "--at", "2", "--count"))
        .isEqualTo("1\n");
    assertThat(server.ok("", "feature", "in", "0,0", "9,9", "--at", "2")).doesNotContain("Pump");
    assertThat(server.ok("", "feature", "near", "3,4", "--at", "1")).contains("Inn");
    assertThat(refused("feature", "get", "--id", "a", "--at", "9"))
        .contains("revision 9: is yet to come");
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
}
