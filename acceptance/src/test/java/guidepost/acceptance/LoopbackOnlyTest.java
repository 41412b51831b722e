package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A machine whose only interface is the loopback: a network namespace of this test's own.
final class LoopbackOnlyTest {

  /// Becomes the command that follows.
  private static final List<String> ALONE =
      List.of("unshare", "-rn", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh");

  @TempDir private Path data;

  private static boolean mayMakeNamespaces() throws InterruptedException {
    try {
      return new ProcessBuilder(Stream.concat(ALONE.stream(), Stream.of("true")).toList())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void shouldSayNothingOnStandardErrorButItsOwnErrors() throws Exception {
    assumeTrue(
        mayMakeNamespaces(), "SKIPPED: needs the right to make network namespaces (unshare -rn)");
    try (ServerProcess server = ServerProcess.start(ALONE, data.resolve("data"))) {
      List<String> inside =
          List.of(
              "nsenter",
              "-t",
              Long.toString(server.handle().pid()),
              "-U",
              "-n",
              "--preserve-credentials");
      for (String line :
          List.of(
              "route add 10.0.0.0/8 --nh 192.0.2.1",
              "route get 10.0.0.1",
              "route list --json",
              "status",
              "feature put 46,7 A --json",
              "feature watch --after 0 --changes 1",
              "note post 46,7 ice --kind hazard",
              "chat 46,7")) {
        Terminal done = ask(inside, server.address(), line);
        assertThat(done.err()).as(line).isEmpty();
        assertThat(done.exitCode()).as(line).isZero();
      }
      for (String line : List.of("route list", "note watch --near 46,7", "trip list --json")) {
        Terminal refused = ask(inside, "127.0.0.1:1", line);
        assertThat(refused.err()).as(line).hasLineCount(1).contains("127.0.0.1:1: not available");
        assertThat(refused.exitCode()).as(line).isEqualTo(3);
      }
      assertThat(server.output()).doesNotContain("WARN");
    }
  }

  private static Terminal ask(List<String> inside, String server, String line) throws Exception {
    return Terminal.run(inside, "", (line + " --server " + server).split(" "));
  }
}
