package guidepost.calls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.journal.Changefeed;
import guidepost.journal.JournalException;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One Watch call; [WatchHandler] says what it promises.
///
/// ```
///   snapshot ──▶ entry, entry … in memory ──▶ nothing: wait for news
///                   ▲      └ behind: tell the lag, read the log ┐
///                   └──────────────────────────────────────────┘
/// ```
///
/// Threads: any wake it; it works on the executor, one at a time.
final class WatchCall<C, M> implements CallSender.Source<M>, Watcher {

  /// Changes in a message: some 50 KiB of routes.
  private static final int CHANGES_PER_MESSAGE_MAX = 512;

  /// Messages that are sent before other calls have their turn: all share the executor's few
  /// threads. A part that is read from the log is a turn by itself.
  private static final int MESSAGES_PER_TURN_MAX = 8;

  private final Changefeed<C> changefeed;
  private final WatchPlan<C, M> plan;
  private final Executor executor;
  private final Runnable later;
  private final CallSender<M> sender;
  private final AtomicBoolean woken = new AtomicBoolean();
  private final LongSupplier looked;
  private final Object concern = new Object();

  /// Of the changes that were looked at, the first and last that concern this watch and may not
  /// have been taken; 0 if there are none.
  @GuardedBy("concern")
  private long firstConcern;

  @GuardedBy("concern")
  private long lastConcern;

  /// From here on changes are looked at for this watch too.
  private volatile long lookedFrom = Long.MAX_VALUE;

  private volatile @Nullable StatusRuntimeException failure;

  private volatile boolean cancelled;
  // The client is to be told how far it is, as soon as that is due.
  private volatile boolean owing;

  // Of the thread that sends.
  private final Streaming.Search<M> snapshot;
  private final Changefeed<C>.Cursor cursor;
  private Iterator<C> changes = Collections.emptyIterator();
  private boolean lastOfRevision;
  private long revision;
  private volatile long resumeAfter; // written by that thread alone
  private final ProgressTimer timer;
  private volatile boolean lagging; // likewise
  private boolean said;
  private int messages;
  private boolean gaveWay;

  /// @param later asked to call [#remind] in [ProgressTimer#QUIET]; once for many calls
  /// @param looked up to which revision changes were looked at
  /// @param nanoTime monotonic
  WatchCall(
      ServerCall<?, M> call,
      Changefeed<C> changefeed,
      WatchPlan<C, M> plan,
      Executor executor,
      Runnable later,
      LongSupplier looked,
      LongSupplier nanoTime) {
    this.looked = looked;
    this.changefeed = changefeed;
    this.plan = plan;
    this.executor = executor;
    this.later = later;
    this.snapshot = plan.snapshot();
    this.cursor = plan.changes();
    this.resumeAfter = cursor.last();
    this.timer = new ProgressTimer(resumeAfter, nanoTime);
    // A client that resumes knows that there is much to come.
    this.lagging = snapshot.isOver() && cursor.peek() == Changefeed.Next.BEHIND;
    this.sender = new CallSender<>(call, this);
  }

  /// Changes after this revision are looked at for this watch too.
  void lookedFrom(long revision) {
    lookedFrom = revision;
  }

  @Override
  public void concerned(long first, long last) {
    synchronized (concern) {
      firstConcern = firstConcern == 0 ? first : firstConcern;
      lastConcern = last;
    }
  }

  /// Passes over what was looked at and does not concern this watch.
  private void passOver() {
    if (cursor.last() < lookedFrom) {
      return;
    }
    // In this order: what concerns the watch is told of before the revision counts as looked at.
    long to = looked.getAsLong();
    synchronized (concern) {
      if (cursor.last() >= lastConcern) {
        firstConcern = 0;
      }
      to = firstConcern == 0 ? to : Math.min(to, firstConcern - 1);
    }
    boolean isBetween = !changes.hasNext() && (revision == 0 || lastOfRevision);
    if (isBetween && cursor.skipTo(to)) {
      resumeAfter = cursor.last();
    }
  }

  /// There may be something to send.
  void wake() {
    if (!woken.getAndSet(true)) {
      executor.execute(
          () -> {
            woken.set(false);
            sender.drain();
          });
    }
  }

