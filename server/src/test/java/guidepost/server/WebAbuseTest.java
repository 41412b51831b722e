package guidepost.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import guidepost.calls.SearchQueue;
import guidepost.routes.service.RouteLimits;
import guidepost.testing.RawHttp2;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What strangers may do to the web port: it costs a bounded amount, and nobody else.
final class WebAbuseTest {

  private static final ListenAddress ANY = new ListenAddress("127.0.0.1", 0);

  /// 500 streams; with -Dguidepost.long=true 10,000.
  private static final int STREAMS = Boolean.getBoolean("guidepost.long") ? 10_000 : 500;

  private static final int STREAMS_PER_CONNECTION = 100;
  private static final int WINDOW = 1 << 16;
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration FOR_EVER = Duration.ofMinutes(10);
  private static final WebSettings PATIENT = WebSettings.at(ANY).withTimes(FOR_EVER, FOR_EVER);

  @TempDir Path data;
  private final List<Socket> sockets = new ArrayList<>();
  private final List<RawHttp2> peers = new ArrayList<>();
  private GuidepostServer server;
  private WebClient web;

  @BeforeEach
  void start() throws ServerStartException {
    start(limits(), PATIENT);
  }

  private static ConnectionLimits limits() {
    return ConnectionLimits.ofHeap(1L << 30)
        .withGreetingTimeout(FOR_EVER)
        .withStallTimeout(FOR_EVER);
  }

  /// Only what a test is about is short: an honest caller may be slow on a busy machine.
  private void restart(ConnectionLimits limits, WebSettings settings) throws Exception {
    stop();
    start(limits, settings);
  }

