package guidepost.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Requests that schemathesis makes of `/openapi.json`, right and wrong ones, for ten minutes: none
/// is answered as a defect, and each answer is what the document says. Needs `schemathesis` (PyPI,
/// 4.32) on the PATH.
final class SchemathesisTest {

  private static final ListenAddress ANY = new ListenAddress("127.0.0.1", 0);

  @Test
  @EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
  void shouldAnswerWhateverAProgramMakesOfTheDocument(@TempDir Path data) throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(each -> Files.isExecutable(Path.of(each, "schemathesis"))),
        "schemathesis is not installed");
    try (GuidepostServer server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(data))
                .listeningOn(List.of(ANY))
                .withWeb(WebSettings.at(ANY)))) {
      String base = "http://" + server.webAddress().orElseThrow();
      Process run =
          new ProcessBuilder(
                  "schemathesis",
                  "run",
                  base + "/openapi.json",
                  "--max-time",
                  "600",
                  "--phases",
                  "examples,coverage,fuzzing",
                  "--exclude-path-regex",
                  ":watch",
                  "--checks",
                  "not_a_server_error,response_schema_conformance,content_type_conformance")
              .directory(data.toFile())
              .redirectErrorStream(true)
              .start();
      String report = new String(run.getInputStream().readAllBytes(), UTF_8);
      assertThat(run.waitFor()).as(report).isZero();
    }
  }
}
