package guidepost.metrics;

import io.grpc.MethodDescriptor;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentSkipListMap;

/// What is counted of all methods.
///
/// Threads: any.
final class CallFigures {

  private static final String[] METHOD = {"grpc_type", "grpc_service", "grpc_method"};

  private final Counter handled;
  private final Counter rejected;
  private final Gauge open;
  private final Counter received;
  private final Counter sent;
  private final Histogram handling;
  private final ConcurrentSkipListMap<String, MethodFigures> methods =
      new ConcurrentSkipListMap<>();

  CallFigures(PrometheusRegistry registry, double... bounds) {
    handled =
        Counter.builder()
            .name("grpc_server_handled_total")
            .help("Calls that have ended; a client that goes away ends its call as CANCELLED.")
            .labelNames("grpc_type", "grpc_service", "grpc_method", "grpc_code")
            .withoutExemplars()
            .register(registry);
    handling =
        Histogram.builder()
            .name("grpc_server_handling_seconds")
            .help("Time from the start of a unary call to its end.")
            .labelNames(METHOD)
            .classicOnly()
            .classicUpperBounds(bounds)
            .withoutExemplars()
            .register(registry);
    open =
        Gauge.builder()
            .name("grpc_server_open_calls")
            .help("Streaming calls that are open.")
            .labelNames(METHOD)
            .withoutExemplars()
            .register(registry);
    received =
        Counter.builder()
            .name("grpc_server_msg_received_total")
            .help("Messages received by streaming calls.")
            .labelNames(METHOD)
            .withoutExemplars()
            .register(registry);
    sent =
        Counter.builder()
            .name("grpc_server_msg_sent_total")
            .help("Messages sent by streaming calls.")
            .labelNames(METHOD)
            .withoutExemplars()
            .register(registry);
    rejected =
        Counter.builder()
            .name(Metrics.PREFIX + "rejections_total")
            .help("Calls that were rejected or failed, by the reason that programs are told.")
            .labelNames("reason")
            .withoutExemplars()
            .register(registry);
  }

  /// That of one method, made on its first call.
  MethodFigures of(String fullName, MethodDescriptor.MethodType type) {
    MethodFigures known = methods.get(fullName);
    return known == null ? methods.computeIfAbsent(fullName, name -> added(name, type)) : known;
  }

  private MethodFigures added(String fullName, MethodDescriptor.MethodType type) {
    int slash = fullName.lastIndexOf('/');
    String[] labels = {
      type.name().toLowerCase(Locale.ROOT),
      slash < 0 ? "" : fullName.substring(0, slash),
      fullName.substring(slash + 1)
    };
    boolean streams = type != MethodDescriptor.MethodType.UNARY;
    return new MethodFigures(
        fullName,
        code -> handled.labelValues(labels[0], labels[1], labels[2], code),
        reason -> rejected.labelValues(reason).inc(),
        streams
            ? new MethodFigures.Stream(
                open.labelValues(labels), received.labelValues(labels), sent.labelValues(labels))
            : null,
        streams ? null : handling.labelValues(labels),
        () -> Times.of(handling, labels));
  }

  /// By name.
  List<MethodCalls> all() {
    return methods.values().stream().map(MethodFigures::counted).toList();
  }
}
