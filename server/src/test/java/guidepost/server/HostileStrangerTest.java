package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.server.v1.GetInfoRequest;
import guidepost.server.v1.ServerGrpc;
import guidepost.testing.RawHttp2;
import io.grpc.ManagedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Strangers at a server with TLS and tokens: they have no token, or do not even finish a
/// handshake. They cost a bounded amount, and nobody else.
final class HostileStrangerTest {

  private static final String CALL = "/guidepost.routes.v1.Routes/LookupBatch";
  private static final byte[] NOTHING = {};
  private static final long MIB = 1L << 20;
  private static final Duration FOR_EVER = Duration.ofHours(1);
  private static final int IDLE = Boolean.getBoolean("guidepost.long") ? 10_000 : 500;

  /// Up to here a client speaks alone: the record of a ClientHello of 512 bytes, and its first
  /// four.
  private static final byte[] HALF_A_HELLO = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc};

  private final StubbornEngine engine = new StubbornEngine();
  private final List<AutoCloseable> peers = new ArrayList<>();

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // each test starts its own
  private GuidepostServer server;

  @SuppressWarnings("NullAway.Init")
  private ManagedChannel channel;

  private void start(ConnectionLimits limits) throws Exception {
    Wire.Ends ends = Wire.TLS_WITH_A_TOKEN.make(directory);
    server =
        GuidepostServer.start(
            ServerOptions.with(engine.as(Optional.empty()))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)))
                .withGrace(Duration.ZERO)
                .withConnections(limits)
                .withAccess(ends.access()));
    channel = ends.writer(address());
  }

  private static ConnectionLimits limits() {
    return ConnectionLimits.ofHeap(1L << 30).withStallTimeout(FOR_EVER);
  }

  private InetSocketAddress address() {
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(), server.addresses().getFirst().port());
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable peer : peers) {
      peer.close();
    }
    channel.shutdownNow();
    server.close();
  }

  private RawHttp2 stranger(int window) throws IOException {
    RawHttp2 peer = Wire.Secure.stranger(address(), window, true);
    peers.add(peer);
    return peer;
  }

  private Socket connected() throws IOException {
    Socket socket = new Socket();
    socket.connect(address());
    peers.add(socket);
    return socket;
  }

  private void shouldServeOthers() {
    assertThat(
            ServerGrpc.newBlockingStub(channel)
                .getInfo(GetInfoRequest.getDefaultInstance())
                .getEncrypted())
        .isTrue();
  }

  @Test
  void shouldCloseThoseThatNeverBeginOrNeverFinishAHandshakeOrNeverSpeakAfterIt() throws Exception {
    start(limits().withGreetingTimeout(Duration.ofSeconds(1)));
    Socket silent = connected();
    Socket half = connected();
    half.getOutputStream().write(HALF_A_HELLO);
    for (Socket each : List.of(silent, half)) {
      awaitEnd(each);
    }
    await().ignoreExceptions().until(this::isClosedAfterItsHandshake);
    await().ignoreExceptions().untilAsserted(this::shouldServeOthers);
  }

  /// On a busy machine a handshake may take longer than the server waits, but not each time.
  private boolean isClosedAfterItsHandshake() throws IOException {
    Socket shaken = Wire.Secure.encrypted(address());
    peers.add(shaken);
    // What the server says first is its settings.
    return shaken.getInputStream().readAllBytes().length > 0;
  }

  /// The server's end, or its reset if it closed before it had read everything.
  private static void awaitEnd(Socket socket) {
    try {
      assertThat(socket.getInputStream().readAllBytes()).isNotNull();
    } catch (IOException e) {
      // reset
    }
  }

  @Test
  void shouldServeOthersBesideManyThatAreConnectedAndSilent() throws Exception {
    start(limits().withConnections(100_000, 100_000, 16).withGreetingTimeout(FOR_EVER));
    shouldServeOthers();
    for (int i = 0; i < IDLE; i++) {
      Socket socket = connected();
      if (i % 2 == 0) {
        socket.getOutputStream().write(HALF_A_HELLO);
      }
    }
    for (int i = 0; i < 50; i++) {
      shouldServeOthers();
      assertThat(server.budget().held()).isLessThan(32 * 1_024L * (IDLE + 2));
    }
  }

  @Test
  void shouldRefuseAFloodOfCallsWithoutHoldingAnythingForIt() throws Exception {
    start(limits().withBudget(64 * MIB, MIB));
    RawHttp2 peer = stranger(1 << 20);
    for (int call = 0; call < 5_000; call++) {
      int stream = 2 * call + 1;
      peer.call(stream, CALL).lastMessage(stream, NOTHING).flush();
      if (call % 100 == 0) {
        shouldServeOthers();
        assertThat(server.budget().held()).isLessThan(3 * MIB);
        // As many as it may have open at once, it may have unanswered.
        int answered = call + 1;
        await().until(() -> peer.received(RawHttp2.HEADERS) >= answered || peer.isClosedByPeer());
      }
    }
    assertThat(peer.header("grpc-status")).isEqualTo("16");
    shouldServeOthers();
  }

  @Test
  void shouldCloseAConnectionWhoseStreamsAreResetWithoutEnd() throws Exception {
    start(limits());
    RawHttp2 peer = stranger(1 << 16);
    try {
      for (int stream = 1; stream < 40_000 && !peer.isClosedByPeer(); stream += 2) {
        peer.call(stream, CALL).reset(stream).flush();
      }
    } catch (IOException e) {
      // closed while it was sending
    }
    await().until(peer::isClosedByPeer);
    shouldServeOthers();
  }

  /// Of a message that is a thousand times as large unpacked, nothing is unpacked.
  @Test
  void shouldUnpackNothingForAStranger() throws Exception {
    start(limits().withBudget(64 * MIB, MIB));
    byte[] bomb = zipped(new byte[32 << 20]);
    RawHttp2 peer = stranger(1 << 20);
    for (int call = 0; call < 200; call++) {
      int stream = 2 * call + 1;
      peer.headers(
              stream,
              0,
              ":method",
              "POST",
              ":scheme",
              "https",
              ":path",
              CALL,
              ":authority",
              "localhost",
              "te",
              "trailers",
              "content-type",
              "application/grpc",
              "grpc-encoding",
              "gzip")
          .frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream, new byte[0])
          .flush();
    }
    for (int call = 200; call < 220; call++) {
      int stream = 2 * call + 1;
      peer.call(stream, CALL);
      byte[] framed = RawHttp2.framed(1, bomb);
      for (int at = 0; at < framed.length; at += 16_000) {
        byte[] part =
            java.util.Arrays.copyOfRange(framed, at, Math.min(framed.length, at + 16_000));
        peer.frame(RawHttp2.DATA, 0, stream, part);
      }
      peer.flush();
      assertThat(server.budget().held()).isLessThan(3 * MIB);
    }
    await().until(() -> peer.received(RawHttp2.HEADERS) >= 220 || peer.isClosedByPeer());
    shouldServeOthers();
  }

  private static byte[] zipped(byte[] bytes) throws IOException {
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(made)) {
      out.write(bytes);
    }
    return made.toByteArray();
  }
}
