package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cli.output.ExitCodes;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A query that finds nothing ends with exit code 1, whatever it asks for.
final class NothingFoundTest {

  private static final String PATH = "lat,lon\n46,7\n46.01,7\n";

  @TempDir private Path data;
  private ServedCommands server;

  @BeforeEach
  void start() throws Exception {
    server = new ServedCommands(data);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "route get 10.0.0.1",
        "route explain 10.0.0.1",
        "route lookup 10.0.0.1",
        "route lookup 10.0.0.1 10.0.0.2",
        "route list",
        "route list 10.0.0.0/8",
        "route list --source static",
        "route list --interface eth0 --as-of now",
        "route show",
        "route longer 10.0.0.0/8",
        "route shorter 10.0.0.0/8",
        "feature get 1,2",
        "feature get --id x",
        "feature list 1,2 3,4",
        "feature list 1,2 3,4 --unnamed",
        "feature in 1,2 3,4",
        "feature near 1,2",
        "feature near 1,2 --within 5",
        "feature along - --within 5",
        "note list",
        "note list --near 1,2",
        "note list --box 1,2 3,4 --kind text",
        "trip list",
        "trip list --traveller ann",
        "trip show x",
        "trip export x",
      })
  void shouldEndWithExitCode1AndOneLine(String line) {
    ServedCommands.Ran text = server.run(PATH, line.split(" "));
    assertThat(text.code()).isEqualTo(ExitCodes.REJECTED);
    assertThat(text.err()).startsWith("guidepost: no ").hasLineCount(1);

    ServedCommands.Ran json = server.run(PATH, (line + " --json").split(" "));
    assertThat(json.code()).isEqualTo(ExitCodes.REJECTED);
    assertThat(json.err())
        .startsWith("{\"error\":\"not_found\",\"message\":\"no ")
        .endsWith("\"exit_code\":1}\n")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "route list --count",
        "route list 10.0.0.0/8 --count",
        "feature list 1,2 3,4 --count",
        "note list --count",
      })
  void shouldAnswerACountOfNothingWithZeroAndSuccess(String line) {
    assertThat(server.ok("", line.split(" "))).isEqualTo("0\n");
    assertThat(server.ok("", (line + " --json").split(" "))).isEqualTo("{\"count\":0}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "route export",
        "feature export",
        "route diff 0",
        "feature diff 0",
        "table list",
        "source list",
        "status",
        "route lookup",
        "verify",
      })
  void shouldSucceedWhereNothingIsLookedFor(String line) {
    server.ok("", line.split(" "));
  }

  @Test
  void shouldHintAtFeaturesWithoutAName() {
    server.ok("", "feature", "put", "1,2");

    assertThat(server.run("", "feature", "list", "0,0", "3,3").err())
        .isEqualTo(
            "guidepost: no named feature matches in this box; --unnamed shows those without a name"
                + " too\n");
    assertThat(server.ok("", "feature", "in", "0,0", "3,3", "--unnamed")).contains("1,2");
  }
}
