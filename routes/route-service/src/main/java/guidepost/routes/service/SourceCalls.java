package guidepost.routes.service;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.journal.DomainWriter;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Which open calls named which source, and what becomes of a source's routes when none is left:
/// those of a source that wants it are deleted once it has been gone for its delay.
///
/// A source is gone from when the last call that named it ends, the server starts, or it is put
/// with another policy or delay. Each such absence has a number of its own and a timer; it ends
/// when a call names the source, and then neither means anything any more:
///
/// ```
///   call ends ── absence 1 ──┐ call names it      call ends ── absence 2 ──delay──▶ Expire(2)
///                            └── its timer is cancelled, Expire(1) would do nothing
/// ```
///
/// Calls come and go in the order of what they ask of the writer, so a message is never decided
/// after the end of its call.
///
/// Memory: a set of names for each call that named a source that there is.
///
/// Threads: any.
final class SourceCalls implements AutoCloseable {

  /// A deletion that could not be written is tried again after this.
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  /// @param deleteAfter after which the routes are deleted
  private record Absence(long number, Duration deleteAfter, Instant deleteTime, Future<?> timer) {}

  private final PublishedRoutes published;
  private final ScheduledExecutorService timer;
  private final InstantSource clock;
  private final Instant started;

  // What these hold is guarded alike.
  @GuardedBy("this")
  private final Map<Object, Set<String>> named = new HashMap<>();

  @GuardedBy("this")
  private final Map<String, Integer> calls = new HashMap<>();

  @GuardedBy("this")
  private final Map<String, Absence> absences = new HashMap<>();

  /// When the last call of a source ended.
  @GuardedBy("this")
  private final Map<String, Instant> disconnects = new HashMap<>();

  @GuardedBy("this")
  private long lastAbsence;

  /// True while another server decides what follows from an absence.
  @GuardedBy("this")
  private boolean isFollowing;

  @GuardedBy("this")
  private @Nullable DomainWriter<RouteRequest, List<RouteOutcome>> writer;

  SourceCalls(PublishedRoutes published, ScheduledExecutorService timer) {
    this(published, timer, InstantSource.system());
  }

  /// @param timer ended with this object
  SourceCalls(PublishedRoutes published, ScheduledExecutorService timer, InstantSource clock) {
    this.published = published;
    this.timer = timer;
    this.clock = clock;
    this.started = clock.instant();
  }

  /// What it is given once it is shut down is dropped.
  static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name("guidepost-sources").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /// The server has just started: every source is gone.
  ///
  /// @param newWriter takes what that leads to, from now on
  synchronized void begin(DomainWriter<RouteRequest, List<RouteOutcome>> newWriter) {
    writer = newWriter;
    published.catalog().sources().forEach(source -> settle(source.name()));
  }

  /// Another server decides from now on, and hears from the sources: nothing is known of them here.
  synchronized void follow() {
    absences.values().forEach(absence -> absence.timer().cancel(false));
    absences.clear();
    named.clear();
    calls.clear();
    isFollowing = true;
  }

  /// This server decides from now on: every source is gone, as after a restart.
  synchronized void lead() {
    follow();
    isFollowing = false;
    published.catalog().sources().forEach(source -> settle(source.name()));
  }

  /// A call names a source that there is.
  synchronized void connect(String source, Object call) {
    if (named.computeIfAbsent(call, _ -> new HashSet<>()).add(source)) {
      calls.merge(source, 1, Integer::sum);
      comeBack(source);
    }
  }

  @GuardedBy("this")
  private void comeBack(String source) {
    Absence absence = absences.remove(source);
    if (absence != null) {
      absence.timer().cancel(false);
    }
  }

  /// How many open calls named a source since it was added.
  synchronized int count(String source) {
    return calls.getOrDefault(source, 0);
  }

  /// When the last call that named a source ended, or the server started; empty while one is open.
  synchronized Optional<Instant> disconnected(String source) {
    return calls.containsKey(source)
        ? Optional.empty()
        : Optional.of(disconnects.getOrDefault(source, started));
  }

