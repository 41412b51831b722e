package guidepost.guide.notes;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.calls.CallSender;
import guidepost.calls.Caller;
import guidepost.calls.ConnectionAccount;
import guidepost.calls.Denial;
import guidepost.calls.Failures;
import guidepost.calls.Reason;
import guidepost.calls.RejectedException;
import guidepost.calls.Rejection;
import guidepost.calls.Role;
import guidepost.common.v1.WatchStart;
import guidepost.guide.geo.Extent;
import guidepost.guide.geo.Point;
import guidepost.guide.messages.GuideMessages;
import guidepost.guide.v1.SubscribeOpening;
import guidepost.guide.v1.SubscribeRequest;
import guidepost.guide.v1.SubscribeResponse;
import guidepost.guide.v1.SubscribeStart;
import guidepost.guide.v1.WatchNotesRequest;
import guidepost.journal.JournalException;
import guidepost.journal.TrimmedException;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/// One Subscribe call.
///
/// ```
///   start ─┬─ snapshot ───────────────▶ fan-out: join, snapshot as of the last that was told
///          └─ resume ─▶ log, page by page, until it is nearly at its end
///                                 └──▶ fan-out, once it has told as much: join
///                                         └─▶ log: the rest, up to the join ─▶ live
///   position ─────────────────────────▶ fan-out: what came into reach and what left it
/// ```
///
/// One request is read at a time: the next when what the one before changed was sent. So a client
/// that does not read is not read from either, and its moves cost no more than one of them. The
/// first position is read once what is told is live: until then the area is the start's, which is
/// the one that the log is asked about.
///
/// Threads: the call's for what arrives; the fan-out's from `join` on; the history's for the log
/// and for what a snapshot has no time for on the others.
final class Subscription extends ServerCall.Listener<SubscribeRequest> {

  /// So near the end of the log, one joins: what happens meanwhile must fit the outbox.
  private static final long NEAR = 64;

  private final ServerCall<?, SubscribeResponse> call;
  private final Caller caller = Caller.current();
  private final SubscriptionContext context;
  private final boolean hasPlace;
  private final SubscriberOutbox outbox;
  private final CallSender<SubscribeResponse> sender;
  private final AtomicBoolean reading = new AtomicBoolean();
  private final AtomicBoolean gone = new AtomicBoolean();
  // Of the call's thread.
  private boolean started;
  private boolean moves;
  private long received;
  // Written before the fan-out and the history know of it; then of the fan-out's thread.
  private volatile NoteArea area = new NoteArea.Anywhere();
  private volatile Set<String> kinds = Set.of();
  // Of the history's thread, or of the fan-out's between two reads.
  private volatile long loggedThrough;
  private volatile long joinedAt = -1;

  private Subscription(ServerCall<?, SubscribeResponse> call, SubscriptionContext context) {
    this.call = call;
    this.context = context;
    this.hasPlace = context.places().take(caller.share());
    this.outbox =
        new SubscriberOutbox(
            context.limits().liveQueue(),
            context.log().timeline(),
            new ConnectionAccount.Holding(call));
    this.sender = new CallSender<>(call, outbox);
  }

  /// Starts serving a call.
  static Subscription start(
      ServerCall<SubscribeRequest, SubscribeResponse> call, SubscriptionContext context) {
    return begun(call, context);
  }

  /// Starts serving a call of one request, which has the layout of a start.
  static ServerCall.Listener<WatchNotesRequest> watch(
      ServerCall<WatchNotesRequest, SubscribeResponse> call, SubscriptionContext context) {
    return new Watching(begun(call, context));
  }

  private static Subscription begun(
      ServerCall<?, SubscribeResponse> call, SubscriptionContext context) {
    Subscription subscription = new Subscription(call, context);
    call.request(1);
    context.open().add(subscription, subscription::fail);
    if (!subscription.caller.mayUseNotes(Role.READER)) {
      subscription.fail(Failures.rejected(Denial.of(subscription.caller)));
    } else if (!subscription.hasPlace) {
      subscription.fail(
          Failures.rejected(
              Reason.TOO_MANY_SUBSCRIBERS,
              "subscribers: " + context.places().why(subscription.caller.share(), "identity")));
    }
    return subscription;
  }

