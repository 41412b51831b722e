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
}
