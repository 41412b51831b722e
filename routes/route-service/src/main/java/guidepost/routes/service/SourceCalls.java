package guidepost.routes.service;

import guidepost.journal.DomainWriter;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Which calls write for which source, and what becomes of a source's routes when none does any
/// more: those of a source that wants it are deleted once its grace period is over, unless it came
/// back.
///
/// After a start every source is gone, and its grace period begins.
///
/// Threads: any.
final class SourceCalls implements AutoCloseable {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final PublishedRoutes published;
  private final Map<String, Set<Object>> calls = new ConcurrentHashMap<>();
  // What it is given once it is shut down is dropped.
  private final ScheduledExecutorService timer =
      new ScheduledThreadPoolExecutor(
          1,
          Thread.ofPlatform().daemon().name("guidepost-sources").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  SourceCalls(PublishedRoutes published) {
    this.published = published;
  }

  /// A call writes for a source.
  void connect(String source, Object call) {
    calls.compute(
        source,
        (name, before) -> {
          Set<Object> after = before == null ? new HashSet<>() : new HashSet<>(before);
          after.add(call);
          return after;
        });
  }

  /// True if some call does.
  boolean isConnected(String source) {
    return calls.containsKey(source);
  }

  /// How many do.
  int count(String source) {
    return calls.getOrDefault(source, Set.of()).size();
  }

  /// A call is over.
  ///
  /// @param writer takes what that leads to
  void over(Object call, DomainWriter<RouteRequest, List<RouteOutcome>> writer) {
    submit(new RouteOperation.ForgetSyncs(call), 0, writer);
    for (String source : calls.keySet()) {
      boolean[] wasLast = {false};
      calls.computeIfPresent(
          source,
          (name, before) -> {
            if (!before.contains(call)) {
              return before;
            }
            Set<Object> after = new HashSet<>(before);
            after.remove(call);
            wasLast[0] = after.isEmpty();
            return after.isEmpty() ? null : after;
          });
      if (wasLast[0]) {
        gone(source, writer);
      }
    }
  }

  /// Every source is gone: the server has just started.
  void begin(DomainWriter<RouteRequest, List<RouteOutcome>> writer) {
    published.catalog().sources().forEach(source -> gone(source.name(), writer));
  }

  private void gone(String name, DomainWriter<RouteRequest, List<RouteOutcome>> writer) {
    Catalog.Source source = published.catalog().source(name);
    if (source != null && source.deleteOnDisconnect()) {
      later(source.grace(), () -> expire(name, writer));
    }
  }

  private void later(Duration delay, Runnable task) {
    var _ = timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void expire(String source, DomainWriter<RouteRequest, List<RouteOutcome>> writer) {
    if (!isConnected(source)) {
      submit(new RouteOperation.Expire(source), 1, writer);
    }
  }

  /// Tells the writer, again and again until it has taken it or takes nothing any more.
  private void submit(
      RouteOperation operation,
      int changes,
      DomainWriter<RouteRequest, List<RouteOutcome>> writer) {
    Runnable again = () -> submit(operation, changes, writer);
    try {
      var _ =
          writer
              .submit(RouteRequest.of(operation), changes)
              .whenComplete(
                  (_, failure) -> {
                    if (failure != null && !isClosed(failure)) {
                      later(RETRY_AFTER, again);
                    }
                  });
    } catch (OverloadedException e) {
      later(RETRY_AFTER, again);
    }
  }

  private static boolean isClosed(Throwable failure) {
    return failure instanceof JournalException e && e.reason() == JournalException.Reason.CLOSED;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
