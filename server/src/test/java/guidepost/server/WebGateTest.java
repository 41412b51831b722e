package guidepost.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import guidepost.routes.v1.GetStatsResponse;
import guidepost.routes.v1.LookupRequest;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who may reach the web port from a browser, and gRPC-Web.
final class WebGateTest {

  private static final ListenAddress ANY = new ListenAddress("127.0.0.1", 0);
  private static final String SITE = "https://maps.example.net";

  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");

  @TempDir Path data;
  private GuidepostServer server;
  private WebClient web;

  @BeforeEach
  void start() throws ServerStartException {
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(data))
                .listeningOn(List.of(ANY))
                .withWeb(WebSettings.at(ANY).with(List.of("route.example.net"), List.of(SITE))));
    web = WebClient.of(server);
  }

  @AfterEach
  void stop() {
    web.close();
    server.close();
  }

  private String raw(String request) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), server.webAddress().orElseThrow().port())) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return head(socket.getInputStream());
    }
  }

  /// What comes up to the end of the body: the server leaves it to the client to close first.
  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    while (!read.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException(read.toString(ISO_8859_1));
      }
      read.write(next);
    }
    Matcher length = LENGTH.matcher(read.toString(ISO_8859_1));
    read.write(in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0));
    return read.toString(ISO_8859_1);
  }

  private String statusLine(String host) throws IOException {
    return raw("GET /v1/tables HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
        .lines()
        .findFirst()
        .orElse("");
  }

  @Test
  void shouldAnswerToItsOwnNamesAlone() throws Exception {
    int port = server.webAddress().orElseThrow().port();
    for (String own :
        List.of("localhost", "127.0.0.1:" + port, "[::1]:" + port, "route.example.net:443")) {
      assertThat(statusLine(own)).as(own).startsWith("HTTP/1.1 200");
    }
    for (String other :
        List.of("rebound.example", "127.0.0.1.rebound.example", "route.example.net.evil")) {
      assertThat(statusLine(other)).as(other).startsWith("HTTP/1.1 421");
    }
    assertThat(statusLine("")).as("no name").startsWith("HTTP/1.1 400");
    assertThat(raw("GET /healthz HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n"))
        .contains("AUTHORITY_UNKNOWN");
  }

  @Test
  void shouldLetPagesOfListedSitesReadAndNoOthers() throws Exception {
    int port = server.webAddress().orElseThrow().port();
    String asked =
        """
        OPTIONS /v1/notes HTTP/1.1\r
        Host: localhost:%d\r
        Origin: %s\r
        Access-Control-Request-Method: POST\r
        Access-Control-Request-Headers: content-type\r
        Connection: close\r
        \r
        """;
    String listed = raw(asked.formatted(port, SITE));
    assertThat(listed).startsWith("HTTP/1.1 204").contains("access-control-allow-origin: " + SITE);
    assertThat(listed).doesNotContain("allow-credentials");
    assertThat(listed.lines().filter(line -> line.startsWith("access-control-allow-headers")))
        .singleElement(STRING)
        .contains("authorization", "guidepost-read", "guidepost-revision", "x-request-id");
    assertThat(raw(asked.formatted(port, "https://evil.example")))
        .startsWith("HTTP/1.1 403")
        .doesNotContain("access-control-allow");
    WebClient.Reply read = web.get("/v1/tables", "Origin", SITE);
    assertThat(read.header("access-control-allow-origin")).isEqualTo(SITE);
    assertThat(read.header("access-control-expose-headers"))
        .contains("guidepost-revision", "guidepost-timeline", "guidepost-as-of");
    assertThat(
            web.get("/v1/tables", "Origin", "https://evil.example")
                .header("access-control-allow-origin"))
        .isEmpty();
  }

  @Test
  void shouldSpeakGrpcWeb() throws Exception {
    byte[] message = LookupRequest.newBuilder().setDestination("10.0.0.1").build().toByteArray();
    HttpResponse<byte[]> missing = grpcWeb("guidepost.routes.v1.Routes/Lookup", message);
    assertThat(missing.statusCode()).isEqualTo(200);
    assertThat(new String(missing.body(), ISO_8859_1) + missing.headers().map())
        .contains("grpc-status");
    HttpResponse<byte[]> stats = grpcWeb("guidepost.routes.v1.Routes/GetStats", new byte[0]);
    ByteBuffer frames = ByteBuffer.wrap(stats.body());
    assertThat(frames.get()).isZero();
    byte[] answer = new byte[frames.getInt()];
    frames.get(answer);
    assertThat(GetStatsResponse.parseFrom(answer).getTables()).isEqualTo(1);
    assertThat(frames.get()).isEqualTo((byte) 0x80);
  }

  private HttpResponse<byte[]> grpcWeb(String rpc, byte[] message) throws Exception {
    byte[] frame = ByteBuffer.allocate(5 + message.length).putInt(1, message.length).array();
    System.arraycopy(message, 0, frame, 5, message.length);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(
                  URI.create("http://%s/%s".formatted(server.webAddress().orElseThrow(), rpc)))
              .header("Content-Type", "application/grpc-web+proto")
              .header("X-Grpc-Web", "1")
              .POST(BodyPublishers.ofByteArray(frame))
              .build(),
          BodyHandlers.ofByteArray());
    }
  }
}
