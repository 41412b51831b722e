package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cli.output.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `serve` says when it does not.
final class ServeTest {

  @TempDir Path data;

  private ServedCommands.Ran serve(String listen) {
    return ServedCommands.runAlone("", "serve", "--data", data.toString(), "--listen", listen);
  }

  @Test
  void shouldNameTheAddressThatIsInUse() throws Exception {
    try (ServedCommands running = new ServedCommands(data.resolve("running"))) {
      ServedCommands.Ran second =
          ServedCommands.runAlone(
              "", "serve", "--data", data.resolve("new").toString(), "--listen", running.address());
      assertThat(second.code()).isEqualTo(3);
      assertThat(second.err()).contains("listen address " + running.address() + ": is in use");
    }
  }

  @Test
  void shouldSayThatAnotherServerHasTheDirectory() throws Exception {
    try (ServedCommands _ = new ServedCommands(data)) {
      ServedCommands.Ran second = serve("127.0.0.1:0");
      assertThat(second.code()).isEqualTo(ExitCodes.UNAVAILABLE);
      assertThat(second.err()).contains("data directory " + data + ": is in use").hasLineCount(1);
    }
  }

  @Test
  void shouldRefuseTheDirectoryOfAnotherProgram() throws Exception {
    Files.writeString(data.resolve("thesis.txt"), "precious");
    ServedCommands.Ran refused = serve("127.0.0.1:0");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("holds files of another program");
    assertThat(data.resolve("thesis.txt")).hasContent("precious");
  }

  @Test
  void shouldListenInPlaintextToOtherMachinesOnlyWhenTold() {
    ServedCommands.Ran refused = serve("0.0.0.0:0");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("listen address 0.0.0.0:0").contains("--insecure");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "--note-hours 0         | note-hours \"0\": must be 1..87600",
        "--note-hours 87601     | note-hours \"87601\": must be 1..87600",
        "--history-age 0        | history-age \"0\": must be 1..2147483647",
        "--history-revisions 0  | history-revisions \"0\": must be 1..9223372036854775807",
        "--history-bytes -1     | history-bytes \"-1\": must be 1..9223372036854775807",
        "--shutdown-timeout -1  | shutdown-timeout \"-1\": must be 0..86400",
        "--notes-per-point 0    | notes-per-point \"0\": must be 1..2147483647",
        "--note-denials 101     | note-denials \"101\": must be 1..100",
        "--note-pace 0          | note-pace \"0\": must be 1..2147483647",
        "--note-kind jam        | note-kind \"jam\": must be NAME=MINUTES",
        "--note-kind jam=-1     | note-kind jam \"-1\": must be 0..5256000",
        "--note-kind text=5     | note-kind \"text\": must be another kind; --note-hours",
        "--trip-speed 0         | trip-speed \"0.0\": must be 1..100000 metres per second",
      })
  void shouldNameTheOptionItsValueAndItsRule(String options, String message) {
    String line = "serve --data " + data + " --listen 127.0.0.1:0 " + options;
    ServedCommands.Ran refused = ServedCommands.runAlone("", line.split(" "));
    assertThat(refused.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(refused.err()).startsWith("guidepost: " + message).hasLineCount(1);
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void shouldRefuseFlagsAndAddressesItCannotRead() {
    ServedCommands.Ran flag = ServedCommands.runAlone("", "serve", "--lisen", "127.0.0.1:0");
    assertThat(flag.code()).isEqualTo(2);
    assertThat(flag.err()).contains("--lisen");
    ServedCommands.Ran address = serve("localhost");
    assertThat(address.code()).isEqualTo(2);
    assertThat(address.err()).contains("must be HOST:PORT or [IPV6]:PORT: \"localhost\"");
  }
}
