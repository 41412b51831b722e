package guidepost.guide.notes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.calls.CallSender;
import guidepost.calls.ConnectionAccount;
import guidepost.common.v1.EndOfSnapshot;
import guidepost.common.v1.Progress;
import guidepost.guide.v1.NoteChanges;
import guidepost.guide.v1.NoteSnapshot;
import guidepost.guide.v1.SlowConsumer;
import guidepost.guide.v1.SubscribeOpening;
import guidepost.guide.v1.SubscribeResponse;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// What one subscriber still has to be told, in this order:
///
/// ```
///   opening ─▶ snapshot, a page when it is asked for ─▶ end of snapshot ─┐
///      └─────▶ what the log says happened since, a page at a time ──────┴─▶ live, as it happens
/// ```
///
/// Only the live part grows by itself. When it is full, all of it goes, and the subscriber is told
/// from where to resume: a client that stalls costs so many references and bytes, and a snapshot or
/// a move that it does not read keeps the notes of its revision from being freed until then.
///
/// Threads: any. The lock is held for a few steps, never while something is sent or looked for.
final class SubscriberOutbox implements CallSender.Source<SubscribeResponse> {

  /// Bytes of deliveries that may wait: most of them are shared with other subscribers, but not
  /// with all.
  static final long LIVE_BYTES_MAX = 4L << 20;

  private final int liveMax;
  private final long timeline;
  private final AtomicBoolean resting = new AtomicBoolean();
  private final AtomicBoolean arrived = new AtomicBoolean();
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final WaitingLine logged = new WaitingLine();

  @GuardedBy("lock")
  private final WaitingLine live = new WaitingLine();

  @GuardedBy("lock")
  private final ConnectionAccount.Holding holding;

  @GuardedBy("lock")
  private @Nullable SubscribeOpening opening;

  @GuardedBy("lock")
  private @Nullable SnapshotWalk snapshot;

  @GuardedBy("lock")
  private OptionalLong told = OptionalLong.empty();

  /// Up to here there is nothing else to tell, if that is further than `told`.
  @GuardedBy("lock")
  private long progress;

  @GuardedBy("lock")
  private long positions;

  @GuardedBy("lock")
  private boolean behind;

  @GuardedBy("lock")
  private boolean lagged;

  @GuardedBy("lock")
  private boolean lagTold;

  @GuardedBy("lock")
  private boolean over;

  @GuardedBy("lock")
  private @Nullable StatusRuntimeException failure;

  /// @param liveMax deliveries that may wait
  /// @param timeline of the notes
  /// @param holding what waits here, on the account of the subscriber's connection
  SubscriberOutbox(int liveMax, long timeline, ConnectionAccount.Holding holding) {
    this.liveMax = liveMax;
    this.timeline = timeline;
    this.holding = holding;
  }

  @GuardedBy("lock")
  private void count() {
    holding.set(logged.bytes() + live.bytes());
  }

  boolean isOver() {
    synchronized (lock) {
      return over || lagged || failure != null;
    }
  }

  /// Begins with the notes of a view.
  void openWithSnapshot(SubscribeOpening how, long revision, NoteMap.Walk walk) {
    synchronized (lock) {
      opening = how;
      snapshot = new SnapshotWalk(revision, walk);
    }
  }

  /// Begins with what happened after a revision, which [#log] is going to bring.
  void openResumed(SubscribeOpening how, long after) {
    synchronized (lock) {
      opening = how;
      told = OptionalLong.of(after);
      behind = true;
    }
  }

  /// Brings what happened, out of the log.
  void log(List<Delivery> deliveries) {
    synchronized (lock) {
      deliveries.forEach(logged::add);
      count();
    }
  }

  /// The log has been read up to this; what is live goes on after it.
  void caughtUp(long through) {
    synchronized (lock) {
      behind = false;
      progress = Math.max(progress, through);
    }
  }

  /// Everything up to a revision was delivered: said once all that waits has been sent, unless the
  /// last of it says so.
  ///
  /// @return true if there may be something to send
  boolean progress(long revision) {
    synchronized (lock) {
      if (over || lagged) {
        return false;
      }
      progress = Math.max(progress, revision);
      return true;
    }
  }

  /// True if everything that the log has brought was sent, and there is more.
  boolean wantsMoreOfTheLog() {
    synchronized (lock) {
      return behind && opening == null && logged.isEmpty() && !over && !lagged;
    }
  }

  /// Something happened.
  ///
  /// @return true if there is something to send
  boolean deliver(Delivery delivery) {
    synchronized (lock) {
      return add(delivery);
    }
  }

  /// The traveller went somewhere; the one before was told ([#isPositionTold]).
  void moved(MoveWalk move) {
    synchronized (lock) {
      add(move);
    }
  }

  @GuardedBy("lock")
  private boolean add(Waiting waiting) {
    if (over || lagged) {
      return false;
    }
    if (live.size() >= liveMax || live.bytes() >= LIVE_BYTES_MAX) {
      lag();
    } else {
      live.add(waiting);
      count();
    }
    return true;
  }

