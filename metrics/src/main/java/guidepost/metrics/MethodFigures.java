package guidepost.metrics;

import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/// What is counted of one method.
///
/// Threads: any.
final class MethodFigures {

  private static final Status.Code[] CODES = Status.Code.values();

  private final String name;
  private final MethodType type;
  private final Timer timer;
  private final LongAdder begun = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final LongAdder[] ended = new LongAdder[CODES.length];

  /// @param name its full name
  /// @param timer of unary calls
  MethodFigures(String name, MethodType type, Timer timer) {
    this.name = name;
    this.type = type;
    this.timer = timer;
    for (int i = 0; i < ended.length; i++) {
      ended[i] = new LongAdder();
    }
  }

  boolean streams() {
    return type != MethodType.UNARY;
  }

  void begun() {
    begun.increment();
  }

  void received() {
    received.increment();
  }

  void sent() {
    sent.increment();
  }

  void ended(Status.Code code, long nanos) {
    ended[code.value()].increment();
    if (!streams()) {
      timer.took(nanos);
    }
  }

  Timer timer() {
    return timer;
  }

  long receivedMessages() {
    return received.sum();
  }

  long sentMessages() {
    return sent.sum();
  }

  /// Those that ended are summed first: an open one may be counted twice, and never less than none.
  MethodCalls counted() {
    Map<String, Long> codes = new TreeMap<>();
    long all = 0;
    for (int i = 0; i < ended.length; i++) {
      long count = ended[i].sum();
      all += count;
      if (count > 0) {
        codes.put(CODES[i].name(), count);
      }
    }
    return new MethodCalls(
        name, Math.max(0, begun.sum() - all), codes, streams() ? Times.NONE : timer.times());
  }

  /// Those of every series of the method.
  Labels labels() {
    int slash = name.lastIndexOf('/');
    return Labels.of(
        "grpc_type",
        type.name().toLowerCase(Locale.ROOT),
        "grpc_service",
        slash < 0 ? "" : name.substring(0, slash),
        "grpc_method",
        name.substring(slash + 1));
  }
}
