package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.access.AccessOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is asked of the web port, and how it answers.
final class WebPortTest {

  private static final ListenAddress ANY = new ListenAddress("127.0.0.1", 0);
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path data;
  private GuidepostServer server;
  private WebClient web;

  @BeforeEach
  void start() throws ServerStartException {
    server = GuidepostServer.start(options());
    web = WebClient.of(server);
  }

  private ServerOptions options() {
    return ServerOptions.with(Engines.embedded(data))
        .listeningOn(List.of(ANY))
        .withAccess(AccessOptions.NONE)
        .withWeb(WebSettings.at(ANY));
  }

  @AfterEach
  void stop() {
    web.close();
    server.close();
  }

  private void addRoute(String prefix, String nextHop) throws Exception {
    WebClient.Reply reply =
        web.post(
            "/v1/routes:apply",
            """
            {"operations": [{"id": 1, "add": {"prefix": "%s", "nextHop": "%s"}}]}\
            """
                .formatted(prefix, nextHop));
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.json().at("/results/0/code").asString()).isEqualTo("RESULT_CODE_OK");
  }

  @Test
  void shouldAnswerAUnaryCallAsJson() throws Exception {
    addRoute("10.0.0.0/8", "192.0.2.1");
    JsonNode route = web.get("/v1/routes:lookup?destination=10.1.2.3").json().get("route");
    assertThat(route.get("prefix").asString()).isEqualTo("10.0.0.0/8");
    assertThat(route.get("nextHop").asString()).isEqualTo("192.0.2.1");
    assertThat(route.get("kind").asString()).isEqualTo("ROUTE_KIND_UNICAST");
    assertThat(route.get("revision").isString()).isTrue();
  }

  @Test
  void shouldSendAListAsLinesAndSayHowItEnded() throws Exception {
    addRoute("10.0.0.0/8", "192.0.2.1");
    addRoute("10.1.0.0/16", "192.0.2.2");
    WebClient.Reply reply = web.get("/v1/routes?matchKind=MATCH_KIND_LONGER&prefix=10.0.0.0/8");
    assertThat(reply.header("content-type")).startsWith("application/x-ndjson");
    List<JsonNode> lines =
        reply.body().lines().map(line -> new JsonMapper().readTree(line)).toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0).get("prefix").asString()).isEqualTo("10.0.0.0/8");
    assertThat(lines.get(1).get("nextHop").asString()).isEqualTo("192.0.2.2");
    assertThat(lines.get(2).at("/end/revision").asString()).isEqualTo("2");
  }

  @Test
  void shouldSendAWatchAsEventsAndResumeAfterTheLast() throws Exception {
    addRoute("10.0.0.0/8", "192.0.2.1");
    String id;
    try (BufferedReader events = events("/v1/routes:watch")) {
      assertThat(next(events, "snapshot")).contains("10.0.0.0/8");
      id = id(events, "endOfSnapshot");
    }
    addRoute("10.1.0.0/16", "192.0.2.2");
    server.close();
    server = GuidepostServer.start(options());
    web.close();
    web = WebClient.of(server);
    try (BufferedReader events = events("/v1/routes:watch", "Last-Event-ID", id)) {
      assertThat(next(events, "changes")).contains("10.1.0.0/16").doesNotContain("10.0.0.0/8");
    }
  }

  @Test
  void shouldSendAHeartbeatWhereNothingHappens() throws Exception {
    stop();
    WebSettings often = WebSettings.at(ANY).withTimes(WebSettings.REQUEST_TIMEOUT, SECOND);
    server = GuidepostServer.start(options().withWeb(often));
    web = WebClient.of(server);
    addRoute("10.0.0.0/8", "192.0.2.1");
    try (BufferedReader events = events("/v1/routes:watch")) {
      assertThat(next(events, "endOfSnapshot")).contains("revision");
      assertThat(next(events, "heartbeat")).isEqualTo("{}");
      assertThat(next(events, "heartbeat")).isEqualTo("{}");
      addRoute("10.1.0.0/16", "192.0.2.2");
      assertThat(next(events, "changes")).contains("10.1.0.0/16");
    }
  }

  @Test
  void shouldRefuseToStartWhereTheWebAddressThatWasAskedForIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      stop();
      ListenAddress taken = new ListenAddress("127.0.0.1", other.getLocalPort());
      assertThatExceptionOfType(ServerStartException.class)
          .isThrownBy(() -> GuidepostServer.start(options().withWeb(WebSettings.at(taken))))
          .withMessageContaining("web listen address " + taken)
          .withMessageContaining("--web-listen")
          .matches(e -> e.reason() == ServerStartException.Reason.BUSY);
    } finally {
      start();
    }
  }

  @Test
  void shouldServeWithoutAWebPortWhereTheDefaultAddressIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      stop();
      WebSettings at = WebSettings.at(new ListenAddress("127.0.0.1", other.getLocalPort()));
      WebSettings whereFree =
          new WebSettings(
              at.listen(),
              false,
              at.hosts(),
              at.origins(),
              at.requestTimeout(),
              at.headerBytesMax(),
              at.heartbeat(),
              at.grpcAddress());
      server = GuidepostServer.start(options().withWeb(whereFree));
      assertThat(server.webAddress()).isEmpty();
      assertThat(server.addresses()).isNotEmpty();
    }
  }

  private BufferedReader events(String path, String... headers) throws Exception {
    HttpResponse<java.io.InputStream> response = web.open(path, headers);
    assertThat(response.statusCode()).isEqualTo(200);
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  private static String next(BufferedReader events, String name) throws Exception {
    return read(events, name)[1];
  }

  private static String id(BufferedReader events, String name) throws Exception {
    return read(events, name)[0];
  }

  private static String[] read(BufferedReader events, String name) throws Exception {
    String[] found = {"", ""};
    String current = "";
    for (String line = events.readLine(); line != null; line = events.readLine()) {
      if (line.startsWith("event: ")) {
        current = line.substring(7);
      } else if (line.startsWith("id: ") && current.equals(name)) {
        found[0] = line.substring(4);
      } else if (line.startsWith("data: ") && current.equals(name)) {
        found[1] = line.substring(6);
        return found;
      }
    }
    throw new AssertionError("no event " + name);
  }

  @Test
  void shouldAnswerAHeadAsAGetWithoutItsBody() throws Exception {
    for (String path :
        List.of(
            "/healthz",
            "/readyz",
            "/openapi.json",
            "/v1/server:info",
            "/v1/routes",
            "/v1/routes:watch",
            "/v1/routes:lookup",
            "/v1/trips/none",
            "/nothing")) {
      WebClient.Reply head = web.send("HEAD", path, "");
      assertThat(head.body()).as(path).isEmpty();
      assertThat(head.header("content-length")).as(path).isNotEqualTo("0");
      int status =
          switch (path) {
            case "/v1/routes:lookup" -> 400;
            case "/v1/trips/none", "/nothing" -> 404;
            default -> 200;
          };
      assertThat(head.status()).as(path).isEqualTo(status);
      if (!path.endsWith(":watch")) {
        assertThat(head.header("content-type"))
            .as(path)
            .isEqualTo(web.get(path).header("content-type"));
      }
    }
    assertThat(web.send("HEAD", "/v1/routes:apply", "").status()).isEqualTo(405);
  }

  @Test
  void shouldNotAskInABodyForWhatThePathSays() throws Exception {
    JsonNode paths = web.get("/openapi.json").json().get("paths");
    JsonNode deny = paths.at("/~1v1~1notes~1{id}:deny/post/requestBody/content");
    JsonNode schema = deny.get("application/json").get("schema");
    assertThat(schema.get("properties").propertyNames()).containsExactly("author");
    assertThat(schema.get("required").toString()).isEqualTo("[\"author\"]");
    JsonNode put = paths.at("/~1v1~1sources~1{name}/patch/requestBody/content");
    assertThat(put.get("application/json").get("schema").get("properties").propertyNames())
        .contains("distance")
        .doesNotContain("name");
  }

  @Test
  void shouldDescribeWhatItServesForPrograms() throws Exception {
    JsonNode document = web.get("/openapi.json").json();
    assertThat(document.get("openapi").asString()).isEqualTo("3.1.0");
    JsonNode lookup = document.get("paths").get("/v1/routes:lookup").get("get");
    assertThat(lookup.get("operationId").asString()).isEqualTo("Routes_Lookup");
    assertThat(lookup.get("summary").asString()).isNotEmpty();
    assertThat(document.get("paths").get("/v1/routes").get("get").toString())
        .contains("application/x-ndjson")
        .contains("filter.distanceMin");
    assertThat(document.get("paths").get("/v1/sources/{name}").propertyNames())
        .contains("get", "patch", "delete");
    for (JsonNode schema : document.get("components").get("schemas")) {
      assertThat(schema.has("type")).isTrue();
    }
  }

  @Test
  void shouldAnswerMetrics() throws Exception {
    WebClient.Reply reply = web.get("/metrics");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("content-type")).startsWith("text/plain");
    assertThat(reply.body()).contains("# HELP guidepost_connections ");
  }

  @Test
  void shouldSayWhetherItLivesAndServes() throws Exception {
    assertThat(web.get("/healthz").body()).isEqualTo("ok\n");
    assertThat(web.get("/readyz").body()).isEqualTo("ready\n");
  }
}