  /// When the routes of a source will be deleted unless a call names it; empty if they will not.
  synchronized Optional<Instant> deletion(String source) {
    return Optional.ofNullable(absences.get(source)).map(Absence::deleteTime);
  }

  /// True if that absence of a source is not over.
  synchronized boolean isGone(String source, long absence) {
    Absence present = absences.get(source);
    return present != null && present.number() == absence;
  }

  /// The client has ended a call, or was cut off; what it asked before may be yet to be decided.
  void ended(Object call) {
    submit(new RouteOperation.EndCall(call));
  }

  /// A call is over, and all that it asked is decided.
  synchronized void over(Object call) {
    Set<String> sources = named.remove(call);
    if (sources != null) {
      sources.forEach(this::leave);
      sources.forEach(this::settle);
    }
  }

  @GuardedBy("this")
  private void leave(String source) {
    if (calls.computeIfPresent(source, (_, count) -> count == 1 ? null : count - 1) == null) {
      disconnects.put(source, clock.instant());
    }
  }

  /// Sources may have been added, changed or deleted, and that is published. Nothing comes of it
  /// where no writer has begun: what follows from an absence is decided where writes are.
  synchronized void catalogChanged() {
    if (writer == null || isFollowing) {
      return;
    }
    Catalog catalog = published.catalog();
    catalog.sources().forEach(source -> settle(source.name()));
    List<String> deleted = new ArrayList<>(calls.keySet());
    deleted.addAll(absences.keySet());
    deleted.removeIf(source -> catalog.source(source) != null);
    deleted.forEach(this::forget);
  }

  @GuardedBy("this")
  private void forget(String source) {
    comeBack(source);
    disconnects.remove(source);
    if (calls.remove(source) != null) {
      named.values().forEach(sources -> sources.remove(source));
    }
  }

  /// Begins the absence of a source that nobody writes for, unless it is under way as it should be.
  @GuardedBy("this")
  private void settle(String source) {
    Duration deleteAfter = calls.containsKey(source) ? null : deleteAfter(source);
    Absence present = absences.get(source);
    if (present != null && present.deleteAfter().equals(deleteAfter)) {
      return;
    }
    comeBack(source);
    if (deleteAfter != null) {
      begin(source, deleteAfter);
    }
  }

  /// Null if its routes stay.
  private @Nullable Duration deleteAfter(String name) {
    Catalog.Source source = published.catalog().source(name);
    return source != null && source.deleteOnDisconnect() ? source.deleteAfter() : null;
  }

  @GuardedBy("this")
  private void begin(String source, Duration deleteAfter) {
    RouteOperation expire = new RouteOperation.Expire(source, ++lastAbsence, deleteAfter);
    absences.put(
        source,
        new Absence(
            lastAbsence,
            deleteAfter,
            clock.instant().plus(deleteAfter),
            later(deleteAfter, () -> submit(expire))));
  }

  private Future<?> later(Duration delay, Runnable task) {
    return timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Tells the writer, again and again until it has taken it or takes nothing any more.
  private void submit(RouteOperation operation) {
    Runnable again = () -> submit(operation);
    try {
      var _ =
          writer()
              .submit(RouteRequest.of(operation), 1)
              .whenComplete(
                  (_, failure) -> {
                    if (failure != null && !isClosed(failure)) {
                      var _ = later(RETRY_AFTER, again);
                    }
                  });
    } catch (OverloadedException e) {
      var _ = later(RETRY_AFTER, again);
    }
  }

  private synchronized DomainWriter<RouteRequest, List<RouteOutcome>> writer() {
    return Objects.requireNonNull(writer);
  }

  private static boolean isClosed(Throwable failure) {
    return failure instanceof JournalException e
        && (e.reason() == JournalException.Reason.CLOSED
            || e.reason() == JournalException.Reason.SUPERSEDED);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
