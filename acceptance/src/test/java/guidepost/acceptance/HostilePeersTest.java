package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.Rectangle;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.testing.RawHttp2;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A server of 96 MiB beside peers that ask for far more than that and take nothing.
final class HostilePeersTest {

  private static final int ROUTES = 3_001;
  private static final int CALLS = 4_096;

  /// The most that a frame may have before the server allows more (RFC 9113, 4.2).
  private static final int FRAME_BYTES = 1 << 14;

  private static final byte[] NOTHING = {};
  private static final byte[] EVERYWHERE =
      Rectangle.newBuilder()
          .setLo(Point.newBuilder().setLatitude(-900_000_000).setLongitude(-1_800_000_000))
          .setHi(Point.newBuilder().setLatitude(900_000_000).setLongitude(1_800_000_000))
          .build()
          .toByteArray();

  @TempDir Path data;

  @ParameterizedTest
  @CsvSource({"1, -Xmx96m", "50, -Xmx96m", "50, -Xmx512m -XX:MaxDirectMemorySize=32m"})
  void shouldServeOthersAndStopWellBesidePeersThatReadNothing(int connections, String memory)
      throws Exception {
    try (ServerProcess server = start(memory)) {
      List<RawHttp2> peers = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        RawHttp2 peer = connect(server, 0, false);
        peers.add(peer);
        ask(peer);
        shouldAnswer(server);
      }
      for (int i = 0; i < 200; i++) {
        shouldAnswer(server);
      }
      peers.forEach(RawHttp2::close);
      shouldAnswer(server);
      server.terminate();
      assertThat(server.awaitExit()).isZero();
      assertThat(server.output()).doesNotContain("OutOfMemoryError");
    }
  }

  /// Less than the least budget, so nothing prevents that it is used up: by messages whose end
  /// never comes, which are kept as they were read. Their bytes fit in the window of a stream that
  /// has not heard of a larger one.
  @Test
  void shouldEndByItselfAndSayWhyWhenTheMemoryForBuffersIsUsedUp() throws Exception {
    List<RawHttp2> peers = new ArrayList<>();
    try (ServerProcess server = start("-Xmx256m -XX:MaxDirectMemorySize=1m")) {
      for (int i = 0; i < 40 && server.handle().isAlive(); i++) {
        try {
          RawHttp2 peer = connect(server, 0, false);
          peers.add(peer);
          peer.call(1, "/Router/GetRoute");
          byte[] unfinished = Arrays.copyOf(RawHttp2.framed(0, new byte[1 << 20]), 60_000);
          for (int from = 0; from < unfinished.length; from += FRAME_BYTES) {
            peer.frame(
                RawHttp2.DATA,
                0,
                1,
                Arrays.copyOfRange(
                    unfinished, from, Math.min(from + FRAME_BYTES, unfinished.length)));
          }
          peer.flush();
        } catch (IOException e) {
          // the server has ended
        }
      }
      assertThat(server.awaitExit()).isEqualTo(3);
      assertThat(server.output()).containsOnlyOnce("guidepost: out of memory: ");
    } finally {
      peers.forEach(RawHttp2::close);
    }
  }

  @Test
  void shouldServeOthersBesideConnectionsThatResetWithoutEnd() throws Exception {
    try (ServerProcess server = start("-Xmx96m")) {
      for (int i = 0; i < 50; i++) {
        try (RawHttp2 peer = connect(server, 1 << 16, true)) {
          for (int stream = 1; stream < CALLS; stream += 2) {
            peer.call(stream, "/Router/ListRoutes").lastMessage(stream, NOTHING).reset(stream);
          }
          peer.flush();
        } catch (IOException e) {
          // closed by the server: what it should do
        }
        shouldAnswer(server);
      }
      server.terminate();
      assertThat(server.awaitExit()).isZero();
    }
  }

  private ServerProcess start(String memory) throws Exception {
    ServerProcess server =
        ServerProcess.start(
            List.of("env", "JAVA_TOOL_OPTIONS=" + memory),
            data.resolve("data"),
            "--shutdown-timeout",
            "1s");
    Path prefixes = data.resolve("prefixes.txt");
    Files.writeString(
        prefixes,
        IntStream.range(0, ROUTES)
            .mapToObj(i -> "10.%d.%d.0/24%n".formatted(i >> 8, i & 0xff))
            .collect(Collectors.joining()));
    Terminal imported =
        Terminal.run(
            "route",
            "import",
            prefixes.toString(),
            "--nh",
            "192.0.2.1",
            "--server",
            server.address());
    assertThat(imported.exitCode()).as(imported.err()).isZero();
    return server;
  }

  private static RawHttp2 connect(ServerProcess server, int window, boolean reads)
      throws IOException {
    String address = server.address();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    return new RawHttp2(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), window, reads);
  }

  /// The server may close the connection before it has asked for everything.
  private static void ask(RawHttp2 peer) {
    try {
      for (int stream = 1; stream < 2 * CALLS; stream += 4) {
        peer.call(stream, "/Router/ListRoutes").lastMessage(stream, NOTHING);
        peer.call(stream + 2, "/routeguide.RouteGuide/ListFeatures")
            .lastMessage(stream + 2, EVERYWHERE);
      }
      peer.flush();
    } catch (IOException e) {
      // closed
    }
  }

  private static void shouldAnswer(ServerProcess server) {
    assertThat(
            RouterGrpc.newBlockingStub(server.channel())
                .getRoute(Destination.newBuilder().setNetwork("10.0.0.1").build())
                .getNh())
        .isEqualTo("192.0.2.1");
  }
}