  /// Time has passed: it may be due to tell how far the client is.
  void remind() {
    if (owing) {
      wake();
    }
  }

  /// Whether it is so far behind that it is served from the log: by any thread.
  boolean isLagging() {
    return lagging;
  }

  /// Revisions between what its client was told and the newest: by any thread.
  long behind() {
    return Math.max(0, changefeed.newest() - resumeAfter);
  }

  /// Ends the call.
  void fail(StatusRuntimeException why) {
    failure = failure == null ? why : failure;
    wake();
  }

  /// The call has ended.
  void planEnds() {
    plan.end();
  }

  /// The client is gone.
  void cancel() {
    cancelled = true;
  }

  @Override
  public @Nullable M poll() {
    gaveWay = false;
    if (messages == MESSAGES_PER_TURN_MAX) {
      messages = 0;
      return giveWay();
    }
    M next = next();
    messages = next == null ? 0 : messages + 1;
    said |= next != null;
    return next;
  }

  /// Ends this turn: there is another one when other calls have had theirs.
  private @Nullable M giveWay() {
    gaveWay = true;
    wake();
    return null;
  }

  private @Nullable M next() {
    while (failure == null && !cancelled) {
      if (!snapshot.isOver()) {
        return ofSnapshot();
      }
      passOver();
      M found = changes();
      if (found != null) {
        return found;
      }
      switch (cursor.peek()) {
        case ENTRY -> {}
        case NOTHING -> {
          lagging = false;
          return progress();
        }
        case BEHIND -> {
          if (!lagging) {
            lagging = true;
            return plan.lag(cursor.behind(), changefeed.newest(), changefeed.oldest(), resumeAfter);
          }
          read();
          return giveWay();
        }
      }
    }
    return null;
  }

  /// The next of the snapshot; null if it was not found in one turn, and others have theirs.
  private @Nullable M ofSnapshot() {
    M found = snapshot.look();
    return found == null ? giveWay() : found;
  }

  /// Everything published was sent: says how far that is, if that is due or nothing was said yet.
  private @Nullable M progress() {
    if (!said || timer.isDue(resumeAfter, changefeed.oldest())) {
      owing = false;
      timer.told(resumeAfter);
      return plan.progress(resumeAfter);
    }
    owing = timer.isOwed(resumeAfter);
    if (owing) {
      later.run();
    }
    return null;
  }

  private void read() {
    try {
      cursor.read();
    } catch (JournalException e) {
      failure = Failures.notRead(e);
    }
  }

  /// The next message out of what is in memory; null if that is not enough for one.
  private @Nullable M changes() {
    List<C> gathered = new ArrayList<>();
    while (gathered.size() < CHANGES_PER_MESSAGE_MAX && (changes.hasNext() || nextEntry())) {
      while (gathered.size() < CHANGES_PER_MESSAGE_MAX && changes.hasNext()) {
        gathered.add(changes.next());
      }
      if (!changes.hasNext() && lastOfRevision) {
        resumeAfter = revision;
      }
      if (gathered.isEmpty() && isOverdue()) {
        break;
      }
    }
    if (gathered.isEmpty() && !isOverdue()) {
      return null;
    }
    timer.told(resumeAfter);
    return gathered.isEmpty() ? plan.progress(resumeAfter) : plan.changes(gathered, resumeAfter);
  }

  private boolean isOverdue() {
    return timer.isOverdue(resumeAfter, changefeed.oldest());
  }

  private boolean nextEntry() {
    Changefeed.Entry<C> entry = cursor.poll();
    if (entry == null) {
      return false;
    }
    changes = entry.changes().iterator();
    revision = entry.revision();
    lastOfRevision = entry.isLast();
    return true;
  }

  @Override
  public Optional<CallSender.Ending> ending() {
    boolean hasMore = gaveWay && failure == null;
    if (cancelled || hasMore) {
      return Optional.empty();
    }
    StatusRuntimeException why = failure == null ? plan.over().orElse(null) : failure;
    return Optional.ofNullable(why).map(CallSender.Ending::of);
  }
}