  @Override
  public void onMessage(SubscribeRequest request) {
    received++;
    try {
      switch (request.getMessageCase()) {
        case START -> onStart(request.getStart());
        case POSITION -> onPosition(GuideMessages.point(request.getPosition(), "position"));
        case MESSAGE_NOT_SET ->
            throw Rejection.missing("message", "a start or a position").asException();
      }
    } catch (RejectedException e) {
      fail(Failures.rejected(e.rejection().at("request", received - 1)));
    }
  }

  private void onStart(SubscribeStart start) {
    if (started) {
      throw Rejection.of(
              Reason.MESSAGE_OUT_OF_ORDER,
              "start: must be sent first, and only first; it came again")
          .asException();
    }
    if (start.getAreaCase() == SubscribeStart.AreaCase.AREA_NOT_SET) {
      throw Rejection.missing("start.area", "at, box, circle, moving or corridor").asException();
    }
    begin(start, "start.");
  }

  /// @param path of the start's fields, with a dot
  private void begin(SubscribeStart start, String path) {
    started = true;
    area = NoteAreas.of(start, path);
    kinds =
        NoteMessages.kinds(
            start.getFilter().getKindsList(), path + "filter.kinds", context.limits().noteRules());
    moves = start.hasMoving();
    WatchStart watch = start.getWatch();
    if (watch.hasAfter()) {
      resume(watch.getAfter().getRevision(), watch.getAfter().getTimeline());
    } else if (watch.getChangesOnly()) {
      resume(context.log().revision(), context.log().timeline());
    } else {
      begin(SubscribeOpening.Beginning.BEGINNING_SNAPSHOT);
    }
  }

  private void onPosition(Point point) {
    if (!moves) {
      throw Rejection.of(
              Reason.MESSAGE_OUT_OF_ORDER,
              "position",
              point,
              "must only be sent after a start with moving")
          .asException();
    }
    context.fanout().act(() -> context.fanout().move(this, point));
  }

  /// With a snapshot.
  private void begin(SubscribeOpening.Beginning how) {
    SubscribeOpening opening = opening(how);
    context
        .fanout()
        .act(
            () -> {
              NoteView view = context.fanout().view();
              var walk = view.map().walk(area, kinds, NoteMap.Mark.BEGIN);
              outbox.openWithSnapshot(opening, view.revision(), walk);
              join();
              call.request(1);
            });
  }

  private SubscribeOpening opening(SubscribeOpening.Beginning how) {
    return SubscribeOpening.newBuilder()
        .setBeginning(how)
        .setOldestRevision(Math.max(0, context.log().oldest()))
        .build();
  }

  private void join() {
    if (!gone.get()) {
      context.fanout().join(this);
    }
  }

  /// @param after unsigned: a negative one is greater than any revision
  /// @param timeline that it is of; 0 if that is not known
  private void resume(long after, long timeline) {
    boolean isOther = timeline != 0 && timeline != context.log().timeline();
    if (isOther || after < 0 || after > context.log().revision()) {
      begin(SubscribeOpening.Beginning.BEGINNING_AHEAD);
    } else if (after < context.log().oldest()) {
      begin(SubscribeOpening.Beginning.BEGINNING_TOO_OLD);
    } else {
      loggedThrough = after;
      outbox.openResumed(opening(SubscribeOpening.Beginning.BEGINNING_RESUMED), after);
      send();
    }
  }

  /// Sends what there is, and has more read if the log goes on.
  void send() {
    sender.drain();
    if (outbox.isResting()) {
      later(this::send);
    }
    if (outbox.isPositionTold()) {
      call.request(1);
    }
    if (outbox.wantsMoreOfTheLog() && reading.compareAndSet(false, true)) {
      later(this::readLog);
    }
  }

  private void later(Runnable what) {
    try {
      context.history().execute(what);
    } catch (RejectedExecutionException e) {
      fail(Failures.shuttingDown());
    }
  }

