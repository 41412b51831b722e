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
        "--notes-ttl text=0           | --notes-ttl: notes.ttl: text=0: chats cannot close notes,"
            + " so must be more",
        "--notes-ttl text=87601d      | --notes-ttl \"text=87601d\": must be NAME=TIME, the value"
            + " 0s..3650d",
        "--notes-ttl text=1m --notes-ttl text=2m | \"text=2m\": must be the only value of text",
        "--notes-ttl jam              | --notes-ttl \"jam\": must be NAME=TIME, the value"
            + " 0s..3650d",
        "--notes-ttl Jam=5m           | --notes-ttl: notes.ttl: note kind \"Jam\": must be"
            + " lower-case letters",
        "--history-age 0s             | --history-age \"0s\": must be 1s..3650d",
        "--history-age 24             | --history-age \"24\": must be 1s..3650d, with a unit: d, h,"
            + " m, s, ms",
        "--history-revisions 0        | --history-revisions \"0\": must be at least 1",
        "--history-bytes -1           | --history-bytes \"-1\": must be at least 1",
        "--shutdown-timeout -1s       | --shutdown-timeout \"-1s\": must be 0s..1d",
        "--notes-per-point-max 0      | --notes-per-point-max \"0\": must be at least 1",
        "--notes-denials 101          | --notes-denials \"101\": must be 1..100",
        "--notes-actions-per-minute 0 | --notes-actions-per-minute \"0\": must be at least 1",
        "--trips-speed-max 0          | --trips-speed-max \"0\": must be 1..100000",
        "--insecure=maybe             | --insecure \"maybe\": must be true or false",
        "--memory-connection-max 8GiB --memory-clients-max 1MiB | --memory-connection-max:"
            + " memory.connection_max \"8GiB\": must be at most memory.clients_max, 1MiB",
        "--data=x                     | must be the path of a file or directory, given once",
        "--listen 0.0.0.0:7 --listen [::]:7 | [::]:7 takes calls by IPv4 too; leave 0.0.0.0:7 out",
        "--config /nowhere.yaml       | /nowhere.yaml: no such file",
      })
  void shouldNameTheOptionItsValueAndItsRule(String options, String message) {
    String line = "serve --data " + data + " --listen 127.0.0.1:0 " + options;
    ServedCommands.Ran refused = ServedCommands.runAlone("", line.split(" "));
    assertThat(refused.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(refused.err()).contains(message).hasLineCount(1);
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void shouldRefuseFlagsAndAddressesItCannotRead() {
    ServedCommands.Ran flag = ServedCommands.runAlone("", "serve", "--lisen", "127.0.0.1:0");
    assertThat(flag.code()).isEqualTo(2);
    assertThat(flag.err()).contains("--lisen");
    ServedCommands.Ran address = serve("localhost");
    assertThat(address.code()).isEqualTo(2);
    assertThat(address.err()).contains("--listen \"localhost\": must be HOST:PORT or [IPV6]:PORT");
  }
}
