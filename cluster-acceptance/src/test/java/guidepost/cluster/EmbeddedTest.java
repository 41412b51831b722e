package guidepost.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.testing.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that has its journals for itself pays nothing for those that do not.
final class EmbeddedTest {

  @TempDir Path directory;

  @Test
  void shouldLoadNothingOfKafkaWhereTheJournalsAreEmbedded() throws Exception {
    Path classes = directory.resolve("classes.log");
    Path output = directory.resolve("server.log");
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xlog:class+load=info:file=" + classes,
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.library.path=" + ClusterProcesses.lib(),
                "-cp",
                ClusterProcesses.lib() + "/*",
                "guidepost.cli.Main",
                "serve",
                "--data",
                directory.resolve("data").toString(),
                "--listen",
                "127.0.0.1:0",
                "--web-enabled",
                "false")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      ClusterProcesses.await(() -> Files.readString(output).contains(" serves "));
    } finally {
      server.destroy();
      assertThat(server.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    try (Stream<String> lines = Files.lines(classes)) {
      List<String> kafka =
          lines
              .filter(
                  line ->
                      line.contains(" org.apache.kafka.")
                          || line.contains("guidepost.journal.kafka"))
              .toList();
      assertThat(kafka).isEmpty();
    }
  }
}
