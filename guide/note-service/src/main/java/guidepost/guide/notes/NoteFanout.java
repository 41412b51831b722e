package guidepost.guide.notes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.calls.ProgressTimer;
import guidepost.guide.geo.CellIndex;
import guidepost.guide.geo.Extent;
import guidepost.guide.geo.Point;
import guidepost.guide.notes.NoteDomain.Happened;
import guidepost.guide.v1.NoteEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the subscribers what happened, on a thread of its own, so that the writer waits for none
/// of them.
///
/// Subscribers that come or move and what happened go through one queue: so at each moment this
/// thread knows the notes as of one revision, has told everyone everything up to it, and nothing
/// after it. A snapshot and what follows it meet without a gap or a double, and so do the notes
/// that come into a traveller's reach and what happens to them.
///
/// ```
///   writer ── happened ──▶ ┌───────┐      ┌ cells ─▶ may want it ─▶ area? ─▶ outbox, send
///   calls ── subscribe ──▶ │ queue │ ─▶ one thread
///   calls ── position ───▶ └───────┘      └ notes as of the last that was told
/// ```
///
/// What happened may wait in a bounded queue. If it is full, this thread cannot keep up, and
/// everyone is told to resume from the log.
///
/// Threads: any may call; subscribers are told by the thread of its own.
final class NoteFanout implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NoteFanout.class);

  private sealed interface Task {
    record Publish(NoteView view, List<Happened> what) implements Task {}

    record Lose(NoteView view) implements Task {}

    /// To be done once everything up to a revision was told.
    record Act(long after, Runnable action) implements Task {}
  }

  private final Thread thread;
  private final int waitingMax;
  private final LongSupplier oldest;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  @GuardedBy("lock")
  private Queue<Task> tasks = new ArrayDeque<>();

  @GuardedBy("lock")
  private int waiting;

  @GuardedBy("lock")
  private boolean closing;

  // Of the thread.
  private CellIndex<Subscription> index = new CellIndex<>();
  private final Map<Subscription, CellIndex.Entry<Subscription>> entries = new HashMap<>();
  private final Queue<Task.Act> deferred =
      new PriorityQueue<>(Comparator.comparingLong(Task.Act::after));
  private final Set<Subscription> touched = new LinkedHashSet<>();
  private final ProgressTimer progress;
  private NoteView view;

  private NoteFanout(NoteView view, int waitingMax, LongSupplier oldest, LongSupplier nanoTime) {
    this.view = view;
    this.oldest = oldest;
    this.progress = new ProgressTimer(view.revision(), nanoTime);
    this.waitingMax = waitingMax;
    this.thread = Thread.ofPlatform().name("guidepost-notes-fanout").daemon().unstarted(this::run);
  }

  /// @param view what there is to begin with
  /// @param waitingMax changes that may wait
  /// @param oldest the oldest revision that can be resumed after, now
  /// @param nanoTime monotonic
  static NoteFanout start(
      NoteView view, int waitingMax, LongSupplier oldest, LongSupplier nanoTime) {
    NoteFanout fanout = new NoteFanout(view, waitingMax, oldest, nanoTime);
    fanout.thread.start();
    return fanout;
  }

  /// Something happened; never waits.
  void happened(NoteView after, List<Happened> what) {
    int changes = what.stream().mapToInt(each -> each.changes().size()).sum();
    lock.lock();
    try {
      if (waiting + changes > waitingMax) {
        tasks.removeIf(Task.Publish.class::isInstance);
        waiting = 0;
        add(new Task.Lose(after));
      } else {
        waiting += changes;
        add(new Task.Publish(after, what));
      }
    } finally {
      lock.unlock();
    }
  }

  /// Does something on the thread of the fan-out, after what was asked before.
  void act(Runnable action) {
    actAfter(0, action);
  }

  /// Does something on the thread of the fan-out, once everything up to a revision was told.
  ///
  /// @param revision that is durable: it will be told soon
  void actAfter(long revision, Runnable action) {
    lock.lock();
    try {
      add(new Task.Act(revision, action));
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void add(Task task) {
    if (!closing) {
      tasks.add(task);
      arrived.signal();
    }
  }

  /// Completes when an exhausted heap, or a defect outside of a task, has stopped this thread:
  /// until a restart nobody is told anything. Does not complete because of [#close].
  CompletionStage<Void> stopped() {
    return stopped.minimalCompletionStage();
  }

  private void run() {
    try {
      for (Optional<Queue<Task>> next = nextTasks(); next.isPresent(); next = nextTasks()) {
        next.get().forEach(this::doOrLog);
        tellProgressInTime();
        touched.forEach(Subscription::send);
        touched.clear();
      }
    } catch (RuntimeException | Error e) {
      stopAfterDefect(e);
    }
  }

  /// Frees what it knows first: the heap may be exhausted.
  private void stopAfterDefect(Throwable defect) {
    close();
    entries.clear();
    deferred.clear();
    touched.clear();
    index = new CellIndex<>();
    try {
      LOG.error("notes: subscribers are told no more after a defect; restart the server", defect);
    } finally {
      stopped.complete(null);
    }
  }

  /// Waits for tasks, but not past the time at which someone may have to be told how far everyone
  /// is.
  ///
  /// @return what there is, maybe nothing; empty if it is closed
  private Optional<Queue<Task>> nextTasks() {
    lock.lock();
    try {
      boolean isOwed = progress.isOwed(view.revision());
      long left = ProgressTimer.QUIET.toNanos();
      while (tasks.isEmpty() && !closing && left > 0) {
        left = await(isOwed, left);
      }
      Queue<Task> next = tasks;
      tasks = new ArrayDeque<>();
      waiting = 0;
      return closing ? Optional.empty() : Optional.of(next);
    } finally {
      lock.unlock();
    }
  }

  /// @return of the time to wait, what is left
  @SuppressWarnings("WaitNotInLoop") // its caller's
  private long await(boolean isOwed, long nanos) {
    if (!isOwed) {
      arrived.awaitUninterruptibly();
      return nanos;
    }
    try {
      return arrived.awaitNanos(nanos);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; should somebody, it goes on as if time had passed.
      LOG.debug("notes: interrupted", e);
      return 0;
    }
  }

  private void doOrLog(Task task) {
    try {
      switch (task) {
        case Task.Publish publish -> publish(publish);
        case Task.Lose lose -> lose(lose.view());
        case Task.Act act -> actOrDefer(act);
      }
    } catch (RuntimeException e) {
      LOG.error("notes: subscribers could not be told; they are to resume", e);
      lose(after(task));
    }
  }

  /// The view that everyone is to know once a task is done, or has failed: a resuming subscriber
  /// waits for it.
  private NoteView after(Task task) {
    return switch (task) {
      case Task.Publish publish -> publish.view();
      case Task.Lose lose -> lose.view();
      case Task.Act _ -> view;
    };
  }

  private void actOrDefer(Task.Act act) {
    if (act.after() <= view.revision()) {
      act.action().run();
    } else {
      deferred.add(act);
    }
  }

  /// Everything up to a view was told.
  private void reach(NoteView reached) {
    view = reached;
    while (!deferred.isEmpty() && deferred.element().after() <= view.revision()) {
      deferred.remove().action().run();
    }
  }

  private void publish(Task.Publish publish) {
    publish.what().forEach(this::tell);
    reach(publish.view());
    if (progress.isOverdue(view.revision(), oldest.getAsLong())) {
      tellProgress();
    }
  }

  /// Everyone is told how far everyone is, if that is due.
  private void tellProgressInTime() {
    if (progress.isDue(view.revision(), oldest.getAsLong())) {
      tellProgress();
    }
  }

  private void tellProgress() {
    progress.told(view.revision());
    entries.keySet().forEach(this::tellProgress);
  }

  /// Subscribers for which there was nothing are told how far they are.
  private void tellProgress(Subscription subscriber) {
    if (subscriber.progress(view.revision())) {
      touched.add(subscriber);
    }
  }

  private void tell(Happened happened) {
    if (happened.changes().size() == 1) {
      NoteChange change = happened.changes().getFirst();
      Delivery shared = new Delivery(happened.revision(), List.of(event(happened, change)));
      tell(change.note(), subscriber -> deliver(subscriber, shared));
    } else {
      tellEach(happened);
    }
  }

  private void tell(Note note, Consumer<Subscription> teller) {
    Extent extent = Extent.of(note.line());
    index.forEach(
        extent,
        subscriber -> {
          if (subscriber.wants(note, extent)) {
            teller.accept(subscriber);
          }
        });
  }

  private void deliver(Subscription subscriber, Delivery delivery) {
    if (subscriber.deliver(delivery)) {
      touched.add(subscriber);
    }
  }

  private void tellEach(Happened happened) {
    Map<Subscription, List<NoteEvent>> wanted = new HashMap<>();
    for (NoteChange change : happened.changes()) {
      NoteEvent event = event(happened, change);
      tell(
          change.note(),
          subscriber -> wanted.computeIfAbsent(subscriber, _ -> new ArrayList<>()).add(event));
    }
    wanted.forEach(
        (subscriber, events) -> deliver(subscriber, new Delivery(happened.revision(), events)));
  }

  private static NoteEvent event(Happened happened, NoteChange change) {
    return NoteMessages.event(happened.revision(), change);
  }

  private void lose(NoteView after) {
    entries.keySet().forEach(Subscription::lost);
    touched.addAll(entries.keySet());
    reach(after);
  }

  /// The notes as of the last revision that was told. On the thread of the fan-out.
  NoteView view() {
    return view;
  }

  /// Tells a subscriber from now on. On the thread of the fan-out.
  void join(Subscription subscriber) {
    entries.put(subscriber, index.add(subscriber, subscriber.area().extents()));
    touched.add(subscriber);
  }

  /// Tells a subscriber nothing any more.
  void leave(Subscription subscriber) {
    act(
        () -> {
          CellIndex.Entry<Subscription> entry = entries.remove(subscriber);
          if (entry != null) {
            index.remove(entry);
          }
        });
  }

  /// A moving subscriber is somewhere else. On the thread of the fan-out.
  void move(Subscription subscriber, Point to) {
    CellIndex.Entry<Subscription> entry = entries.get(subscriber);
    if (entry == null) {
      return;
    }
    NoteArea.Circle before = subscriber.reach();
    NoteArea.Circle after = new NoteArea.Circle(to, before.metres());
    subscriber.moved(after, new MoveWalk(view, before, after, subscriber.kinds()));
    entries.put(subscriber, index.move(entry, after.extents()));
    touched.add(subscriber);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      tasks.clear();
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }
}
