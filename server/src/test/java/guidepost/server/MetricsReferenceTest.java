package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.access.AccessOptions;
import guidepost.calls.Figure;
import guidepost.journal.ClusterStats;
import guidepost.journal.Leadership;
import guidepost.routes.v1.CreateTableRequest;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.routes.v1.WatchRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page that says what each metric means: made of what a server tells.
final class MetricsReferenceTest {

  private static final Pattern SERIES = Pattern.compile("^([a-z_0-9]+?)(?:\\{(.*)})? \\S+$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  private static final Leadership LEADS = new Leadership(true, 1, "");
  private static final ClusterStats SHARES =
      new ClusterStats(Optional.of(Instant.EPOCH), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  @TempDir Path directory;

  /// What is told of the process itself is the Prometheus client's to describe.
  private static boolean isOurs(String name) {
    return name.startsWith("guidepost_") || name.startsWith("grpc_");
  }

  @Test
  void shouldBeCurrent() throws Exception {
    String made = page(exposition());
    Files.writeString(Path.of("target/metrics.md"), made);
    assertThat(Files.readString(Path.of("../docs/reference/metrics.md")))
        .as("docs/reference/metrics.md: copy server/target/metrics.md there")
        .isEqualTo(made);
  }

  /// Of a server that encrypts, so that it tells of its certificate too.
  private String exposition() throws Exception {
    Pki pki = new Pki();
    Path certificate = directory.resolve("server.pem");
    Path key = directory.resolve("server.key");
    Pki.write(pki.certificate("localhost"), certificate, key);
    ServerOptions options =
        ServerOptions.with(Engines.embedded(directory.resolve("data")))
            .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)))
            .withAccess(AccessOptions.NONE.withTls(certificate, key, Optional.empty()));
    try (GuidepostServer server = GuidepostServer.start(options)) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.addresses().getFirst().port())
              .overrideAuthority("localhost")
              .sslContext(pki.client(Optional.empty()))
              .build();
      try {
        var routes = RoutesGrpc.newBlockingV2Stub(channel);
        var watch = routes.watch(WatchRequest.getDefaultInstance());
        assertThat(watch.read()).isNotNull();
        var _ = routes.createTable(CreateTableRequest.newBuilder().setName("red").build());
        assertThatExceptionOfType(StatusException.class)
            .isThrownBy(
                () -> routes.lookup(LookupRequest.newBuilder().setDestination("10.0.0.1").build()));
        return server.metrics("").text();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static String page(String exposition) {
    Map<String, String> help = new TreeMap<>();
    Map<String, String> types = new TreeMap<>();
    Map<String, TreeSet<String>> labels = new TreeMap<>();
    for (String line : exposition.lines().toList()) {
      if (line.startsWith("# HELP ")) {
        String[] parts = line.split(" ", 4);
        help.put(parts[2], parts[3]);
      } else if (line.startsWith("# TYPE ")) {
        String[] parts = line.split(" ", 4);
        types.put(parts[2], parts[3]);
      } else {
        Matcher series = SERIES.matcher(line);
        assertThat(series.matches()).as(line).isTrue();
        String name = series.group(1).replaceFirst("_(bucket|sum|count)$", "");
        name = types.containsKey(name) ? name : series.group(1);
        TreeSet<String> names = labels.computeIfAbsent(name, _ -> new TreeSet<>());
        if (series.group(2) != null) {
          Matcher label = LABEL.matcher(series.group(2));
          while (label.find()) {
            names.add(label.group(1));
          }
          names.remove("le");
        }
      }
    }
    for (Figure figure : ServerFigures.ofCluster(LEADS, SHARES)) {
      String name =
          "guidepost_" + figure.name() + (figure.kind() == Figure.Kind.COUNTER ? "_total" : "");
      help.put(name, figure.help() + " Of a server on Kafka only.");
      types.put(name, figure.kind().name().toLowerCase(Locale.ROOT));
    }
    List<String> rows = new ArrayList<>();
    help.forEach(
        (name, text) -> {
          if (isOurs(name)) {
            rows.add(
                "| `%s` | %s | %s | %s |"
                    .formatted(
                        name,
                        types.get(name),
                        String.join(", ", labels.getOrDefault(name, new TreeSet<>())),
                        text));
          }
        });
    return """
    # Metrics

    What `/metrics` of the [web port](../http.md) tells, in the text format of Prometheus. How to watch a server by them:
    [monitoring](../operating/monitor.md). `guidepost top` and the rpc `Server.GetStatus` tell the same without Prometheus; there,
    figures have the names of this table without `guidepost_` and `_total`.

    Counts begin at 0 when the process starts. Times are in seconds, sizes in bytes. The buckets of times are the setting
    `metrics.buckets`. Names of methods, codes, reasons, domains and families are those of the contracts, so clients cannot make new
    ones; of tables and sources, which writers name, the 64 largest are told one by one and the others together as `(others)`.
    Besides these, there are the usual `jvm_...` and `process_...` of the Prometheus client for Java.

    | name | type | labels | what it is |
    |---|---|---|---|
    """
        + String.join("\n", rows)
        + "\n";
  }
}
