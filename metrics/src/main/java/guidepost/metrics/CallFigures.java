package guidepost.metrics;

import io.grpc.MethodDescriptor.MethodType;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/// What is counted of all methods.
///
/// Threads: any.
final class CallFigures implements MultiCollector {

  private final long[] bounds;
  private final ConcurrentMap<String, MethodFigures> methods = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<String, LongAdder> rejections = new ConcurrentSkipListMap<>();

  /// @param bounds upper bounds of the times of unary calls, nanoseconds
  CallFigures(long... bounds) {
    this.bounds = bounds.clone();
  }

  /// That of one method, made on its first call.
  MethodFigures of(String fullName, MethodType type) {
    MethodFigures known = methods.get(fullName);
    return known == null
        ? methods.computeIfAbsent(
            fullName, name -> new MethodFigures(name, type, new Timer(bounds)))
        : known;
  }

  /// A call was rejected.
  ///
  /// @param reason the name of a [guidepost.calls.Reason]
  void rejected(String reason) {
    rejections.computeIfAbsent(reason, _ -> new LongAdder()).increment();
  }

  /// By name.
  List<MethodCalls> all() {
    return sorted().stream().map(MethodFigures::counted).toList();
  }

  private List<MethodFigures> sorted() {
    return methods.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList();
  }

  @Override
  public MetricSnapshots collect() {
    CounterSnapshot.Builder handled =
        CounterSnapshot.builder()
            .name("grpc_server_handled")
            .help("Calls that have ended; a client that goes away ends its call as CANCELLED.");
    HistogramSnapshot.Builder handling =
        HistogramSnapshot.builder()
            .name("grpc_server_handling_seconds")
            .help("Time from the start of a unary call to its end.");
    GaugeSnapshot.Builder open =
        GaugeSnapshot.builder()
            .name("grpc_server_open_calls")
            .help("Streaming calls that are open.");
    CounterSnapshot.Builder received =
        CounterSnapshot.builder()
            .name("grpc_server_msg_received")
            .help("Messages received by streaming calls.");
    CounterSnapshot.Builder sent =
        CounterSnapshot.builder()
            .name("grpc_server_msg_sent")
            .help("Messages sent by streaming calls.");
    for (MethodFigures method : sorted()) {
      Labels labels = method.labels();
      MethodCalls calls = method.counted();
      calls
          .ended()
          .forEach((code, count) -> handled.dataPoint(count(labels.add("grpc_code", code), count)));
      if (method.streams()) {
        open.dataPoint(
            GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value((double) calls.open())
                .build());
        received.dataPoint(count(labels, method.receivedMessages()));
        sent.dataPoint(count(labels, method.sentMessages()));
      } else {
        handling.dataPoint(method.timer().point(labels));
      }
    }
    CounterSnapshot.Builder rejected =
        CounterSnapshot.builder()
            .name(Metrics.PREFIX + "rejections")
            .help("Calls that were rejected or failed, by the reason that programs are told.");
    rejections.forEach(
        (reason, count) -> rejected.dataPoint(count(Labels.of("reason", reason), count.sum())));
    return new MetricSnapshots(
        handled.build(),
        handling.build(),
        open.build(),
        received.build(),
        sent.build(),
        rejected.build());
  }

  private static CounterSnapshot.CounterDataPointSnapshot count(Labels labels, long count) {
    return CounterSnapshot.CounterDataPointSnapshot.builder()
        .labels(labels)
        .value((double) count)
        .build();
  }
}
