package guidepost.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import guidepost.testing.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Metrics, alerts and dashboard beside Prometheus itself; skipped where it is not installed.
final class MonitoringTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path RULES = ROOT.resolve("alerts/guidepost.rules.yml");
  private static final Pattern WEB_PORT = Pattern.compile("web port on (http://\\S+)");
  private static final Pattern LISTENING = Pattern.compile("Listening on.*address=(\\S+?:\\d+)");

  /// Metrics that Prometheus and the Java client make, and words of its language.
  private static final Pattern NAME = Pattern.compile("\\b((?:guidepost|grpc_server)_\\w+)");

  @TempDir Path directory;
  private final HttpClient http = HttpClient.newHttpClient();

  private static boolean has(String program) {
    return Arrays.stream(String.valueOf(System.getenv("PATH")).split(":"))
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }

  private record Ran(int code, String out) {}

  private static Ran run(Path input, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .directory(ROOT.resolve("alerts").toFile())
            .redirectErrorStream(true)
            .redirectInput(input.toFile())
            .start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), out);
  }

  private static String webPort(ServerProcess server) {
    Matcher[] found = {null};
    await()
        .atMost(Patience.LIMIT)
        .until(
            () -> {
              found[0] = WEB_PORT.matcher(server.output());
              return found[0].find();
            });
    return found[0].group(1);
  }

  private String get(String address) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(address)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private ServerProcess serve() throws IOException {
    return ServerProcess.start(
        directory.resolve("data"), "--web-enabled", "true", "--web-listen", "127.0.0.1:0");
  }

  @Test
  void shouldBeCleanToPromtool() throws Exception {
    assumeTrue(has("promtool"), "promtool is not installed");
    try (ServerProcess server = serve()) {
      Path page =
          Files.writeString(directory.resolve("metrics"), get(webPort(server) + "/metrics"));
      assertThat(run(page, "promtool", "check", "metrics")).isEqualTo(new Ran(0, ""));
    }
  }

  @Test
  void shouldHaveRulesThatAreValidAndFireWhenTheyMust() throws Exception {
    assumeTrue(has("promtool"), "promtool is not installed");
    Path nothing = Path.of("/dev/null");
    assertThat(run(nothing, "promtool", "check", "rules", RULES.toString()).code()).isZero();
    Ran tests = run(nothing, "promtool", "test", "rules", "guidepost.tests.yml");
    assertThat(tests.code()).as(tests.out()).isZero();
  }

  @Test
  void shouldTestEachAlertAndSayWhatToDoAboutIt() throws IOException {
    Set<String> alerts = names("alert: (\\w+)", Files.readString(RULES));
    assertThat(alerts).hasSizeGreaterThan(10);
    String tests = Files.readString(ROOT.resolve("alerts/guidepost.tests.yml"));
    assertThat(names("alertname: (\\w+)\\s+exp_alerts:\\s+- exp_labels", tests)).isEqualTo(alerts);
    assertThat(names("alertname: (\\w+)\\s+exp_alerts: \\[]", tests)).isEqualTo(alerts);
    assertThat(names("(?m)^## (\\w+)$", Files.readString(ROOT.resolve("docs/operating/alerts.md"))))
        .isEqualTo(alerts);
  }

  @Test
  void shouldAskOnlyForMetricsThatThereAre() throws IOException {
    Set<String> told = new TreeSet<>();
    for (String name :
        names("(?m)^\\| `(\\w+)`", Files.readString(ROOT.resolve("docs/reference/metrics.md")))) {
      told.addAll(List.of(name, name + "_bucket", name + "_count", name + "_sum"));
    }
    String asked =
        Files.readString(RULES) + Files.readString(ROOT.resolve("dashboards/guidepost.json"));
    assertThat(NAME.matcher(asked).results().map(MatchResult::group).collect(Collectors.toSet()))
        .isSubsetOf(told);
  }

  private static Set<String> names(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void shouldBeScrapedByPrometheus() throws Exception {
    assumeTrue(has("prometheus"), "prometheus is not installed");
    try (ServerProcess server = serve()) {
      URI port = URI.create(webPort(server));
      Path config =
          Files.writeString(
              directory.resolve("prometheus.yml"),
              """
              global: {scrape_interval: 1s, evaluation_interval: 1s}
              rule_files: ['%s']
              scrape_configs:
                - job_name: guidepost
                  static_configs: [{targets: ['%s']}]
              """
                  .formatted(RULES, port.getAuthority()));
      Process prometheus =
          new ProcessBuilder(
                  "prometheus",
                  "--config.file=" + config,
                  "--storage.tsdb.path=" + directory.resolve("tsdb"),
                  "--web.listen-address=127.0.0.1:0")
              .redirectErrorStream(true)
              .start();
      try {
        String address = listening(prometheus);
        await()
            .atMost(Patience.LIMIT)
            .until(() -> value(address, "up{job=\"guidepost\"}").equals("1"));
        await()
            .atMost(Patience.LIMIT)
            .until(() -> value(address, "guidepost_writable").equals("1"));
        await()
            .atMost(Patience.LIMIT)
            .until(() -> value(address, "count(guidepost_revision)").equals("4"));
        assertThat(get(address + "/api/v1/rules")).contains("GuidepostDown");
      } finally {
        prometheus.destroy();
        assertThat(prometheus.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  private static String listening(Process prometheus) throws IOException {
    var out = prometheus.inputReader();
    StringBuilder before = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      before.append(line).append('\n');
      Matcher matcher = LISTENING.matcher(line);
      if (matcher.find()) {
        Thread.ofPlatform().daemon().start(() -> out.lines().forEach(_ -> {}));
        return "http://" + matcher.group(1);
      }
    }
    throw new IOException("prometheus did not start:\n" + before);
  }

  /// Of the first series that it answers; empty if there is none.
  private String value(String address, String query) throws IOException, InterruptedException {
    String answer = get(address + "/api/v1/query?query=" + URLEncoder.encode(query, UTF_8));
    return Pattern.compile("\"value\":\\[[\\d.]+,\"([^\"]*)\"]")
        .matcher(answer)
        .results()
        .map(found -> found.group(1))
        .findFirst()
        .orElse("");
  }
}