  private void start(ConnectionLimits limits, WebSettings settings) throws ServerStartException {
    RouteLimits routes = RouteLimits.DEFAULT;
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(data))
                .listeningOn(List.of(ANY))
                .withGrace(Duration.ZERO)
                .withRouteLimits(
                    new RouteLimits(
                        routes.queuedChangesMax(),
                        routes.routesPerPrefixMax(),
                        routes.tablesMax(),
                        routes.sourcesMax(),
                        routes.historyWaitingMax(),
                        2 * STREAMS,
                        routes.messageBytesMax(),
                        SearchQueue.PATIENCE))
                .withConnections(limits)
                .withWeb(settings));
    web = WebClient.of(server);
  }

  @AfterEach
  void stop() throws IOException {
    peers.forEach(RawHttp2::close);
    for (Socket each : sockets) {
      each.close();
    }
    web.close();
    server.close();
  }

  private InetSocketAddress address() {
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(), server.webAddress().orElseThrow().port());
  }

  private Socket socket() throws IOException {
    Socket socket = new Socket();
    socket.connect(address());
    sockets.add(socket);
    return socket;
  }

  private RawHttp2 peer() throws IOException {
    RawHttp2 peer = new RawHttp2(address(), WINDOW, true);
    peers.add(peer);
    return peer;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /// However short its times are, others have their answer; on a busy machine not at the first try.
  private void requireAnswers() {
    await().ignoreExceptions().until(() -> web.get("/v1/tables").status() == 200);
  }

  /// Sends a byte now and then for as long as the server takes them.
  private static void awaitClosed(Socket socket, String trickle) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              try {
                write(socket, trickle);
                return socket.getInputStream().available() == 0 && isAtEnd(socket);
              } catch (IOException e) {
                return true;
              }
            });
  }

  private static boolean isAtEnd(Socket socket) throws IOException {
    socket.setSoTimeout(1);
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    }
  }

  @Test
  void shouldLetConnectionsThatComeTooFastWaitAndCloseThoseBeyond() throws Exception {
    restart(limits().withConnections(1, 1, 1), PATIENT);
    // One waits for its turn, and those that come meanwhile are closed, however slow the machine.
    List<Socket> fast = new ArrayList<>();
    List<Socket> closed = new ArrayList<>();
    await()
        .until(
            () -> {
              for (int i = 0; i < 10; i++) {
                fast.add(socket());
              }
              for (Socket each : fast) {
                if (isClosed(each)) {
                  closed.add(each);
                }
              }
              fast.removeAll(closed);
              return !closed.isEmpty();
            });
    Socket first = fast.getFirst();
    write(first, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    first.setSoTimeout(0);
    assertThat(first.getInputStream().read()).isEqualTo('H');
  }

  private static boolean isClosed(Socket socket) {
    try {
      return isAtEnd(socket);
    } catch (IOException e) {
      return true;
    }
  }

  /// They would have a second each.
  @Test
  void shouldNotLetOthersWaitForConnectionsThatWereClosedWhileTheyWaited() throws Exception {
    assumeTrue(Epoll.isAvailable(), "only epoll shows what became of a socket that is not read");
    restart(limits().withConnections(1, 1, 4_096), PATIENT);
    for (int i = 0; i < 2_000; i++) {
      new Socket(address().getAddress(), address().getPort()).close();
    }
    requireAnswers();
  }

  @Test
  void shouldCloseConnectionsThatSendTheirHeadersByteByByte() throws Exception {
    restart(limits().withGreetingTimeout(SHORT), PATIENT);
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Socket socket = socket();
      write(socket, "GET /v1/tables HTTP/1.1\r\nHost: localhost\r\nX-");
      slow.add(socket);
    }
    requireAnswers();
    for (Socket each : slow) {
      awaitClosed(each, "a");
    }
    requireAnswers();
  }

  @Test
  void shouldCloseConnectionsThatSayNothing() throws Exception {
    restart(limits().withGreetingTimeout(SHORT), PATIENT);
    Socket silent = socket();
    awaitClosed(silent, "");
    requireAnswers();
  }

  /// It would have kept its place for as long as one that is idle between two requests.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n{",
        "POST /v1/none HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET /docs/ HTTP/1.1\r\nHost: elsewhere\r\nContent-Length: 20\r\n\r\n"
      })
  void shouldCloseAConnectionWhoseBodyDoesNotFollowWhatWasAnswered(String request)
      throws Exception {
    restart(limits().withGreetingTimeout(SHORT), PATIENT);
    Socket socket = answered(request);
    await()
        .until(
            () -> {
              socket.getInputStream().skip(socket.getInputStream().available());
              return isClosed(socket);
            });
    requireAnswers();
  }

  /// A connection on which the answer to that has begun. A client that is slower than the server
  /// waits, as it may be on a busy machine, tries again.
  private Socket answered(String request) {
    await()
        .ignoreExceptions()
        .until(
            () -> {
              Socket socket = socket();
              write(socket, request);
              return socket.getInputStream().read() == 'H';
            });
    return sockets.getLast();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /v1/tables | Connection: close | Host: must be set",
        "GET /v1/tables | Host: localhost~Authorization: a~Authorization: b~Connection: close |"
            + " authorization \\\"two values\\\": must be given once",
        "GET /v1/tables | Host: localhost~Host: elsewhere~Connection: close |"
            + " host \\\"two values\\\": must be given once",
        "GET /v1/tables | Host: localhost~host: localhost~Connection: close |"
            + " host \\\"two values\\\": must be given once",
        "GET /a/../b | Host: localhost~Connection: close | must be one of HTTP/1.1 or HTTP/2",
        "BREW /v1/tables | Host: localhost~Connection: close | method: must be one of GET, HEAD"
      })
  void shouldSayWhatIsWrongWithARequest(String line, String headers, String said) throws Exception {
    Socket socket = socket();
    write(socket, line + " HTTP/1.1\r\n" + headers.replace("~", "\r\n") + "\r\n\r\n");
    String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    assertThat(answer).matches("(?s)HTTP/1.1 (400|405|501) .*").contains(said);
    assertThat(answer).as("the name of this machine").doesNotContain(":" + address().getPort());
  }

  @Test
  void shouldKeepAConnectionThatIsIdleBetweenTwoRequests() throws Exception {
    restart(limits().withGreetingTimeout(SHORT), PATIENT);
    String request =
        String.join(
            "\r\n",
            "POST /v1/routes:apply HTTP/1.1",
            "Host: localhost",
            "Content-Type: application/json",
            "Content-Length: 2",
            "",
            "{}");
    Socket idle = answered(request);
    Socket asked = answered("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    // Their time would be over before that of the other one, which comes later.
    awaitClosed(socket(), "");
    for (Socket each : List.of(idle, asked)) {
      each.getInputStream().skip(each.getInputStream().available());
      assertThat(isAtEnd(each)).isFalse();
    }
    requireAnswers();
  }

  @Test
  void shouldCloseAConnectionThatSendsItsSecondRequestByteByByte() throws Exception {
    restart(limits().withGreetingTimeout(SHORT), PATIENT);
    Socket socket = answered("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /v1");
    assertThat(new String(socket.getInputStream().readNBytes(11), ISO_8859_1))
        .isEqualTo("TTP/1.1 200");
    await()
        .until(
            () -> {
              socket.getInputStream().skip(socket.getInputStream().available());
              try {
                write(socket, "x");
                return isAtEnd(socket);
              } catch (IOException e) {
                return true;
              }
            });
  }

  @Test
  void shouldRefuseABodyThatDoesNotArrive() throws Exception {
    restart(limits(), WebSettings.at(ANY).withTimes(SHORT, FOR_EVER));
    Socket socket = socket();
    write(
        socket,
        "POST /v1/notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: 1000\r\n\r\n{\"note\"");
    byte[] head = new byte[12];
    socket.getInputStream().readNBytes(head, 0, head.length);
    assertThat(new String(head, ISO_8859_1)).isIn("HTTP/1.1 408", "HTTP/1.1 503");
    requireAnswers();
  }

  @Test
  void shouldRefuseHeadersThatAreTooLong() throws Exception {
    for (String bomb :
        List.of(
            "GET /" + "x".repeat(1 << 20) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(1 << 20) + "\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(1 << 17) + "\r\n")) {
      assertThat(answerTo(bomb)).isIn("HTTP/1.1 400", "HTTP/1.1 414", "HTTP/1.1 431", "");
    }
    requireAnswers();
  }

  /// How it begins; empty if the server closed the connection before all of the request was there.
  private String answerTo(String request) throws IOException {
    Socket socket = socket();
    try {
      write(socket, request);
      return new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void shouldCloseAConnectionThatResetsWhatItAskedFor() throws Exception {
    RawHttp2 peer = peer();
    int stream = 1;
    for (int i = 0; i < 5_000 && !peer.isClosedByPeer(); i++) {
      try {
        get(peer, stream, "/v1/tables").reset(stream).flush();
      } catch (IOException e) {
        break;
      }
      stream += 2;
    }
    await().until(peer::isClosedByPeer);
    requireAnswers();
  }

  private static RawHttp2 get(RawHttp2 peer, int stream, String path) throws IOException {
    return peer.headers(
        stream,
        RawHttp2.END_STREAM,
        ":method",
        "GET",
        ":scheme",
        "http",
        ":path",
        path,
        ":authority",
        "localhost");
  }

  @Test
  void shouldKeepManyIdleStreamsAndAnswerOthers() throws Exception {
    for (int i = 0; i < STREAMS; i += STREAMS_PER_CONNECTION) {
      RawHttp2 peer = peer();
      for (int j = 0; j < STREAMS_PER_CONNECTION; j++) {
        get(peer, 2 * j + 1, "/v1/routes:watch");
      }
      peer.flush();
    }
    await().until(() -> web.get("/v1/routes:stats").json().path("watches").asInt() == STREAMS);
    requireAnswers();
    assertThat(server.budget().held()).isLessThan(server.budget().bytesMax());
    peers.forEach(RawHttp2::close);
    await().until(() -> web.get("/v1/routes:stats").json().path("watches").asInt() == 0);
  }

  @Test
  void shouldNotCountABrowserThatLeavesAsAFailure() throws Exception {
    RawHttp2 peer = peer();
    get(peer, 1, "/v1/routes:watch").flush();
    await().until(() -> web.get("/v1/routes:stats").json().path("watches").asInt() == 1);
    peer.close();
    await().until(() -> web.get("/v1/routes:stats").json().path("watches").asInt() == 0);
    await().until(() -> !endedWatches().isEmpty());
    assertThat(endedWatches())
        .singleElement()
        .asString()
        .contains("grpc_code=\"CANCELLED\"")
        .endsWith(" 1.0");
  }

  private List<String> endedWatches() throws Exception {
    return web.get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("grpc_server_handled_total"))
        .filter(line -> line.contains("grpc_method=\"Watch\""))
        .toList();
  }

  @Test
  void shouldEndAnAnswerThatItsClientTakesNothingOf() throws Exception {
    restart(limits().withStallTimeout(SHORT), PATIENT);
    StringBuilder operations = new StringBuilder();
    for (int batch = 0; batch < 10; batch++) {
      operations.setLength(0);
      for (int i = 0; i < 2_000; i++) {
        operations
            .append(i == 0 ? "" : ",")
            .append(
                "{\"id\":%d,\"add\":{\"prefix\":\"10.%d.%d.0/24\",\"nextHop\":\"192.0.2.1\"}}"
                    .formatted(i, batch * 8 + i / 256, i % 256));
      }
      assertThat(web.post("/v1/routes:apply", "{\"operations\":[" + operations + "]}").status())
          .isEqualTo(200);
    }
    long before = server.budget().held();
    Socket socket = socket();
    socket.setReceiveBufferSize(4096);
    write(socket, "GET /v1/routes HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20));
    // As it reads nothing, it hears of its end by what it sends.
    await().until(() -> !takes(socket));
    await().until(() -> server.budget().held() <= before);
    requireAnswers();
  }

  /// False if the other side has closed the connection.
  private static boolean takes(Socket socket) {
    try {
      write(socket, "G");
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
