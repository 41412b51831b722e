package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.testing.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `demo` is the first thing that people run.
final class DemoTest {

  private static final String REQUEST = "$ ";
  private static final String PROGRAM = "guidepost ";
  private static final String TO_TRY = "  ./guidepost ";
  private static final int THINGS_TO_TRY = 5;
  private static final long END_SECONDS_MAX = Patience.SECONDS;

  @TempDir Path temporary;
  private @Nullable Process demo;

  @AfterEach
  void killWhatIsLeft() {
    if (demo != null) {
      demo.destroyForcibly().onExit().join();
    }
  }

  @Test
  void shouldShowEveryKindOfCallStayUpAndLeaveNothingBehind() throws Exception {
    Process running = start();
    List<String> shown = readToThingsToTry(running.inputReader());

    assertThat(shown).anyMatch(line -> line.matches("The pages are at http://127[^ ]+ .*"));
    assertThat(requests(shown))
        .containsExactly(
            "feature import",
            "route import",
            "route add",
            "route add",
            "route get",
            "route lookup",
            "route explain",
            "route longer",
            "route shorter",
            "route list",
            "route watch",
            "feature put",
            "feature get",
            "feature list",
            "feature near",
            "feature along",
            "trip record",
            "trip list",
            "note post",
            "note list",
            "chat 46.55,7.98",
            "chat 46.55,7.98",
            "status");
    shouldHaveAnswers(shown);
    shouldWork(shown.stream().filter(line -> line.startsWith(TO_TRY)).toList());
    assertThat(running.isAlive()).isTrue();
    assertThat(directories()).singleElement().asString().contains("guidepost-demo");

    running
        .toHandle()
        .destroy(); // SIGTERM: Ctrl-C is ignored by what a script runs in the background

    assertThat(running.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    assertThat(running.exitValue()).isZero();
    assertThat(running.inputReader().lines()).noneMatch(line -> line.contains("Exception"));
    assertThat(temporary).isEmptyDirectory();
  }

  private Process start() throws IOException {
    List<String> command =
        Jvm.command("demo", "--listen", "127.0.0.1:0", "--web-listen", "127.0.0.1:0");
    command.add(1, "-Djava.io.tmpdir=" + temporary);
    Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
    demo = started;
    return started;
  }

  private static List<String> readToThingsToTry(BufferedReader out) throws IOException {
    List<String> lines = new ArrayList<>();
    int toTry = 0;
    while (toTry < THINGS_TO_TRY) {
      String line = out.readLine();
      assertThat(line).as("the demo ended after\n%s", String.join("\n", lines)).isNotNull();
      lines.add(line);
      toTry += line.startsWith(TO_TRY) ? 1 : 0;
    }
    return lines;
  }

  private static Stream<String> requests(List<String> shown) {
    return shown.stream().filter(line -> line.startsWith(REQUEST)).map(DemoTest::kind);
  }

  /// The first two words of a request.
  private static String kind(String request) {
    String command = request.substring(request.indexOf(PROGRAM) + PROGRAM.length());
    return Stream.of(command.split(" ", -1)).limit(2).collect(Collectors.joining(" "));
  }

  /// The first note at a point has nothing to hear: so it is one answer a kind, not a request.
  private static void shouldHaveAnswers(List<String> shown) {
    Set<String> answered = new LinkedHashSet<>();
    for (int i = 0; i < shown.size(); i++) {
      if (shown.get(i).startsWith(REQUEST) && !answer(shown, i).isBlank()) {
        answered.add(kind(shown.get(i)));
      }
    }
    assertThat(answered).containsExactlyElementsOf(requests(shown).distinct().toList());
    assertThat(shown).contains("Snow on the pass");
    assertThat(shown).noneMatch(line -> line.contains("Exception") || line.startsWith("\tat "));
  }

  /// The line after a request.
  private static String answer(List<String> shown, int request) {
    return request + 1 < shown.size() ? shown.get(request + 1) : "";
  }

  private static void shouldWork(List<String> commands) throws Exception {
    for (String command : commands) {
      Terminal tried = Terminal.run(command.substring(TO_TRY.length()).split(" ", -1));
      assertThat(tried.exitCode()).as("%s: %s", command, tried.err()).isZero();
      assertThat(tried.err()).as(command).isEmpty();
    }
  }

  /// Other files there are libraries that the machine loads.
  private List<Path> directories() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(Files::isDirectory).toList();
    }
  }
}