  @GuardedBy("lock")
  private void lag() {
    lagged = true;
    live.clear();
    logged.clear();
    count();
    opening = null;
    snapshot = null;
  }

  /// Some of what happened cannot be told any more.
  void lost() {
    synchronized (lock) {
      if (!over) {
        lag();
      }
    }
  }

  /// The call is to end this way; the first failure counts.
  void fail(StatusRuntimeException why) {
    synchronized (lock) {
      failure = failure == null ? why : failure;
    }
  }

  /// The client has gone.
  void cancel() {
    synchronized (lock) {
      over = true;
      lag();
    }
  }

  @Override
  public @Nullable SubscribeResponse poll() {
    SnapshotWalk toWalk;
    Optional<MoveWalk> move;
    synchronized (lock) {
      if (over || failure != null) {
        return null;
      }
      if (lagged) {
        return lagMessage();
      }
      if (opening != null) {
        return openingMessage(opening);
      }
      toWalk = snapshot;
      move = nextLine().move();
      if (toWalk == null && move.isEmpty()) {
        return changes();
      }
    }
    return toWalk != null ? snapshotMessage(toWalk) : moveMessage(move.orElseThrow());
  }

  @GuardedBy("lock")
  private @Nullable SubscribeResponse lagMessage() {
    if (lagTold) {
      return null;
    }
    lagTold = true;
    SlowConsumer.Builder lag = SlowConsumer.newBuilder();
    told.ifPresent(revision -> lag.setResumeAfter(progressOf(revision)));
    return response().setSlowConsumer(lag).build();
  }

  @GuardedBy("lock")
  private SubscribeResponse openingMessage(SubscribeOpening how) {
    opening = null;
    return response().setOpening(how).build();
  }

  private Progress progressOf(long revision) {
    return Progress.newBuilder().setRevision(revision).setTimeline(timeline).build();
  }

  @GuardedBy("lock")
  private SubscribeResponse.Builder response() {
    SubscribeResponse.Builder response = SubscribeResponse.newBuilder().setPositions(positions);
    told.ifPresent(revision -> response.setProgress(progressOf(revision)));
    return response;
  }

  /// Without the lock: only the thread that sends walks.
  private @Nullable SubscribeResponse snapshotMessage(SnapshotWalk walking) {
    if (!walking.gather()) {
      resting.set(true);
      return null;
    }
    Optional<NoteSnapshot> page = walking.takePage();
    return page.isPresent()
        ? SubscribeResponse.newBuilder().setSnapshot(page.get()).build()
        : endOfSnapshot(walking);
  }

  private SubscribeResponse endOfSnapshot(SnapshotWalk walked) {
    synchronized (lock) {
      told = OptionalLong.of(walked.revision());
      snapshot = null;
      return response()
          .setEndOfSnapshot(EndOfSnapshot.newBuilder().setEntries(walked.notes()))
          .build();
    }
  }

  /// Without the lock, as a snapshot. Only with its end it counts, for a resume too.
  private @Nullable SubscribeResponse moveMessage(MoveWalk walking) {
    if (!walking.gather()) {
      resting.set(true);
      return null;
    }
    NoteChanges page = walking.takePage();
    return walking.isOver() ? endOfMove(walking, page) : partOfMove(page);
  }

  private SubscribeResponse partOfMove(NoteChanges page) {
    synchronized (lock) {
      return SubscribeResponse.newBuilder().setPositions(positions).setChanges(page).build();
    }
  }

  private SubscribeResponse endOfMove(MoveWalk walked, NoteChanges rest) {
    synchronized (lock) {
      told = OptionalLong.of(walked.revision());
      positions++;
      live.remove(walked);
      count();
      arrived.set(true);
      return response().setChanges(rest).build();
    }
  }

  /// True, once, if a walk is under way that found little and lets others have their turn: it is to
  /// be sent on later.
  boolean isResting() {
    return resting.getAndSet(false);
  }

  /// True, once, if a position was told: the next may come.
  boolean isPositionTold() {
    return arrived.getAndSet(false);
  }

  @GuardedBy("lock")
  private WaitingLine nextLine() {
    return behind || !logged.isEmpty() ? logged : live;
  }

  @GuardedBy("lock")
  private @Nullable SubscribeResponse changes() {
    Optional<Delivery> next = nextLine().takeDelivery();
    count();
    if (next.isEmpty()) {
      return behind ? null : progressMessage();
    }
    told = OptionalLong.of(next.get().revision());
    SubscribeResponse shared = next.get().message(timeline);
    return positions == 0 ? shared : shared.toBuilder().setPositions(positions).build();
  }

  @GuardedBy("lock")
  private @Nullable SubscribeResponse progressMessage() {
    if (progress <= told.orElse(progress)) {
      return null;
    }
    told = OptionalLong.of(progress);
    return response().build();
  }

  @Override
  public Optional<CallSender.Ending> ending() {
    synchronized (lock) {
      if (over || !(lagTold || failure != null)) {
        return Optional.empty();
      }
      over = true;
      return Optional.of(CallSender.Ending.of(failure));
    }
  }
}
