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
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Subscriptions to the notes of an area, which may move.
///
/// Positions that the server has not taken into account yet are kept, and sent again after a cut.
/// What a move changed comes in several messages, of which only the last has a progress; it is kept
/// until then, as all of it comes again after a cut.
///
/// Threads: one at a time.
final class NoteWatchCalls
    implements WatchCalls<SubscribeRequest, SubscribeResponse, Note, NoteEvent> {

  /// Positions that are kept. A client that is without a server for longer goes on from the last
  /// ones: an hour of one a second.
  private static final int POSITIONS_MAX = 3_600;

  private final SubscribeStart start;
  private final Deque<GeoPoint> ahead = new ArrayDeque<>();
  private final List<NoteEvent> begun = new ArrayList<>();
  private GeoPoint reached;
  private @Nullable ClientCall<SubscribeRequest, SubscribeResponse> call;
  private long positions;

  private NoteWatchCalls(SubscribeStart start) {
    this.start = start;
    this.reached = start.getMoving().getCentre();
  }

  /// Begins to follow an area.
  static Watch<Note, NoteEvent> open(
      ClientChannel channel, SubscribeStart start, Watch.Listener<Note, NoteEvent> listener) {
    return open(channel, new NoteWatchCalls(start), listener);
  }

  /// Begins to follow an area that moves.
  static MovingWatch openMoving(
      ClientChannel channel, SubscribeStart start, Watch.Listener<Note, NoteEvent> listener) {
    NoteWatchCalls calls = new NoteWatchCalls(start);
    return new MovingWatch(calls, open(channel, calls, listener));
  }

  private static Watch<Note, NoteEvent> open(
      ClientChannel channel, NoteWatchCalls calls, Watch.Listener<Note, NoteEvent> listener) {
    SubscribeStart start = calls.start;
    return Watch.open(channel, start.hasWatch() ? start.getWatch() : null, calls, listener);
  }

  @Override
  public MethodDescriptor<SubscribeRequest, SubscribeResponse> method() {
    return NotesGrpc.getSubscribeMethod();
  }

  @Override
  public void begin(
      Optional<WatchStart> from, ClientCall<SubscribeRequest, SubscribeResponse> made) {
    call = made;
    positions = 0;
    SubscribeStart.Builder now = start.toBuilder().clearWatch();
    if (start.hasMoving()) {
      now.getMovingBuilder().setCentre(reached);
    }
    from.ifPresent(now::setWatch);
    made.sendMessage(SubscribeRequest.newBuilder().setStart(now).build());
    ahead.forEach(point -> send(made, point));
  }

  private static void send(ClientCall<SubscribeRequest, SubscribeResponse> to, GeoPoint point) {
    to.sendMessage(SubscribeRequest.newBuilder().setPosition(point).build());
  }

  @Override
  public void broken() {
    call = null;
    begun.clear();
  }

  /// Where the traveller is now.
  void position(GeoPoint point) {
    if (call == null && ahead.size() >= POSITIONS_MAX) {
      ahead.removeLast();
    }
    ahead.add(point);
    if (call != null) {
      send(call, point);
    }
  }

  @Override
  public Optional<Progress> progress(SubscribeResponse message) {
    return message.hasProgress() ? Optional.of(message.getProgress()) : Optional.empty();
  }

  @Override
  public void read(SubscribeResponse message, Watch.Listener<Note, NoteEvent> listener) {
    long revision = message.getProgress().getRevision();
    switch (message.getContentCase()) {
      case OPENING -> begin(message.getOpening(), listener);
      case SNAPSHOT -> listener.snapshot(message.getSnapshot().getNotesList());
      case END_OF_SNAPSHOT -> listener.complete(revision);
      case CHANGES -> change(message, listener);
      case SLOW_CONSUMER -> listener.slow();
      case CONTENT_NOT_SET -> listener.quiet(revision);
    }
    took(message.getPositions());
  }

  private static void begin(SubscribeOpening opening, Watch.Listener<Note, NoteEvent> listener) {
    switch (opening.getBeginning()) {
      case BEGINNING_TOO_OLD -> listener.begin(Watch.Beginning.TRIMMED);
      case BEGINNING_AHEAD -> listener.begin(Watch.Beginning.OTHER_DATA);
      case BEGINNING_SNAPSHOT, BEGINNING_RESUMED, BEGINNING_UNSPECIFIED, UNRECOGNIZED -> {}
    }
  }

  private void change(SubscribeResponse message, Watch.Listener<Note, NoteEvent> listener) {
    begun.addAll(message.getChanges().getEventsList());
    if (message.hasProgress()) {
      List<NoteEvent> whole = List.copyOf(begun);
      begun.clear();
      listener.changes(whole, message.getProgress().getRevision());
    }
  }

  private void took(long upTo) {
    for (; positions < upTo && !ahead.isEmpty(); positions++) {
      reached = ahead.remove();
    }
  }
}
