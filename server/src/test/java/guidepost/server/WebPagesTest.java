package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.access.AccessOptions;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the pages need of the web port; `web/test.sh` tests them in a browser.
final class WebPagesTest {

  private static final ListenAddress ANY = new ListenAddress("127.0.0.1", 0);

  @TempDir Path data;
  private GuidepostServer server;
  private WebClient web;

  @BeforeEach
  void start() throws ServerStartException {
    WebSettings settings =
        WebSettings.at(ANY).withTimes(WebSettings.REQUEST_TIMEOUT, Duration.ofMillis(50));
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(data))
                .listeningOn(List.of(ANY))
                .withAccess(AccessOptions.NONE)
                .withWeb(settings));
    web = WebClient.of(server);
  }

  @AfterEach
  void stop() {
    web.close();
    server.close();
  }

  @Test
  void shouldTakeHeadersThatNameTheSameTwice() throws Exception {
    WebClient.Reply reply =
        web.get("/route", "Accept-Encoding", "gzip;q=0, identity", "If-None-Match", "\"a\", \"a\"");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("content-encoding")).isEmpty();
    assertThat(web.get("/route", "Accept-Encoding", "gzip, gzip").status()).isEqualTo(200);
  }

  @Test
  void shouldLetNoOtherSiteFrameTheListOfMethods() throws Exception {
    WebClient.Reply docs = web.get("/docs/");
    assertThat(docs.status()).isEqualTo(200);
    assertThat(docs.header("content-security-policy")).contains("frame-ancestors 'none'");
    assertThat(docs.header("x-content-type-options")).isEqualTo("nosniff");
  }

  @Test
  void shouldAnswerEveryPageWithAPolicyThatAllowsNothingOfOthers() throws Exception {
    for (String page :
        List.of("/", "/route?q=10.0.0.1", "/table", "/watch", "/map", "/trips/a", "/status")) {
      WebClient.Reply reply = web.get(page);
      assertThat(reply.status()).as(page).isEqualTo(200);
      assertThat(reply.header("content-type")).startsWith("text/html");
      assertThat(reply.body()).contains("<title>Guidepost</title>");
      assertThat(reply.header("content-security-policy"))
          .startsWith("default-src 'none'; script-src 'self';")
          .contains("frame-ancestors 'none'")
          .doesNotContain("unsafe", "*", "http");
      assertThat(reply.header("x-content-type-options")).isEqualTo("nosniff");
      assertThat(reply.header("cache-control")).isEqualTo("no-cache");
    }
  }

  @Test
  void shouldAnswerWhatIsNoPageAsBefore() throws Exception {
    for (String path :
        List.of("/assets/none.js", "/trips/", "/trips/a/b", "/routes", "/files.txt")) {
      WebClient.Reply reply = web.get(path);
      assertThat(reply.status()).as(path).isEqualTo(404);
      assertThat(reply.json().get("reason").asString()).isEqualTo("PATH_UNKNOWN");
    }
    assertThat(web.post("/", "{}").status()).isEqualTo(404);
  }

  @Test
  void shouldTellAPersonThatThereIsNoSuchPageAndAProgramWhyInJson() throws Exception {
    String browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for (String path : List.of("/rooutes", "/trips/a/b", "/x.html")) {
      WebClient.Reply page = web.get(path, "Accept", browser, "If-None-Match", "*");
      assertThat(page.status()).as(path).isEqualTo(404);
      assertThat(page.header("content-type")).startsWith("text/html");
      assertThat(page.body()).contains("<title>Guidepost</title>");
      assertThat(page.header("content-security-policy")).startsWith("default-src 'none'");
      assertThat(page.header("vary")).contains("accept");
      for (String program : List.of("*/*", "application/json", "text/html;q=0, */*")) {
        WebClient.Reply error = web.get(path, "Accept", program);
        assertThat(error.status()).as(path).isEqualTo(404);
        assertThat(error.json().get("reason").asString()).isEqualTo("PATH_UNKNOWN");
      }
    }
    assertThat(web.get("/v1/nothing", "Accept", browser).json().get("reason").asString())
        .isEqualTo("PATH_UNKNOWN");
  }

  @Test
  void shouldSayWhereClientsReachTheGrpcPort() throws Exception {
    assertThat(web.get("/v1/server:info").json().get("grpcAddress").asString())
        .isEqualTo(":" + server.addresses().getFirst().port());
  }

  @Test
  void shouldSendAnEmptyMessageOnAWatchOfAPageThatHasNothingToTell() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      requireBeats(client.send(watch(server), BodyHandlers.ofInputStream()), 3);
      client.shutdownNow();
    }
  }

  /// A beat that overtakes the headers of its answer would be the last one.
  @Test
  void shouldGoOnBeatingWhereAWatchOpensAtTheTimeOfABeat(@TempDir Path other) throws Exception {
    WebSettings hasty =
        WebSettings.at(ANY).withTimes(WebSettings.REQUEST_TIMEOUT, Duration.ofNanos(200_000));
    try (GuidepostServer beating =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(other))
                .listeningOn(List.of(ANY))
                .withAccess(AccessOptions.NONE)
                .withWeb(hasty))) {
      for (int i = 0; i < 4; i++) {
        requireBeats(beating, 50); // each ends with a reset, of which a connection has few
      }
    }
  }

  private static void requireBeats(GuidepostServer server, int watches) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < watches; i++) {
        requireBeats(client.send(watch(server), BodyHandlers.ofInputStream()), 1);
      }
      client.shutdownNow();
    }
  }

  private static HttpRequest watch(GuidepostServer server) {
    String changesOnly = "\u0000\u0000\u0000\u0000\u0004\u0012\u0002\u0010\u0001";
    return HttpRequest.newBuilder(
            URI.create(
                "http://%s/guidepost.routes.v1.Routes/Watch"
                    .formatted(server.webAddress().orElseThrow())))
        .header("Content-Type", "application/grpc-web+proto")
        .POST(BodyPublishers.ofString(changesOnly))
        .build();
  }

  private static void requireBeats(HttpResponse<InputStream> answer, int beats) throws IOException {
    try (DataInputStream frames = new DataInputStream(answer.body())) {
      int empty = 0;
      while (empty < beats) {
        assertThat(frames.readByte()).as("a message, not the end").isZero();
        int length = frames.readInt();
        frames.skipNBytes(length);
        empty += length == 0 ? 1 : 0;
      }
    }
  }
}
