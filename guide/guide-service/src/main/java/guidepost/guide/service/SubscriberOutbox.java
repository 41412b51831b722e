package guidepost.guide.service;

import guidepost.calls.CallSender;
import guidepost.calls.QuietSpell;
import guidepost.guide.v1.EndOfSnapshot;
import guidepost.guide.v1.NoteChanges;
import guidepost.guide.v1.NoteSnapshot;
import guidepost.guide.v1.SubscribeOpening;
import guidepost.guide.v1.SubscribeResponse;
import guidepost.guide.v1.SubscriberLagged;
import io.grpc.StatusRuntimeException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
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
/// from where to resume: a client that stalls costs so many references, and a snapshot that it does
/// not read keeps the notes of its revision from being freed until then.
///
/// Threads: any. The lock is held for a few steps, never while something is sent or looked for.
final class SubscriberOutbox implements CallSender.Source<SubscribeResponse> {

  private static final int MERGED_MAX = 64;

  /// A response is full beyond this.
  private static final int MESSAGE_BYTES = 64 * 1024;

  /// Something to tell, and how many positions it takes into account.
  private record Waiting(Delivery delivery, long positions) {}

  private final int liveMax;
  private final AtomicBoolean resting = new AtomicBoolean();
  private final Object lock = new Object();
  // All guarded by the lock.
  private final Queue<Waiting> logged = new ArrayDeque<>();
  private final Queue<Waiting> live = new ArrayDeque<>();
  private @Nullable SubscribeOpening opening;
  private @Nullable SnapshotWalk snapshot;
  private OptionalLong told = OptionalLong.empty();
  private long floor;

  /// Up to here there is nothing else to tell, if that is further than `told`.
  private long progress;

  private long positions;
  private boolean behind;
  private boolean lagged;
  private boolean lagTold;
  private boolean over;
  private @Nullable StatusRuntimeException failure;

  /// @param liveMax deliveries that may wait
  SubscriberOutbox(int liveMax) {
    this.liveMax = liveMax;
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
      floor = revision;
    }
  }

  /// Begins with what happened after a sequence, which [#log] is going to bring.
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
      deliveries.forEach(each -> logged.add(new Waiting(each, 0)));
    }
  }

  /// The log has been read up to this; what is live goes on after it.
  void caughtUp(long through) {
    synchronized (lock) {
      floor = through;
      behind = false;
      if (through - told.orElse(through) >= QuietSpell.REVISIONS_MAX) {
        progress = through;
      }
    }
  }

  /// Everything up to a sequence was delivered.
  ///
  /// @return true if that is news: he is not about to be told something anyway
  boolean progress(long sequence) {
    synchronized (lock) {
      boolean waits = opening != null || snapshot != null || behind || !logged.isEmpty();
      if (over || lagged || waits || !live.isEmpty() || sequence <= told.orElse(sequence)) {
        return false;
      }
      progress = sequence;
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
      return delivery.sequence() > floor && add(new Waiting(delivery, positions));
    }
  }

  /// The traveller went somewhere, and that changed this.
  void moved(Delivery delivery) {
    synchronized (lock) {
      positions++;
      add(new Waiting(delivery, positions));
    }
  }

  private boolean add(Waiting waiting) {
    if (over || lagged) {
      return false;
    }
    if (live.size() >= liveMax) {
      lag();
    } else {
      live.add(waiting);
    }
    return true;
  }

  private void lag() {
    lagged = true;
    live.clear();
    logged.clear();
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
      if (snapshot == null) {
        return changes();
      }
      toWalk = snapshot;
    }
    return snapshotMessage(toWalk);
  }

  private @Nullable SubscribeResponse lagMessage() {
    if (lagTold) {
      return null;
    }
    lagTold = true;
    SubscriberLagged.Builder lag = SubscriberLagged.newBuilder();
    told.ifPresent(lag::setResumeAfterSequence);
    return response().setLagged(lag).build();
  }

  private SubscribeResponse openingMessage(SubscribeOpening how) {
    opening = null;
    return response().setOpening(how).build();
  }

  private SubscribeResponse.Builder response() {
    SubscribeResponse.Builder response = SubscribeResponse.newBuilder();
    told.ifPresent(response::setSequence);
    return response;
  }

  /// Without the lock: only the one who sends walks.
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
          .setEndOfSnapshot(EndOfSnapshot.newBuilder().setNotes(walked.notes()))
          .build();
    }
  }

  /// True, once, if a snapshot is under way that found little and lets others have their turn: it
  /// is to be sent on later.
  boolean isResting() {
    return resting.getAndSet(false);
  }

  private @Nullable SubscribeResponse changes() {
    Queue<Waiting> queue = behind || !logged.isEmpty() ? logged : live;
    Waiting first = queue.poll();
    if (first == null) {
      return behind ? null : progressMessage();
    }
    told = OptionalLong.of(first.delivery().sequence());
    return queue.isEmpty() && first.positions() == 0
        ? first.delivery().message()
        : merged(first, queue);
  }

  private @Nullable SubscribeResponse progressMessage() {
    if (progress <= told.orElse(progress)) {
      return null;
    }
    told = OptionalLong.of(progress);
    return response().setPositions(positions).build();
  }

  private SubscribeResponse merged(Waiting first, Queue<Waiting> queue) {
    NoteChanges.Builder changes = NoteChanges.newBuilder();
    Waiting last = first;
    changes.addAllEvents(first.delivery().events());
    int bytes = first.delivery().message().getSerializedSize();
    for (int i = 1; i < MERGED_MAX && bytes < MESSAGE_BYTES && !queue.isEmpty(); i++) {
      last = queue.remove();
      changes.addAllEvents(last.delivery().events());
      bytes += last.delivery().message().getSerializedSize();
    }
    told = OptionalLong.of(last.delivery().sequence());
    return response().setPositions(last.positions()).setChanges(changes).build();
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
