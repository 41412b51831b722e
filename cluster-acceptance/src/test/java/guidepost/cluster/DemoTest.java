package guidepost.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.testing.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// `cluster demo --once`, with the brokers of this test's class path; among the long tests, since
/// what it shows the others show too.
@EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
final class DemoTest {

  @TempDir Path directory;

  @Test
  void shouldShowThatNothingIsLostAndEndByItself() throws Exception {
    Path lib = ClusterProcesses.lib();
    Path output = directory.resolve("demo.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx200m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.library.path=" + lib,
                "-Dguidepost.brokers=" + System.getProperty("java.class.path"),
                "-cp",
                lib + "/*",
                "guidepost.cli.Main",
                "cluster",
                "demo",
                "--once"));
    Process demo =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(demo.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(demo.exitValue()).as(Files.readString(output)).isZero();
    assertThat(Files.readString(output)).contains("Killing 127.0.0.1:", "Nothing is lost.");
  }
}
