package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
