package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import guidepost.access.AccessOptions;
import guidepost.calls.Failures;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// What the web port refuses, and how it says so.
final class WebRefusalsTest {

  private static final ListenAddress ANY = new ListenAddress("127.0.0.1", 0);

  @TempDir Path data;
  private GuidepostServer server;
  private WebClient web;

  @BeforeEach
  void start() throws ServerStartException {
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(data))
                .listeningOn(List.of(ANY))
                .withAccess(AccessOptions.NONE)
                .withWeb(WebSettings.at(ANY)));
    web = WebClient.of(server);
  }

  @AfterEach
  void stop() {
    web.close();
    server.close();
  }

  @Test
  void shouldRefuseAnUnknownFieldOfJsonByItsName() throws Exception {
    WebClient.Reply reply =
        web.post(
            "/v1/notes",
            """
            {"note": {"author": "ann", "text": "ice", "poimt": {"latitudeE7": 1}}}\
            """);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().get("reason").asString()).isEqualTo("FIELD_UNKNOWN");
    assertThat(reply.json().get("field").asString()).isEqualTo("note.poimt");
    assertThat(
            web.get("/v1/notes?box.northE7=900000000&box.southE7=-900000000").json().has("notes"))
        .isFalse();
  }

  @Test
  void shouldRefuseAnUnknownParameterOfAQueryByItsName() throws Exception {
    WebClient.Reply reply = web.get("/v1/routes:lookup?destination=10.1.2.3&tabel=red");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().get("field").asString()).isEqualTo("tabel");
  }

  /// Whoever finds the mistake, and whichever name the request had.
  @Test
  void shouldNameAFieldAsTheContractDoes() throws Exception {
    for (String name : List.of("asOf.revision", "as_of.revision")) {
      for (String wrong : List.of("x", "99")) {
        WebClient.Reply refused =
            web.get("/v1/routes:lookup?destination=10.1.2.3&%s=%s".formatted(name, wrong));
        assertThat(refused.json().get("field").asString()).isEqualTo("as_of.revision");
        assertThat(refused.json().get("message").asString())
            .startsWith("as_of.revision \"%s\": must be".formatted(wrong));
      }
    }
    WebClient.Reply twice = web.get("/v1/routes:lookup?withTimes=true&withTimes=true");
    assertThat(twice.json().get("field").asString()).isEqualTo("with_times");
  }

  @Test
  void shouldAnswerEveryErrorInOneShape() throws Exception {
    requireError(web.get("/v1/nothing"), 404, "PATH_UNKNOWN");
    requireError(web.get("/v1/trips/none"), 404, "TRIP_NOT_FOUND");
    requireError(web.send("PUT", "/v1/notes", ""), 405, "HTTP_METHOD_UNKNOWN");
    requireError(web.send("POST", "/v1/notes", "{}"), 415, "CONTENT_TYPE_UNKNOWN");
    requireError(
        web.send("POST", "/v1/notes", "{}", "Content-Type", "text/plain"),
        415,
        "CONTENT_TYPE_UNKNOWN");
    requireError(web.post("/v1/notes", "{"), 400, "MESSAGE_MALFORMED");
    requireError(web.post("/v1/notes", "[]"), 400, "MESSAGE_MALFORMED");
    requireError(web.post("/v1/notes", "{\"note\":".repeat(10_000)), 400, "FIELD_UNKNOWN");
    requireError(web.post("/v1/notes", "[".repeat(100_000)), 400, "MESSAGE_MALFORMED");
    requireError(
        web.post("/v1/notes", "{\"note\":{\"text\":\"" + "x".repeat(5 << 20) + "\"}}"),
        413,
        "MESSAGE_TOO_LARGE");
    requireError(web.get("/v1/routes", "Accept", "image/png"), 406, "ACCEPT_UNKNOWN");
    requireError(web.get("/v1/routes:lookup"), 400, "FIELD_REQUIRED");
    requireError(web.get("/v1/notes/abc"), 400, "FIELD_MALFORMED");
  }

  @Test
  void shouldSayWhichMethodsAPathHas() throws Exception {
    assertThat(web.send("PUT", "/v1/notes", "").header("allow")).isEqualTo("GET, HEAD, POST");
    assertThat(web.send("PUT", "/v1/routes:lookup", "").header("allow")).isEqualTo("GET, HEAD");
    assertThat(web.send("PUT", "/v1/notes/7:close", "").header("allow")).isEqualTo("POST");
    assertThat(web.send("DELETE", "/healthz", "").header("allow")).isEqualTo("GET, HEAD");
    assertThat(web.send("QUERY", "/v1/notes", "").header("allow")).contains("GET");
  }

  @Test
  void shouldSayWhereABodyIsNoJsonWithoutWordsAboutItsParser() throws Exception {
    String cut = message("{\"note\": {\"text\": \"ice");
    assertThat(cut).isEqualTo("body: must be JSON: it ends too early, after 22 bytes");
    assertThat(message("{\n  \"note\": }"))
        .startsWith("body: must be JSON: line 2, column 1")
        .contains("Unexpected character ('}'");
    String levels = "body: must have at most 32 levels";
    assertThat(message("[".repeat(40))).isEqualTo("body: must be a JSON object");
    assertThat(message("{\"note\":{\"point\":{\"latitudeE7\":" + "1".repeat(70) + "}}}"))
        .startsWith(levels);
    for (String wrong : List.of("", "{\"a", "{'a':1}", "nul", "{\"note\":tru}", "{} x", "\u0000")) {
      assertThat(message(wrong)).doesNotContain("[Source", "REDACTED", "`", "Stream", "parser");
    }
  }

  @Test
  void shouldGiveTheErrorsOfGrpcWebAndOfTheListOfMethodsTheOneShape() throws Exception {
    String lookup = "/guidepost.routes.v1.Routes/Lookup";
    requireError(web.get(lookup), 405, "HTTP_METHOD_UNKNOWN");
    assertThat(web.get(lookup).header("allow")).isEqualTo("POST");
    for (String type : List.of("application/json", "application/grpc", "text/plain", "*/*")) {
      requireError(
          web.send("POST", lookup, "x", "Content-Type", type), 415, "CONTENT_TYPE_UNKNOWN");
    }
    requireError(web.get("/docs/none"), 404, "PATH_UNKNOWN");
    requireError(web.post("/docs/", "{}"), 405, "HTTP_METHOD_UNKNOWN");
    assertThat(web.get("/docs/").status()).isEqualTo(200);
    WebClient.Reply garbled =
        web.send("POST", lookup, "!!!!", "Content-Type", "application/grpc-web-text");
    assertThat(garbled.status()).isEqualTo(200);
    assertThat(garbled.header("grpc-status")).isEqualTo("3");
    assertThat(garbled.header("grpc-message")).startsWith("body: must be frames of gRPC-Web");
  }

  @Test
  void shouldNotAnswerInAFormThatARequestExcludes() throws Exception {
    requireError(web.get("/v1/routes", "Accept", "text/csv;q=0"), 406, "ACCEPT_UNKNOWN");
    requireError(web.get("/v1/routes", "Accept", "*/*;q=0"), 406, "ACCEPT_UNKNOWN");
    for (String accept : List.of("application/x-ndjson;q=0, */*", "text/*;q=0, text/csv")) {
      assertThat(web.get("/v1/routes", "Accept", accept).header("content-type"))
          .as(accept)
          .startsWith("text/csv");
    }
    assertThat(web.get("/v1/routes", "Accept", "text/csv;q=0, */*").header("content-type"))
        .startsWith("application/x-ndjson");
  }

  @Test
  void shouldRefuseABodyThatIsPacked() throws Exception {
    for (String path : List.of("/v1/routes:apply", "/guidepost.routes.v1.Routes/GetStats")) {
      String type = path.startsWith("/v1") ? "application/json" : "application/grpc-web+proto";
      String body = path.startsWith("/v1") ? "{}" : "\0\0\0\0\0";
      for (String packed : List.of("gzip", "br", "gzip, identity")) {
        WebClient.Reply refused =
            web.send("POST", path, body, "Content-Type", type, "Content-Encoding", packed);
        requireError(refused, 415, "CONTENT_TYPE_UNKNOWN");
        assertThat(refused.json().get("field").asString()).isEqualTo("Content-Encoding");
        assertThat(refused.json().get("value").asString()).isEqualTo(packed);
      }
      assertThat(
              web.send("POST", path, body, "Content-Type", type, "Content-Encoding", "Identity")
                  .status())
          .isEqualTo(200);
    }
  }

  @Test
  void shouldReadJsonInUtf8AndRefuseEveryOtherCharset() throws Exception {
    for (String wrong : List.of("utf-16", "UTF-16LE", "iso-8859-1", "nonsense", "\"utf-32\"")) {
      WebClient.Reply refused =
          web.send("POST", "/v1/notes", "{}", "Content-Type", "application/json; charset=" + wrong);
      requireError(refused, 415, "CONTENT_TYPE_UNKNOWN");
      assertThat(refused.json().get("field").asString()).isEqualTo("Content-Type");
      assertThat(refused.json().get("message").asString())
          .contains(wrong.replace("\"", ""))
          .endsWith("must have no charset, or utf-8 or us-ascii");
    }
    for (String right : List.of("utf-8", "UTF-8", "\"utf-8\"", "us-ascii")) {
      assertThat(
              web.send(
                      "POST",
                      "/v1/routes:apply",
                      "{\"operations\": [{\"id\": 1}]}",
                      "Content-Type",
                      "application/json;charset=" + right)
                  .status())
          .isEqualTo(200);
    }
  }

  @Test
  void shouldNameWhatStoodInAFieldAndTheWholeRange() throws Exception {
    String id = "{\"operations\": [{\"id\": %s}]}";
    for (String wrong : List.of("-1", "18446744073709551616", "1.5", "\"+1\"", "1e400")) {
      assertThat(web.post("/v1/routes:apply", id.formatted(wrong)).json().get("message").asString())
          .isEqualTo(
              "operations[0].id \"%s\": must be a whole number, 0..18446744073709551615"
                  .formatted(wrong.replace("\"", "")));
    }
    String largest = "18446744073709551615";
    assertThat(web.post("/v1/routes:apply", id.formatted(largest)).body()).contains(largest);
    assertThat(web.post("/v1/routes:apply", id.formatted("1e1")).body()).contains("\"id\":\"10\"");
    assertThat(web.post("/v1/routes:apply", "{\"operations\": [null]}").body())
        .contains("must be an object");
    WebClient.Reply twice = web.post("/v1/tables", "{\"name\": \"red\", \"name\": \"blue\"}");
    requireError(twice, 400, "MESSAGE_MALFORMED");
    String names =
        """
        {"operations": [{"id": 1, "add": {"nextHop": "192.0.2.1", "next_hop": "192.0.2.2"}}]}\
        """;
    assertThat(web.post("/v1/routes:apply", names).json().get("value").asString())
        .isEqualTo("192.0.2.2");
    assertThat(message("{\"note\": NaN}")).endsWith("Non-standard token 'NaN'");
  }

  @Test
  void shouldKeepErrorsOutOfCachesAndListsOfMethodsToThisSite() throws Exception {
    WebClient.Reply lost = web.get("/v1/nothing");
    assertThat(lost.header("cache-control")).isEqualTo("no-store");
    assertThat(lost.header("x-content-type-options")).isEqualTo("nosniff");
    assertThat(web.get("/docs/").header("content-security-policy"))
        .contains("default-src 'self'", "frame-ancestors 'none'");
  }

  @Test
  void shouldTakeDotsInAQueryForWhatTheyAre() throws Exception {
    requireError(web.get("/v1/routes?table=..%2Fred"), 404, "TABLE_UNKNOWN");
    requireError(web.get("/v1/routes?table=../red"), 404, "TABLE_UNKNOWN");
  }

  @Test
  void shouldNotTakeAClientThatLeavesAmidAFrameForADefect() throws Exception {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    await().until(() -> LoggerFactory.getLogger(Failures.class) instanceof Logger);
    Logger log = (Logger) LoggerFactory.getLogger(Failures.class);
    log.addAppender(logged);
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), server.webAddress().orElseThrow().port())) {
      socket
          .getOutputStream()
          .write(
              """
              POST /guidepost.routes.v1.Routes/Watch HTTP/1.1\r
              Host: localhost\r
              Content-Type: application/grpc-web+proto\r
              Content-Length: 20\r
              \r
              \0\
              """
                  .getBytes(StandardCharsets.ISO_8859_1));
      await().until(() -> metrics().contains("guidepost_web_connections 2"));
    }
    try {
      await().until(() -> metrics().contains("guidepost_web_connections 1"));
      assertThat(logged.list).isEmpty();
    } finally {
      log.detachAppender(logged);
    }
  }

  private String metrics() throws Exception {
    return web.get("/metrics").body();
  }

  /// The answer to a call of gRPC-Web with this body.
  private HttpHeaders grpcWebTrailers(String type, byte[] body, String... headers)
      throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
                  URI.create(
                      "http://"
                          + server.webAddress().orElseThrow()
                          + "/guidepost.routes.v1.Routes/Lookup"))
              .header("Content-Type", "application/" + type)
              .POST(BodyPublishers.ofByteArray(body));
      if (headers.length > 0) {
        request.headers(headers);
      }
      return client.send(request.build(), BodyHandlers.discarding()).headers();
    }
  }

  private void requireUnreadable(String what, HttpHeaders trailers) {
    assertThat(trailers.firstValue("grpc-status")).as(what).contains("3");
    assertThat(trailers.firstValue("grpc-message").orElse(""))
        .as(what)
        .startsWith("body: must be frames of gRPC-Web");
    assertThat(trailers.firstValue("grpc-message").orElse("")).as(what).doesNotContain("armeria");
  }

  @Test
  void shouldSayThatFramesOfGrpcWebCannotBeRead() throws Exception {
    byte[] tail = {0, 0, 0, 0, 16, 'a', 'b'};
    byte[] none = {};
    byte[] huge = {0, -1, -1, -1, -1};
    byte[] packed = {1, 0, 0, 0, 3, 'a', 'b', 'c'};
    String type = "grpc-web+proto";
    requireUnreadable("cut", grpcWebTrailers(type, tail));
    requireUnreadable("none", grpcWebTrailers(type, none));
    requireUnreadable("packed", grpcWebTrailers(type, packed));
    requireUnreadable(
        "half of base64", grpcWebTrailers("grpc-web-text", new byte[] {'A', 'A', 'A'}));
    requireUnreadable("packed junk", grpcWebTrailers(type, packed, "grpc-encoding", "gzip"));
    requireUnreadable("other packing", grpcWebTrailers(type, packed, "grpc-encoding", "snappy"));
    HttpHeaders large = grpcWebTrailers(type, huge);
    assertThat(large.firstValue("grpc-status")).contains("8");
    assertThat(large.firstValue("grpc-message").orElse("")).startsWith("body: must be at most");
    HttpHeaders late = grpcWebTrailers(type, new byte[] {0, 0, 0, 0, 0}, "grpc-timeout", "-1S");
    assertThat(late.firstValue("grpc-status")).contains("3");
    assertThat(late.firstValue("grpc-message").orElse("")).startsWith("grpc-timeout");
  }

  @Test
  void shouldRefuseWhatIsNoText() throws Exception {
    String half =
        """
        {"note": {"author": "ann", "text": "ice\\ud800", "point": {}}}\
        """;
    WebClient.Reply refused = web.post("/v1/notes", half);
    requireError(refused, 400, "FIELD_MALFORMED");
    assertThat(refused.json().get("field").asString()).isEqualTo("note.text");
    String key =
        """
        {"operations": [{"id": 1, "put": {"id": "a", "point": {}, "attributes": {"\\udfff": "1"}}}]}\
        """;
    requireError(web.post("/v1/features:apply", key), 400, "MESSAGE_MALFORMED");
    for (String path :
        List.of(
            "/v1/trips/%ff",
            "/v1/trips/%c3",
            "/v1/trips/%c0%80",
            "/v1/trips?filter.traveller=%ff",
            "/v1/trips?filter.traveller=%e2%82",
            "/v1/trips?%ff=1")) {
      requireError(web.get(path), 400, "HTTP_MALFORMED");
    }
    assertThat(web.get("/v1/trips?filter.traveller=J%C3%BCrg+M%2B").status()).isEqualTo(200);
  }

  private String message(String body) throws Exception {
    WebClient.Reply refused = web.post("/v1/notes", body);
    requireError(refused, 400, "MESSAGE_MALFORMED");
    return refused.json().get("message").asString();
  }

  @Test
  void shouldRefuseABodyThatContradictsItsPath() throws Exception {
    String note =
        """
        {"note": {"author": "ann", "text": "ice", "point": {}}}\
        """;
    String id = web.post("/v1/notes", note).json().at("/note/id").asString();
    WebClient.Reply refused =
        web.post("/v1/notes/" + id + ":deny", "{\"author\": \"bob\", \"id\": \"77\"}");
    requireError(refused, 400, "FIELD_MALFORMED");
    assertThat(refused.json().get("field").asString()).isEqualTo("id");
    assertThat(refused.json().get("message").asString())
        .isEqualTo("id \"77\": must be left out, or be \"" + id + "\" as in the path");
    String same = "{\"author\": \"bob\", \"id\": \"" + id + "\"}";
    assertThat(web.post("/v1/notes/" + id + ":deny", same).status()).isEqualTo(200);
    assertThat(web.post("/v1/notes/" + id + ":confirm", "{\"author\": \"cat\"}").status())
        .isEqualTo(200);
    String other = "{\"name\": \"bgp-b\", \"distance\": 20}";
    refused = web.send("PATCH", "/v1/sources/bgp-a", other, "Content-Type", "application/json");
    requireError(refused, 400, "FIELD_MALFORMED");
    assertThat(refused.json().get("field").asString()).isEqualTo("source.name");
  }

  private static void requireError(WebClient.Reply reply, int status, String reason) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.header("content-type")).startsWith("application/json");
    JsonNode error = reply.json();
    assertThat(error.get("reason").asString()).as(reply.body()).isEqualTo(reason);
    assertThat(error.has("code")).isTrue();
    assertThat(error.has("field")).isTrue();
    assertThat(error.get("message").asString()).isNotEmpty().doesNotContain("\n");
  }
}
