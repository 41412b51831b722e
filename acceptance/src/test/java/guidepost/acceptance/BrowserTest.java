package guidepost.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import guidepost.testing.Patience;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The web port as a page of another site meets it in a real browser: one request of each kind.
/// Skipped where Chromium is not installed.
final class BrowserTest {

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
    assumeTrue(Browser.isInstalled(), "Chromium is not installed");
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
      byte[] page = PAGE.replace("SERVER", server.webPort()).getBytes(UTF_8);
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
      try (Browser browser = Browser.open(origin, directory)) {
        await().atMost(Patience.LIMIT).until(() -> told.contains("done") || !browser.isRunning());
      }
    } finally {
      site.stop(0);
    }
    return List.copyOf(told);
  }
}