  private void readLog() {
    try {
      long last = joinedAt >= 0 ? joinedAt : Long.MAX_VALUE;
      NoteLog.Page page = context.log().read(loggedThrough, last);
      loggedThrough = page.through();
      outbox.log(wanted(page));
      if (joinedAt < 0 && context.log().revision() - loggedThrough <= NEAR) {
        context
            .fanout()
            .actAfter(loggedThrough, this::joinResumed); // which reads on, or ends the reading
      } else {
        if (joinedAt >= 0 && loggedThrough >= joinedAt) {
          goLive();
        }
        reading.set(false);
      }
      send();
    } catch (TrimmedException e) {
      outbox.lost();
      send();
    } catch (JournalException e) {
      fail(Failures.notRead(e));
    }
  }

  /// What was told to others before this moment is in the log, which was read no further; what is
  /// told from now on comes here.
  private void joinResumed() {
    joinedAt = context.fanout().view().revision();
    join();
    if (loggedThrough >= joinedAt) {
      goLive();
      reading.set(false);
    } else {
      later(this::readLog);
    }
  }

  /// All of the log is told up to the join.
  private void goLive() {
    outbox.caughtUp(loggedThrough);
    call.request(1);
  }

  private List<Delivery> wanted(NoteLog.Page page) {
    return page.happened().stream()
        .map(this::wanted)
        .filter(each -> !each.events().isEmpty())
        .toList();
  }

  private Delivery wanted(NoteDomain.Happened happened) {
    return new Delivery(
        happened.revision(),
        happened.changes().stream()
            .filter(change -> wants(change.note(), Extent.of(change.note().line())))
            .map(change -> NoteMessages.event(happened.revision(), change))
            .toList());
  }

  NoteArea area() {
    return area;
  }

  /// Where a moving subscriber is, and its radius.
  NoteArea.Circle reach() {
    return (NoteArea.Circle) area;
  }

  /// The kinds that are wanted; none: all.
  Set<String> kinds() {
    return kinds;
  }

  boolean wants(Note note, Extent extent) {
    return (kinds.isEmpty() || kinds.contains(note.kind())) && area.has(note, extent);
  }

  /// Something happened that this subscriber wants to know.
  ///
  /// @return true if there is something to send now
  boolean deliver(Delivery delivery) {
    return outbox.deliver(delivery);
  }

  /// Nothing else is to be told up to a revision.
  ///
  /// @return true if there is something to send now
  boolean progress(long revision) {
    return outbox.progress(revision);
  }

  void moved(NoteArea.Circle to, MoveWalk move) {
    area = to;
    outbox.moved(move);
  }

  /// Not everything that happened can be told.
  void lost() {
    outbox.lost();
  }

  private void fail(StatusRuntimeException why) {
    outbox.fail(why);
    sender.drain();
  }

  /// A subscriber that has started goes on listening.
  @Override
  public void onHalfClose() {
    if (!started) {
      fail(
          Failures.rejected(
              Rejection.missing("start", "what to tell; the stream ended before it")));
    }
  }

  @Override
  public void onReady() {
    send();
  }

  @Override
  public void onCancel() {
    outbox.cancel();
    leave();
  }

  @Override
  public void onComplete() {
    leave();
  }

  /// A call that sends its start and no position.
  private static final class Watching extends ServerCall.Listener<WatchNotesRequest> {
    private final Subscription subscription;

    Watching(Subscription subscription) {
      this.subscription = subscription;
    }

    @Override
    public void onMessage(WatchNotesRequest request) {
      try {
        subscription.begin(SubscribeStart.parseFrom(request.toByteString()), "");
      } catch (RejectedException e) {
        subscription.fail(Failures.rejected(e.rejection()));
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("a WatchNotesRequest is no SubscribeStart", e);
      }
    }

    @Override
    public void onHalfClose() {
      subscription.onHalfClose();
    }

    @Override
    public void onReady() {
      subscription.onReady();
    }

    @Override
    public void onCancel() {
      subscription.onCancel();
    }

    @Override
    public void onComplete() {
      subscription.onComplete();
    }
  }

  private void leave() {
    if (gone.compareAndSet(false, true)) {
      context.open().remove(this);
      context.fanout().leave(this);
      if (hasPlace) {
        context.places().leave(caller.share());
      }
    }
  }
}
