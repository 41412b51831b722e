package guidepost.client;

import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.NotesGrpc;
import guidepost.guide.v1.SubscribeOpening;
import guidepost.guide.v1.SubscribeRequest;
import guidepost.guide.v1.SubscribeResponse;
import guidepost.guide.v1.SubscribeStart;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// A subscription to the notes of an area that survives its connection: after a cut, or when this
/// client was too slow, it resumes where it was, and the listener gets every change once. Only if
/// the server's log does not go back that far, the listener is told to forget what it knows, and
/// gets a new snapshot. Once the client is closed it ends, at the latest at its next try.
///
/// Threads: [#run] calls the listener on the thread that calls it; [#position] and [#close] any.
public final class NoteWatch implements AutoCloseable {

  /// Responses asked for and not yet handled.
  private static final int AHEAD = 16;

  /// Positions that the server has not taken into account: after a cut they are sent again. A
  /// client that is without a server for longer goes on from the last ones.
  private static final int POSITIONS_MAX = 3_600;

  /// Takes what is told.
  public interface Listener {

    /// What was known is to be forgotten: a snapshot follows.
    default void begins(SubscribeOpening opening) {}

    /// A note that is live, as part of the snapshot.
    void holds(Note note);

    /// The snapshot is complete.
    ///
    /// @param notes how many it had
    default void complete(long notes) {}

    /// Something happened.
    void happened(NoteEvent event);

    /// The call broke off, or could not be made; another try follows. What this throws ends the
    /// watch and is thrown to its runner.
    ///
    /// @param why what broke it off; OK if this client was too slow
    default void cut(StatusRuntimeException why, Duration retryAfter) {}
  }

  private sealed interface Arrival {
    record Response(SubscribeResponse response) implements Arrival {}

    record End(StatusRuntimeException status) implements Arrival {}
  }

  private final ClientChannel channel;
  private final SubscribeStart start;
  private final Listener listener;
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

  // Guarded by this.
  private final Deque<GeoPoint> ahead = new ArrayDeque<>();
  private GeoPoint reached;
  private @Nullable ClientCallStreamObserver<SubscribeRequest> call;
  private boolean closed;

  // Of the thread that runs.
  private @Nullable Progress told;
  private long positions;

  /// What was told of a move before its end: after a cut all of it is told again.
  private final List<NoteEvent> begun = new ArrayList<>();

  private final Reconnect reconnect = new Reconnect();

  NoteWatch(ClientChannel channel, SubscribeStart start, Listener listener) {
    this.channel = channel;
    this.start = start;
    this.listener = listener;
    this.reached = start.getMoving().getCentre();
    this.told = start.getWatch().hasAfter() ? start.getWatch().getAfter() : null;
  }

  /// Listens until closed.
  ///
  /// @throws StatusRuntimeException if the server refuses the subscription, or the client is closed
  /// @throws InterruptedException if the thread is
  public void run() throws InterruptedException {
    try {
      while (subscribe()) {
        handleAll();
      }
    } finally {
      close();
    }
  }

  private synchronized boolean subscribe() {
    if (closed) {
      return false;
    }
    arrivals.clear();
    positions = 0;
    begun.clear();
    NotesGrpc.newStub(channel).subscribe(new Incoming());
    ClientCallStreamObserver<SubscribeRequest> now = call;
    if (now != null) {
      now.onNext(SubscribeRequest.newBuilder().setStart(startNow()).build());
      ahead.forEach(point -> now.onNext(SubscribeRequest.newBuilder().setPosition(point).build()));
    }
    return true;
  }

  private SubscribeStart startNow() {
    SubscribeStart.Builder now = start.toBuilder();
    if (start.hasMoving()) {
      now.getMovingBuilder().setCentre(reached);
    }
    if (told != null) {
      now.setWatch(WatchStart.newBuilder().setAfter(told));
    } else if (start.getWatch().hasAfter()) {
      now.clearWatch();
    }
    return now.build();
  }

  private final class Incoming
      implements ClientResponseObserver<SubscribeRequest, SubscribeResponse> {
    @Override
    public void beforeStart(ClientCallStreamObserver<SubscribeRequest> started) {
      started.disableAutoRequestWithInitial(AHEAD);
      call = started;
    }

    @Override
    public void onNext(SubscribeResponse response) {
      arrivals.add(new Arrival.Response(response));
    }

    @Override
    public void onError(Throwable failure) {
      arrivals.add(
          new Arrival.End(
              new StatusRuntimeException(
                  Status.fromThrowable(failure), Status.trailersFromThrowable(failure))));
    }

    @Override
    public void onCompleted() {
      arrivals.add(new Arrival.End(Status.OK.asRuntimeException()));
    }
  }

  /// Until this call ends, and the next one may be tried.
  private void handleAll() throws InterruptedException {
    Arrival next = arrivals.take();
    while (next instanceof Arrival.Response response) {
      handle(response.response());
      next = arrivals.take();
    }
    if (next instanceof Arrival.End end) {
      ended(end.status());
    }
  }

  private void handle(SubscribeResponse response) {
    reconnect.answered();
    switch (response.getContentCase()) {
      case OPENING -> open(response.getOpening());
      case SNAPSHOT -> response.getSnapshot().getNotesList().forEach(listener::holds);
      case END_OF_SNAPSHOT -> listener.complete(response.getEndOfSnapshot().getEntries());
      case CHANGES -> change(response);
      case SLOW_CONSUMER, CONTENT_NOT_SET -> {}
    }
    if (response.hasProgress()) {
      told = response.getProgress();
    }
    took(response.getPositions());
  }

  private void open(SubscribeOpening opening) {
    if (opening.getBeginning() != SubscribeOpening.Beginning.BEGINNING_RESUMED) {
      told = null;
      listener.begins(opening);
    }
  }

  private void change(SubscribeResponse response) {
    begun.addAll(response.getChanges().getEventsList());
    if (response.hasProgress()) {
      begun.forEach(listener::happened);
      begun.clear();
    }
  }

  private synchronized void took(long upTo) {
    for (; positions < upTo && !ahead.isEmpty(); positions++) {
      reached = ahead.remove();
    }
    if (call != null) {
      call.request(1);
    }
  }

  private void ended(StatusRuntimeException end) throws InterruptedException {
    Status.Code code = end.getStatus().getCode();
    synchronized (this) {
      call = null;
      if (closed) {
        return;
      }
    }
    Optional<Duration> delay =
        code == Status.Code.OK && !channel.isClosed()
            ? Optional.of(Duration.ZERO)
            : reconnect.after(channel, code);
    listener.cut(end, delay.orElseThrow(() -> end));
    Thread.sleep(delay.get());
  }

  /// Where the traveller is now; only after a start with `moving`.
  public synchronized void position(GeoPoint point) {
    if (call == null && ahead.size() >= POSITIONS_MAX) {
      ahead.removeLast();
    }
    ahead.add(point);
    if (call != null) {
      call.onNext(SubscribeRequest.newBuilder().setPosition(point).build());
    }
  }

  /// How far the watch is; empty before the end of the first snapshot.
  public Optional<Progress> progress() {
    return Optional.ofNullable(told);
  }

  /// Ends it; [#run] returns.
  @Override
  public synchronized void close() {
    closed = true;
    if (call != null) {
      call.cancel("not wanted any more", null);
    } else {
      arrivals.add(new Arrival.End(Status.CANCELLED.asRuntimeException()));
    }
  }
}
