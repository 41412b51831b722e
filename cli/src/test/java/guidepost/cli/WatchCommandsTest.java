package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.testing.Patience;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a person sees of a watch besides what changes.
final class WatchCommandsTest {

  @TempDir private Path directory;
  private ServedCommands server;

  @BeforeEach
  void start() throws Exception {
    server = new ServedCommands(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// A command whose standard error may be a person's.
  private final class Running {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CompletableFuture<Integer> code;

    Running(boolean isPerson, String... args) {
      Terminal terminal =
          new Terminal(
              InputStream.nullInputStream(),
              out,
              new PrintWriter(err, true),
              stream -> isPerson && stream == 2);
      String[] all =
          Stream.concat(Arrays.stream(args), Stream.of("--server", server.address()))
              .toArray(String[]::new);
      code = CompletableFuture.supplyAsync(() -> Main.run(terminal, all));
    }

    int code() throws Exception {
      return code.get(Patience.SECONDS, TimeUnit.SECONDS);
    }
  }

  private void write(String noun) {
    switch (noun) {
      case "route" -> server.ok("", "route", "add", "10.0.0.0/8", "--nh", "192.0.2.1");
      default -> server.ok("", "feature", "put", "46,7", "A", "--id", "a");
    }
  }

  private void remove(String noun) {
    switch (noun) {
      case "route" -> server.ok("", "route", "delete", "10.0.0.0/8");
      default -> server.ok("", "feature", "delete", "a");
    }
  }

  @Test
  void shouldBeginAWatchOfNotesAfterARevisionAndEndAfterSoManyChanges() throws Exception {
    for (String text : new String[] {"first", "second", "third"}) {
      server.ok("", "note", "post", "46,7", text, "--author", "ann");
    }
    Running watch =
        new Running(false, "note", "watch", "--at", "46,7", "--after", "1", "--changes", "1");
    assertThat(watch.code()).isEqualTo(ExitCodes.OK);
    assertThat(watch.out.toString()).contains("second").hasLineCount(1);
    Running wrong = new Running(false, "note", "watch", "--at", "46,7", "--changes", "0");
    assertThat(wrong.code()).isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void shouldShowWhenFeaturesWereWritten() {
    server.ok("", "feature", "put", "46,7", "A", "--id", "a");
    String year = "20[0-9]{2}-[01][0-9]-";
    assertThat(server.ok("", "feature", "get", "--id", "a", "--times"))
        .contains("WRITTEN")
        .containsPattern(year);
    assertThat(server.ok("", "feature", "get", "46,7", "--times", "--json"))
        .containsPattern("\"update_time\":\"" + year);
    server.ok("", "feature", "put", "46,7", "B", "--id", "a");
    assertThat(server.ok("", "feature", "diff", "1", "--times"))
        .contains("WRITTEN")
        .containsPattern(year);
  }

  @ParameterizedTest
  @CsvSource({"route, routes", "feature, features"})
  void personIsToldWhatIsWatchedAndFromWhereBeforeAnythingChanges(String noun, String what)
      throws Exception {
    write(noun);
    Running watch = new Running(true, noun, "watch", "--changes", "1");
    await()
        .untilAsserted(
            () ->
                assertThat(watch.err)
                    .hasToString("guidepost: watching %s from revision 1 on\n".formatted(what)));
    remove(noun);
    assertThat(watch.code()).isEqualTo(ExitCodes.OK);
    assertThat(watch.out.toString()).startsWith("- ");
  }

  @ParameterizedTest
  @CsvSource({"route", "feature"})
  void scriptIsToldNothingButTheChanges(String noun) throws Exception {
    write(noun);
    Running watch = new Running(false, noun, "watch", "--after", "0", "--changes", "1");
    assertThat(watch.code()).isEqualTo(ExitCodes.OK);
    assertThat(watch.err).hasToString("");
    assertThat(watch.out.toString()).startsWith("+ ");
  }

  @Test
  void personIsToldTheRevisionThatWasAskedForAndNotTheFirstThatCame() throws Exception {
    write("route");
    remove("route");
    Running watch = new Running(true, "route", "watch", "--after", "1", "--changes", "1");
    assertThat(watch.code()).isEqualTo(ExitCodes.OK);
    assertThat(watch.err).hasToString("guidepost: watching routes from revision 1 on\n");
  }

  @ParameterizedTest
  @CsvSource({"route", "feature"})
  void endOfASnapshotIsSaid(String noun) throws Exception {
    write(noun);
    Running watch = new Running(false, noun, "watch", "--snapshot", "--changes", "1");
    await().until(() -> watch.err.toString().contains("is complete"));
    remove(noun);
    assertThat(watch.code()).isEqualTo(ExitCodes.OK);
    assertThat(watch.err).hasToString("guidepost: snapshot of revision 1 is complete\n");
  }
}
