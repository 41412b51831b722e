package guidepost.metrics;

import guidepost.calls.Failures;
import io.grpc.Metadata;
import io.grpc.Status;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What is counted of one method.
///
/// Threads: any.
final class MethodFigures {

  /// What is counted of a streaming method besides.
  record Stream(GaugeDataPoint open, CounterDataPoint received, CounterDataPoint sent) {}

  private static final double NANOS_PER_SECOND = 1e9;

  private static final int CODES = Status.Code.values().length;

  private final String name;
  private final Function<String, CounterDataPoint> handled;
  private final Consumer<String> rejected;
  private final @Nullable Stream stream;
  private final @Nullable DistributionDataPoint handling;
  private final Supplier<Times> times;
  private final LongAdder open = new LongAdder();
  private final AtomicReferenceArray<@Nullable CounterDataPoint> ended =
      new AtomicReferenceArray<>(CODES);

  /// @param handled counts calls that ended, by the name of their code
  /// @param rejected counts one by its reason
  /// @param stream null for a unary method
  /// @param handling null for a streaming method
  MethodFigures(
      String name,
      Function<String, CounterDataPoint> handled,
      Consumer<String> rejected,
      @Nullable Stream stream,
      @Nullable DistributionDataPoint handling,
      Supplier<Times> times) {
    this.name = name;
    this.handled = handled;
    this.rejected = rejected;
    this.stream = stream;
    this.handling = handling;
    this.times = times;
  }

  boolean streams() {
    return stream != null;
  }

  void begun() {
    open.increment();
    if (stream != null) {
      stream.open().inc();
    }
  }

  void received() {
    if (stream != null) {
      stream.received().inc();
    }
  }

  void sent() {
    if (stream != null) {
      stream.sent().inc();
    }
  }

  void ended(Status status, Metadata trailers, long nanos) {
    open.decrement();
    if (stream != null) {
      stream.open().dec();
    }
    ended(status.getCode()).inc();
    if (handling != null) {
      handling.observe(nanos / NANOS_PER_SECOND);
    }
    if (!status.isOk()) {
      String reason = Failures.reason(status, trailers);
      if (!reason.isEmpty()) {
        rejected.accept(reason);
      }
    }
  }

  private CounterDataPoint ended(Status.Code code) {
    CounterDataPoint known = ended.get(code.value());
    if (known != null) {
      return known;
    }
    CounterDataPoint made = handled.apply(code.name());
    ended.set(code.value(), made);
    return made;
  }

  MethodCalls counted() {
    Map<String, Long> codes = new TreeMap<>();
    for (int i = 0; i < CODES; i++) {
      CounterDataPoint count = ended.get(i);
      if (count != null) {
        codes.put(Status.fromCodeValue(i).getCode().name(), count.getLongValue());
      }
    }
    return new MethodCalls(name, open.sum(), codes, streams() ? Times.NONE : times.get());
  }
}
