package guidepost.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import guidepost.testing.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The web port as a page of another site meets it in a real browser: one request of each kind.
/// Skipped where Chromium is not installed.
final class BrowserTest {

  private static final Pattern WEB_PORT = Pattern.compile("web port on (http://\\S+)");

  /// What the page finds, it posts to the site that it came from, a line each.
  private static final String PAGE =
      """
      <!doctype html><title>test</title><script type=module>
      const server = 'SERVER';
      const tell = line => fetch('/told', {method: 'POST', body: line});
      const json = {'Content-Type': 'application/json'};
      const kinds = {
        async write() {
          const add = {id: 1, add: {prefix: '203.0.113.0/24', nextHop: '198.51.100.1'}};
          const answer = await fetch(server + '/v1/routes:apply',
            {method: 'POST', headers: json, body: JSON.stringify({operations: [add]})});
          return (await answer.json()).results[0].code;
        },
        async read() {
          const answer = await fetch(server + '/v1/routes:lookup?destination=203.0.113.9');
          return (await answer.json()).route.nextHop;
        },
        async list() {
          const answer = await fetch(server + '/v1/routes');
          return (await answer.text()).trim().split('\\n').map(line => Object.keys(JSON.parse(line))[0]).join();
        },
        async events() {
          const events = new EventSource(server + '/v1/routes:watch');
          try {
            return await new Promise((done, failed) => {
              events.addEventListener('snapshot', event => done(JSON.parse(event.data).snapshot.routes[0].prefix));
              events.onerror = () => failed(new Error('no events'));
            });
          } finally {
            events.close();
          }
        },
        async mistake() {
          const answer = await fetch(server + '/v1/routes:lookup?tabel=red');
          return answer.status + ' ' + (await answer.json()).field;
        },
        async view() {
          const answer = await fetch(server + '/v1/routes', {headers: {Accept: 'text/csv'}});
          return (await answer.text()).split(',')[0];
        },
        async metrics() {
          const answer = await fetch(server + '/metrics');
          return (await answer.text()).includes('grpc_server_handled_total');
        },
      };
      for (const [kind, ask] of Object.entries(kinds)) {
        try {
          await tell(kind + ': ' + await ask());
        } catch (e) {
          await tell(kind + ': FAILED ' + e);
        }
      }
      await tell('done');
      </script>
      """;

  @TempDir Path directory;

  private static Optional<Path> chromium() {
    return Arrays.stream(String.valueOf(System.getenv("PATH")).split(":"))
        .flatMap(
            place ->
                List.of("chromium", "chromium-browser", "google-chrome").stream()
                    .map(name -> Path.of(place, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Test
  void shouldAnswerAPageOfASiteThatIsListed() throws Exception {
    assertThat(told(true))
        .containsExactly(
            "write: RESULT_CODE_OK",
            "read: 198.51.100.1",
            "list: prefix,end",
            "events: 203.0.113.0/24",
            "mistake: 400 tabel",
            "view: prefix",
            "metrics: true",
            "done");
  }

  @Test
  void shouldTellAPageOfAnotherSiteNothing() throws Exception {
    assertThat(told(false))
        .hasSize(8)
        .allSatisfy(
            line ->
                assertThat(line)
                    .matches("done|\\w+: FAILED (TypeError: Failed to fetch|Error: no events)"));
  }

  private List<String> told(boolean listed) throws Exception {
    Optional<Path> browser = chromium();
    assumeTrue(browser.isPresent(), "Chromium is not installed");
    Queue<String> told = new ConcurrentLinkedQueue<>();
    HttpServer site =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String origin = "http://127.0.0.1:" + site.getAddress().getPort();
    try (ServerProcess server =
        ServerProcess.start(
            directory.resolve("data"),
            "--web-enabled",
            "true",
            "--web-listen",
            "127.0.0.1:0",
            "--web-origins",
            listed ? origin : "https://pages.example")) {
      byte[] page = PAGE.replace("SERVER", webPort(server)).getBytes(UTF_8);
      site.createContext(
          "/",
          exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            if (exchange.getRequestMethod().equals("POST")) {
              told.add(body);
            }
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
          });
      site.start();
      browse(browser.get(), origin, told);
    } finally {
      site.stop(0);
    }
    return List.copyOf(told);
  }

  private void browse(Path browser, String address, Queue<String> told)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                browser.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--user-data-dir=" + directory.resolve("profile"),
                "--remote-debugging-port=0",
                address)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("browser.log").toFile())
            .start();
    try {
      await().atMost(Patience.LIMIT).until(() -> told.contains("done") || !process.isAlive());
    } finally {
      List<ProcessHandle> begun = process.descendants().toList();
      process.destroy();
      begun.forEach(ProcessHandle::destroy);
      if (!process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      begun.forEach(each -> each.onExit().orTimeout(Patience.SECONDS, TimeUnit.SECONDS).join());
    }
  }

  private static String webPort(ServerProcess server) {
    String[] found = {""};
    await()
        .atMost(Patience.LIMIT)
        .until(
            () -> {
              Matcher matcher = WEB_PORT.matcher(server.output());
              found[0] = matcher.find() ? matcher.group(1) : "";
              return !found[0].isEmpty();
            });
    return found[0];
  }
}
