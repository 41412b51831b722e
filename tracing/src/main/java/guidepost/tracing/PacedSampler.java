package guidepost.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Records so many calls a second, and no more: a server answers a hundred times as many, whose
/// spans would cost as much as the calls, and a client can ask for one with each.
///
/// As many may come at once as come in a second.
///
/// Threads: any. Cost: one exchange of a number.
final class PacedSampler implements Sampler {

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final int perSecond;
  private final long nanosPerCall;
  private final LongSupplier nanos;

  /// The time up to which calls have been paid for, nanoseconds: at most a second behind now.
  private final AtomicLong paid;

  /// @param perSecond at least 1
  /// @param nanos a clock
  PacedSampler(int perSecond, LongSupplier nanos) {
    this.perSecond = perSecond;
    this.nanosPerCall = NANOS_PER_SECOND / perSecond;
    this.nanos = nanos;
    this.paid = new AtomicLong(nanos.getAsLong() - NANOS_PER_SECOND);
  }

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    return takes() ? SamplingResult.recordAndSample() : SamplingResult.drop();
  }

  private boolean takes() {
    long now = nanos.getAsLong();
    while (true) {
      long before = paid.get();
      long after = Math.max(before - now, -NANOS_PER_SECOND) + now + nanosPerCall;
      if (after - now > 0) {
        return false;
      }
      if (paid.compareAndSet(before, after)) {
        return true;
      }
    }
  }

  @Override
  public String getDescription() {
    return "at most %d calls a second".formatted(perSecond);
  }

  @Override
  public String toString() {
    return getDescription();
  }
}
