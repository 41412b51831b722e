package guidepost.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.client.GuidepostClient;
import guidepost.client.ServerAddress;
import guidepost.journal.kafka.Brokers;
import guidepost.routes.v1.MatchKind;
import guidepost.server.v1.GetClusterRequest;
import guidepost.server.v1.ServerGrpc;
import guidepost.testing.FreePorts;
import guidepost.testing.Patience;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// From one server to a log of several and back, and what their operator does by hand.
final class MovesTest {

  private static final String PREFIX = "moved";

  @TempDir Path directory;
  private String journal = "";
  private @Nullable Process server;
  private String address = "";

  @BeforeEach
  void nameTheLog() throws Exception {
    Brokers brokers = SharedCluster.brokers();
    journal = brokers.place(PREFIX);
  }

  @AfterEach
  void end() {
    Process running = server;
    if (running != null) {
      running.destroyForcibly().onExit().join();
    }
  }

  private Path path(String name) {
    return directory.resolve(name);
  }

  /// Runs a command.
  ///
  /// @return its exit code
  private int run(String... arguments) throws Exception {
    return ClusterProcesses.command(path("commands.log"), arguments);
  }

  private void ok(String... arguments) throws Exception {
    assertThat(run(arguments))
        .as("%s: %s", Arrays.toString(arguments), Files.readString(path("commands.log")))
        .isZero();
  }

  private String printed() throws Exception {
    return Files.readString(path("commands.log"));
  }

  private void serve(String data, String... more) throws Exception {
    if (address.isEmpty()) {
      address = "127.0.0.1:" + FreePorts.next();
    }
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "serve",
                "--data",
                path(data).toString(),
                "--listen",
                address,
                "--web-enabled",
                "false"));
    arguments.addAll(List.of(more));
    Process started = ClusterProcesses.run(path("server.log"), arguments);
    server = started;
    ManagedChannel channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    try {
      ClusterProcesses.await(
          () -> {
            if (!started.isAlive()) {
              throw new AssertionError(Files.readString(path("server.log")));
            }
            try {
              var answer =
                  ServerGrpc.newBlockingStub(channel)
                      .withDeadlineAfter(2, TimeUnit.SECONDS)
                      .getCluster(GetClusterRequest.getDefaultInstance());
              return !answer.getShared() || answer.getLeads();
            } catch (StatusRuntimeException e) {
              channel.resetConnectBackoff();
              return false;
            }
          });
    } finally {
      channel.shutdownNow();
    }
  }

  private void stop() throws Exception {
    Process running = server;
    if (running != null) {
      running.destroy();
      assertThat(running.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    server = null;
  }

  /// What a dump says that is not of when and where it was made.
  private List<String> content(String dump) throws Exception {
    try (Stream<String> lines = Files.lines(path(dump))) {
      return lines.filter(line -> !line.contains("\"header\"")).toList();
    }
  }

  /// How many routes there are, once a server can be reached.
  private static long listed(GuidepostClient client) {
    long[] count = new long[1];
    ClusterProcesses.await(
        () -> {
          try {
            count[0] = client.routes().list("", MatchKind.MATCH_KIND_UNSPECIFIED, _ -> {});
            return true;
          } catch (StatusRuntimeException e) {
            return false;
          }
        });
    return count[0];
  }

  @EnabledIfSystemProperty(
      named = "guidepost.long",
      matches = "true",
      disabledReason = "its twenty starts of programs take two minutes")
  @Test
  void shouldMoveToALogOfSeveralServersAndBackWithNothingLostAndBeginAgainFromACopy()
      throws Exception {
    serve("one");
    ok("route", "add", "203.0.113.0/24", "--nh", "198.51.100.1", "--server", address);
    ok("route", "add", "203.0.112.0/20", "--nh", "198.51.100.2", "--server", address);
    ok("feature", "put", "46.55,7.98", "Hut", "--server", address);
    ok("note", "post", "46.55,7.98", "Rocks on the road", "--server", address);
    stop();
    ok("dump", path("one.jsonl").toString(), "--data", path("one").toString());
    // There.
    ok("load", path("one").toString(), "--journal", journal);
    assertThat(run("load", path("one").toString(), "--journal", journal))
        .as("only into a log that nothing was written to")
        .isEqualTo(1);
    assertThat(printed()).contains("holds changes already");
    serve("copy", "--journal", journal, "--advertise", "127.0.0.1:1");
    ok("dump", path("copy.jsonl").toString(), "--data", path("copy").toString());
    assertThat(content("copy.jsonl")).isEqualTo(content("one.jsonl"));
    ok("journal", "check", "--journal", journal);
    assertThat(printed()).contains("epoch 1 from offset", "routes=2", "ok");
    // Back, by a backup of a running server.
    ok("backup", path("copy.zip").toString(), "--data", path("copy").toString());
    ok("restore", path("copy.zip").toString(), "--data", path("back").toString());
    ok("dump", path("back.jsonl").toString(), "--data", path("back").toString());
    assertThat(content("back.jsonl")).isEqualTo(content("one.jsonl"));
    // Again from a copy: not while servers run, nor without saying so twice.
    String copy = path("copy").toString();
    assertThat(run("journal", "reseed", "--from", copy, "--journal", journal)).isEqualTo(2);
    String elsewhere = path("back").toString();
    assertThat(
            run(
                "journal",
                "reseed",
                "--from",
                elsewhere,
                "--journal",
                journal,
                "--confirm",
                PREFIX))
        .isEqualTo(1);
    assertThat(printed()).contains("stop its servers first: 127.0.0.1:1");
    // Of several servers, since a client of one sends back nothing that it has seen.
    GuidepostClient client =
        GuidepostClient.to(
                List.of(ServerAddress.parse(address), ServerAddress.parse("127.0.0.1:1")))
            .connect();
    assertThat(client.routes().list("", MatchKind.MATCH_KIND_UNSPECIFIED, _ -> {})).isEqualTo(2);
    ok("route", "add", "203.0.114.0/24", "--nh", "198.51.100.3", "--server", address);
    ok("route", "add", "203.0.115.0/24", "--nh", "198.51.100.3", "--server", address);
    assertThat(client.routes().list("", MatchKind.MATCH_KIND_UNSPECIFIED, _ -> {})).isEqualTo(4);
    stop();
    ok("journal", "reseed", "--from", elsewhere, "--journal", journal, "--confirm", PREFIX);
    List<String> serve =
        List.of("serve", "--data", copy, "--listen", "127.0.0.1:0", "--journal", journal);
    assertThat(ClusterProcesses.ended(ClusterProcesses.run(path("commands.log"), serve)))
        .as("a copy of the log before")
        .isNotZero();
    assertThat(printed()).contains("is a copy of another log, with another timeline");
    serve("fresh", "--journal", journal, "--advertise", "127.0.0.1:1");
    assertThat(listed(client))
        .as("by a client that has seen later revisions of the timeline before")
        .isEqualTo(2);
    client.close();
    ok("dump", path("fresh.jsonl").toString(), "--data", path("fresh").toString());
    assertThat(content("fresh.jsonl")).isEqualTo(content("one.jsonl"));
  }
}
