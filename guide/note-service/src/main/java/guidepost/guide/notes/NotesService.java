package guidepost.guide.notes;

import guidepost.calls.Caller;
import guidepost.calls.Denial;
import guidepost.calls.EncodedMessage;
import guidepost.calls.Failures;
import guidepost.calls.Reason;
import guidepost.calls.RejectedException;
import guidepost.calls.Rejection;
import guidepost.calls.Role;
import guidepost.calls.RpcRoles;
import guidepost.guide.v1.CloseNoteRequest;
import guidepost.guide.v1.CloseNoteResponse;
import guidepost.guide.v1.ConfirmNoteRequest;
import guidepost.guide.v1.ConfirmNoteResponse;
import guidepost.guide.v1.DenyNoteRequest;
import guidepost.guide.v1.DenyNoteResponse;
import guidepost.guide.v1.GetNoteRequest;
import guidepost.guide.v1.GetNoteResponse;
import guidepost.guide.v1.ListNoteKindsRequest;
import guidepost.guide.v1.ListNoteKindsResponse;
import guidepost.guide.v1.ListNotesRequest;
import guidepost.guide.v1.ListNotesResponse;
import guidepost.guide.v1.NoteKind;
import guidepost.guide.v1.NotesGrpc;
import guidepost.guide.v1.PostNoteRequest;
import guidepost.guide.v1.PostNoteResponse;
import guidepost.guide.v1.SubscribeResponse;
import guidepost.guide.v1.WatchNotesRequest;
import guidepost.journal.DomainWriter;
import guidepost.journal.OverloadedException;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// `guidepost.guide.v1.Notes`.
///
/// Threads: those of its calls; nothing here waits. Answers to writes are sent by the writer.
final class NotesService {

  /// Who may call what.
  static final RpcRoles ROLES =
      RpcRoles.none()
          .reader(
              NotesGrpc.getGetNoteMethod(),
              NotesGrpc.getListNotesMethod(),
              NotesGrpc.getListNoteKindsMethod(),
              NotesGrpc.getSubscribeMethod(),
              NotesGrpc.getWatchNotesMethod())
          .writer(
              NotesGrpc.getPostNoteMethod(),
              NotesGrpc.getConfirmNoteMethod(),
              NotesGrpc.getDenyNoteMethod(),
              NotesGrpc.getCloseNoteMethod());

  /// Its responses have the layout of those of Subscribe, and are made as these.
  private static final MethodDescriptor<WatchNotesRequest, SubscribeResponse> WATCH_NOTES =
      NotesGrpc.getWatchNotesMethod().toBuilder(
              ProtoUtils.marshaller(WatchNotesRequest.getDefaultInstance()),
              ProtoUtils.marshaller(SubscribeResponse.getDefaultInstance()))
          .build();

  private final NoteDomain domain;
  private final DomainWriter<NoteRequest, NoteAnswer> writer;
  private final SubscriptionContext context;
  private final NoteLimits limits;
  private final AuthorPace pace;

  NotesService(
      NoteDomain domain,
      DomainWriter<NoteRequest, NoteAnswer> writer,
      SubscriptionContext context,
      LongSupplier nanoTime) {
    this.domain = domain;
    this.writer = writer;
    this.context = context;
    this.limits = context.limits();
    this.pace = new AuthorPace(limits.noteRules(), nanoTime);
  }

  ServerServiceDefinition definition() {
    return ROLES.applyTo(
        EncodedMessage.service(NotesGrpc.getServiceDescriptor(), List.of(WATCH_NOTES))
            .addMethod(NotesGrpc.getPostNoteMethod(), ServerCalls.asyncUnaryCall(this::post))
            .addMethod(NotesGrpc.getConfirmNoteMethod(), ServerCalls.asyncUnaryCall(this::confirm))
            .addMethod(NotesGrpc.getDenyNoteMethod(), ServerCalls.asyncUnaryCall(this::deny))
            .addMethod(NotesGrpc.getCloseNoteMethod(), ServerCalls.asyncUnaryCall(this::close))
            .addMethod(NotesGrpc.getGetNoteMethod(), ServerCalls.asyncUnaryCall(this::get))
            .addMethod(NotesGrpc.getListNotesMethod(), ServerCalls.asyncUnaryCall(this::list))
            .addMethod(
                NotesGrpc.getListNoteKindsMethod(), ServerCalls.asyncUnaryCall(this::listKinds))
            .addMethod(
                NotesGrpc.getSubscribeMethod(),
                (call, headers) -> Subscription.start(call, context))
            .addMethod(WATCH_NOTES, (call, headers) -> Subscription.watch(call, context))
            .build());
  }

