package guidepost.guide.notes;

import guidepost.calls.CallSender;
import guidepost.calls.Caller;
import guidepost.calls.ConnectionAccount;
import guidepost.calls.Denial;
import guidepost.calls.Failures;
import guidepost.calls.RejectedException;
import guidepost.calls.Role;
import guidepost.guide.geo.Point;
import guidepost.guide.messages.SeedMessages;
import guidepost.journal.OverloadedException;
import guidepost.seed.routeguide.RouteNote;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/// One RouteChat call.
///
/// ```
///   client ──▶ onMessage: check ──▶ writer: durable, revision
///                                      │ posted: what hung there is owed, the place is heard
///   client ◀── CallSender ◀── outbox ◀─┘
///                               ▲ hear: what others post there
/// ```
///
/// It goes on reading whether or not the client reads: what is owed costs a reference each. It
/// pauses only while many of its own posts wait for the writer. After a bad note it reads on
/// without looking, so that a client which writes everything first gets to read why it failed.
///
/// Threads: the call's for what arrives; the writer's for [#posted] and [#hear].
final class ChatStream extends ServerCall.Listener<RouteNote> {

  private final ServerCall<RouteNote, RouteNote> call;
  private final ChatContext context;
  private final ChatOutbox outbox;
  private final CallSender<RouteNote> sender;
  private final String author = Caller.current().nameOr("");
  private long received;

  private ChatStream(ServerCall<RouteNote, RouteNote> call, ChatContext context) {
    this.call = call;
    this.context = context;
    this.outbox =
        new ChatOutbox(context.limits(), new ConnectionAccount.Holding(call), context.dropped());
    this.sender = new CallSender<>(call, outbox);
  }

  /// Starts serving a call.
  static ChatStream start(ServerCall<RouteNote, RouteNote> call, ChatContext context) {
    ChatStream chat = new ChatStream(call, context);
    call.request(1);
    context.open().add(chat, chat::fail);
    if (!Caller.current().mayUseNotes(Role.WRITER)) {
      chat.fail(Failures.rejected(Denial.of(Caller.current())));
    }
    return chat;
  }

  @Override
  public void onMessage(RouteNote note) {
    received++;
    if (outbox.isEnding() || post(note)) {
      call.request(1);
    }
  }

  /// @return true if the next note may be read at once
  private boolean post(RouteNote note) {
    try {
      Point point = SeedMessages.place(note, context.limits().noteBytes());
      RouteNote kept = SeedMessages.note(point, note.getMessage());
      return submit(new NoteRequest.ChatPost(this, point.canonical(), kept, author));
    } catch (RejectedException e) {
      fail(Failures.rejected(e.rejection().at("note", received - 1)));
      return true;
    }
  }

  private boolean submit(NoteRequest.ChatPost post) {
    boolean readsOn = outbox.postTaken();
    try {
      var _ = context.writer().submit(post, 1).whenComplete((_, failure) -> answered(failure));
    } catch (OverloadedException e) {
      notPosted(Failures.overloaded(e));
    }
    return readsOn;
  }

  /// Only now the note counts as posted: it is visible, or it failed.
  private void answered(@Nullable Throwable failure) {
    if (failure == null) {
      postDone();
      sender.drain();
    } else {
      notPosted(Failures.notWritten(failure));
    }
  }

  /// In this order: once no post is under way, the client's half-close ends the call.
  private void notPosted(StatusRuntimeException why) {
    outbox.fail(why);
    postDone();
    sender.drain();
  }

  /// This chat's own note is durable.
  ///
  /// @param earlier what hung at its place before
  /// @return true if the chat is to hear the place from now on
  boolean posted(Note own, Wall earlier) {
    return outbox.owe(own, earlier);
  }

  private void postDone() {
    if (outbox.postDone()) {
      call.request(1);
    }
  }

  /// Another chat's note at a place that this one hears.
  ///
  /// @return true if there is something to send now
  boolean hear(Note note) {
    return outbox.hear(note);
  }

  /// Sends what there is, as far as the client takes it.
  void send() {
    sender.drain();
  }

  boolean isOver() {
    return outbox.isOver();
  }

  /// Ends this chat once what is owed is sent.
  private void fail(StatusRuntimeException why) {
    outbox.fail(why);
    sender.drain();
  }

  @Override
  public void onHalfClose() {
    outbox.halfClose();
    sender.drain();
  }

  @Override
  public void onReady() {
    sender.drain();
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

  private void leave() {
    context.open().remove(this);
    context.board().leave(outbox.places(), this);
  }
}
