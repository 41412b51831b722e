package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.PointText;
import guidepost.client.GuidepostClient;
import guidepost.client.ServerAddress;
import guidepost.client.Watch;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.SubscribeStart;
import guidepost.server.Engines;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.ServerOptions;
import guidepost.testing.Patience;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `note ...` against a server in this process.
class NoteCommandsTest {

  @TempDir Path directory;
  private GuidepostServer server;

  @BeforeEach
  void start() throws Exception {
    server = start("127.0.0.1:0");
  }

  private GuidepostServer start(String address) throws Exception {
    return GuidepostServer.start(
        ServerOptions.with(Engines.embedded(directory.resolve("data")))
            .listeningOn(List.of(ListenAddress.parse(address))));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void notesArePostedConfirmedDeniedListedAndClosed() {
    String key = "--idempotency-key=k1";
    assertThat(
            ok("note", "post", "46.5,7.9", "ice", "--kind", "hazard", "--author", "ann", key).out())
        .isEqualTo("posted note 1: hazard at 46.5,7.9\n");
    assertThat(
            ok("note", "post", "46.5,7.9", "ice", "--kind", "hazard", "--author", "ann", key).out())
        .isEqualTo("posted before: note 1: hazard at 46.5,7.9\n");
    assertThat(ok("note", "confirm", "1", "--author", "bob").out())
        .isEqualTo("confirmed note 1: 1 confirmation, 0 denials\n");
    assertThat(ok("note", "deny", "1", "--author", "bob").out())
        .isEqualTo("denied note 1: 0 confirmations, 1 denial\n");
    ok(
        "note",
        "post",
        "-46.5,180",
        "shut",
        "--kind",
        "closure",
        "--to",
        "-46.4,180",
        "--author=ann");
    assertThat(ok("note", "list").out())
        .hasLineCount(3)
        .containsPattern("1 +hazard +medium +46.5,7.9 +2\\S+Z +0 +1 +ann +ice")
        .containsPattern("4 +closure +medium +-46.5,180 +when closed +0 +0 +ann +shut");
    assertThat(ok("note", "list", "--near", "46.501,7.9", "--within", "200", "--json").out())
        .startsWith(
            "{\"id\":1,\"kind\":\"hazard\",\"severity\":\"medium\",\"latitude\":46.5,"
                + "\"longitude\":7.9,\"text\":\"ice\",\"author\":\"ann\",\"created\":\"")
        .endsWith("\"confirmations\":0,\"denials\":1,\"revision\":3}\n")
        .hasLineCount(1);
    assertThat(ok("note", "list", "--box", "-47,179", "-46,180", "--count").out()).isEqualTo("1\n");
    assertThat(ok("note", "list", "--kind", "closure", "--json").out())
        .contains("\"onward\":[{\"latitude\":-46.4,\"longitude\":180.0}]");
    assertThat(ok("note", "close", "4", "--author", "ann").out()).isEqualTo("closed note 4\n");
    assertThat(run("note", "close", "4", "--author", "ann").err())
        .isEqualTo("guidepost: no live note matches \"4\"\n");
    assertThat(run("note", "close", "1", "--author", "bob").err())
        .contains("id \"1\": must be closed by its author; others may deny it");
    assertThat(run("note", "post", "1,1", "--kind", "jam").err())
        .contains("note.kind \"jam\": must be one of closure, hazard, text, traffic");
  }

  @Test
  void driveAlongATrackShowsWhatComesIntoReachAndEndsWithIt() throws Exception {
    ok("note", "post", "46.001,7", "here", "--author=ann");
    ok("note", "post", "46.045,7", "ahead", "--author=ann");
    Path track = directory.resolve("track.csv");
    Files.writeString(track, "lat,lon\n46,7\n46.02,7\n46.05,7\n");

    Recorder drive =
        run("note", "watch", "--follow", track.toString(), "--speed", "10000", "--within", "1000");

    assertThat(drive.err()).isEqualTo("guidepost: snapshot of revision 2 is complete\n");
    assertThat(drive.out())
        .startsWith(
            """
            holds     1 text 46.001,7 111 m here
            """)
        .contains("left      1 text 46.001,7 ")
        .contains("entered   2 text 46.045,7 ");
  }

  @Test
  void watchNamesAFileWithoutPointsAndASpeedThatIsNone() throws Exception {
    Path empty = directory.resolve("empty.csv");
    Files.writeString(empty, "lat,lon\n");
    assertThat(run("note", "watch", "--along", empty.toString()).err())
        .isEqualTo("guidepost: %s: has no points\n".formatted(empty));
    assertThat(run("note", "watch", "--follow", empty.toString(), "--speed", "-1").err())
        .contains("has no points");
  }

  /// What a watch was told, one text each.
  private static final class Told implements Watch.Listener<Note, NoteEvent> {
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();

    @Override
    public void snapshot(List<Note> notes) {
      notes.forEach(note -> texts.add("holds " + note.getId()));
    }

    @Override
    public void complete(long revision) {
      texts.add("complete");
    }

    @Override
    public void changes(List<NoteEvent> changes, long revision) {
      changes.forEach(event -> texts.add(event.getType() + " " + event.getNote().getId()));
    }

    @Override
    public void cut(StatusRuntimeException why, Duration retryAfter) {
      texts.add("cut");
    }

    String next() throws InterruptedException {
      return String.valueOf(texts.poll(Patience.SECONDS, TimeUnit.SECONDS));
    }
  }

  @Test
  void watchGoesOnWhereItWasWhenTheServerComesBack() throws Exception {
    ok("note", "post", "46,7", "first", "--author=ann");
    String address = server.addresses().getFirst().toString();
    Told told = new Told();
    try (GuidepostClient client = GuidepostClient.connect(ServerAddress.parse(address));
        Watch<Note, NoteEvent> _ =
            client
                .notes()
                .watch(
                    SubscribeStart.newBuilder()
                        .setCircle(PlaceMessages.circle(new PointText().convert("46,7"), 500))
                        .build(),
                    told)) {
      assertThat(List.of(told.next(), told.next())).containsExactly("holds 1", "complete");
      server.close();
      assertThat(told.next()).isEqualTo("cut");
      server = start(address);
      ok("note", "confirm", "1", "--author=bob");
      String next = told.next();
      while (next.equals("cut")) {
        next = told.next();
      }
      assertThat(next).isEqualTo("TYPE_CONFIRMED 1");
    }
  }

  private Recorder ok(String... arguments) {
    Recorder terminal = run(arguments);
    assertThat(terminal.err()).isEmpty();
    return terminal;
  }

  private Recorder run(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--server";
    all[arguments.length + 1] = server.addresses().getFirst().toString();
    Recorder terminal = new Recorder();
    terminal.run(all);
    return terminal;
  }
}
