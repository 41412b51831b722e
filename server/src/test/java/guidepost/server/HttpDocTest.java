package guidepost.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands of docs/http.md run as they stand, and its table has every method.
final class HttpDocTest {

  private static final Path DOC = Path.of("../docs/http.md");
  private static final ListenAddress ANY = new ListenAddress("127.0.0.1", 0);

  /// A command, and what it prints; `…` stands for anything.
  private record Example(String command, List<String> printed) {}

  private static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    boolean inside = false;
    StringBuilder command = new StringBuilder();
    for (String line : Files.readAllLines(DOC)) {
      if (line.startsWith("```")) {
        inside = !inside;
      } else if (inside && (line.startsWith("$ ") || command.toString().endsWith("\\\n"))) {
        command.append(line.startsWith("$ ") ? line.substring(2) : line).append('\n');
        if (!line.endsWith("\\")) {
          examples.add(new Example(command.toString(), new ArrayList<>()));
          command.setLength(0);
        }
      } else if (inside) {
        examples.getLast().printed().add(line);
      }
    }
    return examples;
  }

  @Test
  void shouldHaveCommandsThatPrintWhatTheDocumentSays(@TempDir Path data) throws Exception {
    assumeTrue(
        Stream.of("/usr/bin/curl", "/bin/curl").anyMatch(each -> Files.isExecutable(Path.of(each))),
        "no curl");
    try (GuidepostServer server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(data))
                .listeningOn(List.of(ANY))
                .withWeb(WebSettings.at(ANY)))) {
      String address = server.webAddress().orElseThrow().toString();
      assertThat(examples()).hasSizeGreaterThan(10);
      for (Example example : examples()) {
        Process process =
            new ProcessBuilder("sh", "-c", example.command().replace("127.0.0.1:8080", address))
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(printed.lines().map(String::stripTrailing).collect(Collectors.joining("\n")))
            .as(example.command())
            .matches(pattern(String.join("\n", example.printed()).strip()));
      }
    }
  }

  private static Pattern pattern(String text) {
    return Pattern.compile(
        Stream.of(text.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
        Pattern.DOTALL);
  }

  private static String row(MethodDescriptor method) {
    HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
    String path =
        Stream.of(rule.getGet(), rule.getPost(), rule.getDelete(), rule.getPatch(), rule.getPut())
            .filter(each -> !each.isEmpty())
            .findFirst()
            .orElseThrow();
    String form =
        !method.isServerStreaming()
            ? "JSON"
            : method.getName().startsWith("Watch") ? "events" : "lines";
    return "| `%s.%s` | `%s %s` | %s |"
        .formatted(
            method.getService().getName(),
            method.getName(),
            rule.getPatternCase().name(),
            path,
            form);
  }

  @Test
  void shouldListEveryMethod() throws Exception {
    List<String> rows =
        Contracts.rpcs().values().stream()
            .filter(method -> method.getOptions().hasExtension(AnnotationsProto.http))
            .distinct()
            .map(HttpDocTest::row)
            .sorted()
            .toList();
    String table =
        "| method | request | answer |\n|---|---|---|\n" + String.join("\n", rows) + "\n";
    Files.writeString(Path.of("target/http-methods.md"), table);
    assertThat(Files.readString(DOC))
        .as("docs/http.md: put server/target/http-methods.md at its end")
        .endsWith(table);
  }
}
