package guidepost.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import guidepost.testing.FreePorts;
import guidepost.testing.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page of docs/integrations/notes.md in a real browser: it shows notes as they come, reports,
/// and goes on after the server was killed. Skipped where Chromium is not installed.
final class NotesPageTest {

  /// Stands behind the page's own script: tells what a person would see, a line each time.
  private static final String WITNESS =
      """
      <script type="module">
      const tell = () => fetch('/told', {method: 'POST', body: document.getElementById('state').textContent
        + ' | ' + [...document.querySelectorAll('#notes li')].map(item => item.firstChild.textContent).join(' / ')});
      new MutationObserver(tell).observe(document.body, {subtree: true, childList: true, characterData: true});
      document.querySelector('[name=text]').value = 'reported <b>here</b>';
      document.getElementById('report').requestSubmit();
      </script>
      """;

  private static final String AROUND =
      "\"point\": {\"latitudeE7\": 465500000, \"longitudeE7\": 79810000}";

  @TempDir Path directory;

  private final Queue<String> told = new ConcurrentLinkedQueue<>();

  @Test
  void shouldShowWhatIsReportedAndGoOnAfterAKill() throws Exception {
    assumeTrue(Browser.isInstalled(), "Chromium is not installed");
    HttpServer site =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    site.createContext("/", this::answer);
    site.start();
    String origin = "http://127.0.0.1:" + site.getAddress().getPort();
    String web = "127.0.0.1:" + FreePorts.next();
    String page = "%s/notes.html?server=http://%s&at=46.55,7.98&me=ann".formatted(origin, web);
    ServerProcess server = serve(web, origin);
    try (Browser _ = Browser.open(page, directory)) {
      awaitSeen("live | hazard: reported <b>here</b> (ann, confirmed 0 times) ");
      post(web, "a tree lies across");
      awaitSeen("a tree lies across (bob, confirmed 0 times) ");
      server.kill();
      awaitSeen("offline, showing what was known");
      assertThat(last()).contains("a tree lies across");
      server = serve(web, origin);
      post(web, "a bridge is gone");
      awaitSeen("a bridge is gone");
      assertThat(last()).startsWith("live").contains("a tree lies across", "reported <b>here</b>");
    } finally {
      server.close();
      site.stop(0);
    }
  }

  private ServerProcess serve(String web, String origin) throws IOException {
    ServerProcess server =
        ServerProcess.start(
            directory.resolve("data"),
            "--web-enabled",
            "true",
            "--web-listen",
            web,
            "--web-origins",
            origin);
    assertThat(server.webPort()).isEqualTo("http://" + web);
    return server;
  }

  private static void post(String web, String text) throws IOException, InterruptedException {
    String note =
        "{\"note\": {\"author\": \"bob\", \"kind\": \"hazard\", \"text\": \"%s\", %s}}"
            .formatted(text, AROUND);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + web + "/v1/notes"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(note))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  private void awaitSeen(String text) {
    await().atMost(Patience.LIMIT).until(() -> last().contains(text));
  }

  private String last() {
    return told.stream().reduce("", (_, later) -> later);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    if (exchange.getRequestMethod().equals("POST")) {
      told.add(body);
    }
    byte[] page = (Files.readString(page()) + WITNESS).getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
    exchange.sendResponseHeaders(200, page.length);
    exchange.getResponseBody().write(page);
    exchange.close();
  }

  private static Path page() {
    return Path.of("..", "docs", "integrations", "notes.html");
  }
}