  private void post(PostNoteRequest request, StreamObserver<PostNoteResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireNotes(Role.WRITER);
          NoteRequest.Post post = NoteMessages.post(request, limits);
          write(post, post.details().author(), caller, NotesService::posted);
        });
  }

  private static PostNoteResponse posted(NoteAnswer answer) {
    return switch (answer) {
      case NoteAnswer.Posted posted ->
          PostNoteResponse.newBuilder().setNote(NoteMessages.message(posted.note())).build();
      case NoteAnswer.PostedBefore before ->
          PostNoteResponse.newBuilder()
              .setNote(NoteMessages.message(before.note()))
              .setPostedBefore(true)
              .build();
      case NoteAnswer.Ended ended ->
          PostNoteResponse.newBuilder()
              .setNote(guidepost.guide.v1.Note.newBuilder().setId(ended.note()))
              .setPostedBefore(true)
              .build();
      case NoteAnswer.Heard _,
          NoteAnswer.Closed _,
          NoteAnswer.Unknown _,
          NoteAnswer.NotYours _,
          NoteAnswer.Swept _,
          NoteAnswer.Done _ ->
          throw unexpected(answer);
    };
  }

  private void confirm(ConfirmNoteRequest request, StreamObserver<ConfirmNoteResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireNotes(Role.WRITER);
          long id = NoteMessages.id(request.getId());
          String author = NoteMessages.author("author", request.getAuthor(), Caller.current());
          write(new NoteRequest.Confirm(id, author), author, caller, NotesService::confirmed);
        });
  }

  private static ConfirmNoteResponse confirmed(NoteAnswer answer) {
    NoteAnswer.Heard heard = expected(NoteAnswer.Heard.class, answer);
    return ConfirmNoteResponse.newBuilder()
        .setNote(NoteMessages.message(heard.note()))
        .setChanged(heard.changed())
        .build();
  }

  private void deny(DenyNoteRequest request, StreamObserver<DenyNoteResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireNotes(Role.WRITER);
          long id = NoteMessages.id(request.getId());
          String author = NoteMessages.author("author", request.getAuthor(), Caller.current());
          write(new NoteRequest.Deny(id, author), author, caller, NotesService::denied);
        });
  }

  private static DenyNoteResponse denied(NoteAnswer answer) {
    if (answer instanceof NoteAnswer.Closed closed) {
      return DenyNoteResponse.newBuilder()
          .setNote(NoteMessages.message(closed.note()))
          .setChanged(true)
          .setClosed(true)
          .build();
    }
    NoteAnswer.Heard heard = expected(NoteAnswer.Heard.class, answer);
    return DenyNoteResponse.newBuilder()
        .setNote(NoteMessages.message(heard.note()))
        .setChanged(heard.changed())
        .build();
  }

  private void close(CloseNoteRequest request, StreamObserver<CloseNoteResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireNotes(Role.WRITER);
          long id = NoteMessages.id(request.getId());
          String author = NoteMessages.author("author", request.getAuthor(), Caller.current());
          write(
              new NoteRequest.Close(id, author, isModerator()),
              author,
              caller,
              NotesService::closed);
        });
  }

  /// A caller that may close what others wrote. Nobody is one: whoever is not asked for a name
  /// might say that of any author.
  private static boolean isModerator() {
    Caller caller = Caller.current();
    return caller.isKnown() && caller.mayUseNotes(Role.MODERATOR);
  }

  private static CloseNoteResponse closed(NoteAnswer answer) {
    Note last = expected(NoteAnswer.Closed.class, answer).note();
    return CloseNoteResponse.newBuilder().setNote(NoteMessages.message(last)).build();
  }

  private static <T extends NoteAnswer> T expected(Class<T> type, NoteAnswer answer) {
    return switch (answer) {
      case NoteAnswer.Unknown unknown -> throw noNote(unknown.note());
      case NoteAnswer.NotYours other ->
          throw Rejection.of(
                  Reason.NOT_AUTHOR,
                  "id",
                  other.note().id(),
                  "must be closed by its author; others may deny it")
              .asException();
      default -> {
        if (!type.isInstance(answer)) {
          throw unexpected(answer);
        }
        yield type.cast(answer);
      }
    };
  }

  private static RejectedException noNote(long id) {
    return Rejection.notFound(Reason.NOTE_NOT_FOUND, "id", id, "live note").asException();
  }

  private static RuntimeException unexpected(NoteAnswer answer) {
    return new IllegalStateException("no answer to this request: " + answer);
  }

  /// Hands a request to the writer, unless its author is too fast.
  private <A> void write(
      NoteRequest request, String author, StreamObserver<A> caller, Function<NoteAnswer, A> words)
      throws OverloadedException {
    Duration wait = pace.take(author);
    if (!wait.isZero()) {
      throw Rejection.of(Reason.CALLER_TOO_FAST, "author", author, "may do no more with notes now")
          .retryAfter(wait)
          .asException();
    }
    var _ =
        writer
            .submit(request, 1)
            .thenApply(words)
            .whenComplete((answer, failure) -> answer(caller, answer, failure));
  }

  private static <A> void answer(
      StreamObserver<A> caller, @Nullable A answer, @Nullable Throwable failure) {
    if (answer != null) {
      caller.onNext(answer);
      caller.onCompleted();
    } else {
      caller.onError(Failures.notWritten(failure));
    }
  }

  private void get(GetNoteRequest request, StreamObserver<GetNoteResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireNotes(Role.READER);
          long id = NoteMessages.id(request.getId());
          Note note = domain.get(id).orElseThrow(() -> noNote(id));
          caller.onNext(GetNoteResponse.newBuilder().setNote(NoteMessages.message(note)).build());
          caller.onCompleted();
        });
  }

  private void list(ListNotesRequest request, StreamObserver<ListNotesResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireNotes(Role.READER);
          caller.onNext(
              NotePage.of(request, domain.view(), limits.noteRules(), context.log().timeline()));
          caller.onCompleted();
        });
  }

  private void listKinds(
      ListNoteKindsRequest request, StreamObserver<ListNoteKindsResponse> caller) {
    ListNoteKindsResponse.Builder kinds = ListNoteKindsResponse.newBuilder();
    limits
        .noteRules()
        .ttls()
        .forEach(
            (name, ttl) ->
                kinds.addKinds(
                    NoteKind.newBuilder().setName(name).setTtlSeconds((int) ttl.toSeconds())));
    caller.onNext(kinds.build());
    caller.onCompleted();
  }
}
