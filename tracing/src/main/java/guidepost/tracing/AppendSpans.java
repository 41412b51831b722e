package guidepost.tracing;

import guidepost.journal.WriterObserver;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a span of each append, below each call that something of it is for: one append serves many
/// calls.
///
/// Threads: as [WriterObserver] says.
final class AppendSpans implements WriterObserver {

  private final Tracer tracer;
  private final String domain;

  AppendSpans(Tracer tracer, String domain) {
    this.tracer = tracer;
    this.domain = domain;
  }

  @Override
  public @Nullable Object queued() {
    return CallSpans.current();
  }

  @Override
  public void appended(List<Object> told, Duration took, long revision) {
    if (told.isEmpty()) {
      return;
    }
    Instant end = Instant.now();
    Set<Object> calls = new HashSet<>(told);
    for (Object each : calls) {
      if (each instanceof Context call) {
        tracer
            .spanBuilder("append " + domain)
            .setParent(call)
            .setStartTimestamp(end.minus(took))
            .setAttribute("guidepost.domain", domain)
            .setAttribute("guidepost.revision", revision)
            .setAttribute("guidepost.calls", (long) calls.size())
            .startSpan()
            .end(end);
      }
    }
  }
}
