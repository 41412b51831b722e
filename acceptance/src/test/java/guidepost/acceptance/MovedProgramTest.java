package guidepost.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.testing.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A checkout that was moved after it was built: its start caches were made where nothing is now.
final class MovedProgramTest {

  @TempDir Path moved;

  @Test
  void shouldRunFromAnotherFolder() throws Exception {
    Path root = Path.of("..").toRealPath();
    Path made = Files.createDirectories(moved.resolve("cli/target"));
    run(List.of("cp", "-a", root + "/guidepost", moved.toString()));
    for (String each : List.of("lib", "client.aot", "built")) {
      Path file = root.resolve("cli/target").resolve(each);
      if (Files.exists(file)) { // in the middle of a build there is no "built"
        run(List.of("cp", "-a", file.toString(), made.toString()));
      }
    }
    Path built = made.resolve("built");
    if (!Files.exists(built)) {
      Files.createFile(built);
    }
    assertThat(made.resolve("client.aot")).exists();
    try (SmallDisk namespace = SmallDisk.require(root.resolve("cli/target/lib"), 1)) {
      List<String> command = new ArrayList<>(namespace.prefix());
      command.addAll(List.of(moved.resolve("guidepost").toString(), "--version"));
      assertThat(run(command)).startsWith("guidepost ");
    }
  }

  private static String run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.outputWriter().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
