package guidepost.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.calls.Figure;
import guidepost.calls.ServedDomain;
import guidepost.journal.Journal;
import guidepost.journal.WriterObserver;
import guidepost.journal.WriterStats;
import io.grpc.ServerInterceptor;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Everything that a server counts and times, and what its parts tell when they are asked.
///
/// Calls are counted by the names that Prometheus users know from other gRPC servers
/// (`grpc_server_handled_total`, `grpc_server_handling_seconds` ...); figures of the server's own
/// begin with `guidepost_`. Names and labels do not depend on what clients send, but for tables and
/// sources, of which only the largest are named.
///
/// Cost: about a microsecond a call. Threads: any.
public final class Metrics {

  /// Upper bounds by default: from a look-up in memory to what a client gives up on.
  public static final List<Duration> BOUNDS =
      List.of(
          Duration.ofNanos(100_000),
          Duration.ofNanos(250_000),
          Duration.ofMillis(1),
          Duration.ofNanos(2_500_000),
          Duration.ofMillis(5),
          Duration.ofMillis(10),
          Duration.ofMillis(25),
          Duration.ofMillis(100),
          Duration.ofMillis(500),
          Duration.ofMillis(2_500),
          Duration.ofSeconds(10));

  /// What a name of the server's own begins with.
  static final String PREFIX = "guidepost_";

  private static final double NANOS_PER_SECOND = 1e9;

  private final List<Double> bounds;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Figures figures = new Figures();
  private final CallFigures calls;
  private final Map<String, Timer> appends = new ConcurrentSkipListMap<>();
  private final long[] nanos;
  private final AtomicBoolean tellsOfJvm = new AtomicBoolean();

  /// @param bounds upper bounds of the buckets of all times, ascending; few, since each costs a
  ///   series for each method
  public Metrics(List<Duration> bounds) {
    this.nanos = bounds.stream().mapToLong(Duration::toNanos).toArray();
    this.bounds = Arrays.stream(nanos).mapToObj(each -> each / NANOS_PER_SECOND).toList();
    this.calls = new CallFigures(nanos);
    registry.register(calls);
    registry.register(this::ofAppends);
    registry.register(figures);
  }

  private HistogramSnapshot ofAppends() {
    HistogramSnapshot.Builder all =
        HistogramSnapshot.builder()
            .name(PREFIX + "append_seconds")
            .help("How long it took to write and sync a group of changes.");
    appends.forEach((domain, timer) -> all.dataPoint(timer.point(Labels.of("domain", domain))));
    return all.build();
  }

  /// What counts and times calls: the outermost of a server's interceptors.
  ///
  /// @param methods full names of all that it serves; others are counted together
  public ServerInterceptor calls(Collection<String> methods) {
    return new CallMetrics(calls, methods, System::nanoTime);
  }

  /// Upper bounds of the buckets of all times, in seconds; the last bucket has none.
  public List<Double> bounds() {
    return bounds;
  }

  /// What was counted of each method that was called.
  public List<MethodCalls> calls() {
    return calls.all();
  }

  /// How long the appends of a domain took.
  public Times appends(String domain) {
    Timer timer = appends.get(domain);
    return timer == null ? Times.NONE : timer.times();
  }

  /// A part of the server that tells figures when it is asked.
  ///
  /// @param labels that each of its figures gets
  /// @param part called by any thread, whenever somebody looks
  public void add(Map<String, String> labels, Supplier<List<Figure>> part) {
    figures.add(labels, part);
  }

  /// Tells of a domain: its journal, its writer, and what it says of itself.
  ///
  /// @return times its appends: for [ServedDomain#observe]
  public WriterObserver add(ServedDomain domain) {
    String name = domain.stored().name();
    add(
        Map.of("domain", name),
        () ->
            Stream.of(ofJournal(domain.journal()), ofWriter(domain.stats()), domain.figures())
                .flatMap(List::stream)
                .toList());
    Timer timer = appends.computeIfAbsent(name, _ -> new Timer(nanos));
    return new WriterObserver() {
      @Override
      public void appended(List<Object> told, Duration took, long revision) {
        timer.took(took.toNanos());
      }
    };
  }

  private static List<Figure> ofJournal(Journal journal) {
    return List.of(
        Figure.gauge("revision", "The newest revision.", journal.revision()),
        Figure.gauge(
            "oldest_revision",
            "The oldest revision in the log; the newest + 1 if the log is empty.",
            journal.oldestRevision()),
        Figure.gauge("log_bytes", "Bytes of the log.", journal.logBytes()));
  }

  private static List<Figure> ofWriter(WriterStats writer) {
    List<Figure> told = new ArrayList<>();
    told.add(
        Figure.gauge("queued_changes", "Changes that wait to be written.", writer.queuedChanges()));
    told.add(
        Figure.counter("groups_written", "Groups of changes that were synced.", writer.groups()));
    told.add(Figure.counter("changes_written", "Changes in those groups.", writer.changes()));
    told.add(
        Figure.counter(
            "bytes_written",
            "Bytes of keys and values in those groups, replaced ones included.",
            writer.bytes()));
    told.add(
        Figure.counter(
            "groups_failed", "Groups of changes that could not be written.", writer.failures()));
    return told;
  }

  /// All of it now.
  ///
  /// @param accept the formats that the reader takes, as an HTTP `Accept` header; empty for any
  public Exposition exposition(String accept) {
    if (!tellsOfJvm.getAndSet(true)) {
      // Its management beans take a while to load: not before somebody asks.
      JvmMetrics.builder().register(registry);
    }
    ExpositionFormats formats = ExpositionFormats.init();
    ExpositionFormatWriter writer =
        accept.contains("openmetrics")
            ? formats.getOpenMetricsTextFormatWriter()
            : formats.getPrometheusTextFormatWriter();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writer.write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Exposition(writer.getContentType(), out.toString(UTF_8));
  }
}
