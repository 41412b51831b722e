package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cli.output.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `config` says of settings.
final class ConfigTest {

  @TempDir private Path directory;

  private static ServedCommands.Ran run(String... words) {
    return ServedCommands.runAlone("", words);
  }

  private Path file(String text) throws Exception {
    return Files.writeString(directory.resolve("guidepost.yaml"), text);
  }

  @Test
  void shouldNameEveryProblemOfAFile() throws Exception {
    Path file = file("listen: 127.0.0.1\nnotes:\n  pase: 3\n");
    ServedCommands.Ran checked = run("config", "check", file.toString());
    assertThat(checked.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(checked.err())
        .contains(file + ":1: listen \"127.0.0.1\": must be HOST:PORT or [IPV6]:PORT")
        .contains(file + ":3: unknown key notes.pase")
        .hasLineCount(2);
  }

  @Test
  void shouldFindAGoodFileGood() throws Exception {
    ServedCommands.Ran checked = run("config", "check", file("data: x\n").toString());
    assertThat(checked.out()).isEqualTo("ok\n");
    assertThat(checked.code()).isZero();
  }

  @Test
  void shouldShowWhatIsInForceAndWhereItComesFrom() throws Exception {
    Path file = file("notes: {denials: 7}\n");
    ServedCommands.Ran shown =
        run("config", "show", "--config", file.toString(), "--history-age", "3d", "--json");
    assertThat(shown.out())
        .contains("{\"name\":\"notes.denials\",\"value\":\"7\",\"origin\":\"" + file + ":1\"}")
        .contains("{\"name\":\"history.age\",\"value\":\"3d\",\"origin\":\"--history-age\"}")
        .contains("{\"name\":\"data\",\"value\":\"guidepost-data\",\"origin\":\"default\"}");
    assertThat(run("config", "show", "--config", file.toString()).out())
        .containsPattern("notes\\.denials +7 +" + file + ":1");
  }

  @Test
  void shouldMakeARunningServerReadItsSettingsAgain() throws Exception {
    try (ServedCommands _ = new ServedCommands(directory.resolve("data"))) {
      ServedCommands.Ran refused =
          run("config", "reload", "--data", directory.resolve("data").toString());
      assertThat(refused.code()).isEqualTo(ExitCodes.REJECTED);
      assertThat(refused.err()).contains("started without any to read again");
    }
    ServedCommands.Ran absent =
        run("config", "reload", "--data", directory.resolve("none").toString());
    assertThat(absent.code()).isEqualTo(ExitCodes.UNAVAILABLE);
  }
}
