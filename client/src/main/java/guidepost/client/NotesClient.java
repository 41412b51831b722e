package guidepost.client;

import guidepost.guide.v1.CloseNoteRequest;
import guidepost.guide.v1.ConfirmNoteRequest;
import guidepost.guide.v1.ConfirmNoteResponse;
import guidepost.guide.v1.DenyNoteRequest;
import guidepost.guide.v1.DenyNoteResponse;
import guidepost.guide.v1.GetNoteRequest;
import guidepost.guide.v1.ListNoteKindsRequest;
import guidepost.guide.v1.ListNotesRequest;
import guidepost.guide.v1.ListNotesResponse;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.NoteKind;
import guidepost.guide.v1.NotesGrpc;
import guidepost.guide.v1.PostNoteRequest;
import guidepost.guide.v1.PostNoteResponse;
import guidepost.guide.v1.SubscribeStart;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Posts notes, has a say on those of others, and listens to what happens.
public final class NotesClient {

  private final ClientChannel channel;
  private final Duration patience;

  NotesClient(ClientChannel channel, Duration patience) {
    this.channel = channel;
    this.patience = patience;
  }

  private NotesGrpc.NotesBlockingStub stub() {
    return NotesGrpc.newBlockingStub(channel)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Posts a note. With an idempotency key it may be repeated after a failure.
  ///
  /// @throws StatusRuntimeException RESOURCE_EXHAUSTED if the author posts too much
  public PostNoteResponse post(PostNoteRequest request) {
    return stub().postNote(request);
  }

  /// Says that a note still holds.
  ///
  /// @throws StatusRuntimeException NOT_FOUND if it has ended
  public ConfirmNoteResponse confirm(long id, String author) {
    return stub().confirmNote(ConfirmNoteRequest.newBuilder().setId(id).setAuthor(author).build());
  }

  /// Says that a note does not hold.
  ///
  /// @throws StatusRuntimeException NOT_FOUND if it has ended
  public DenyNoteResponse deny(long id, String author) {
    return stub().denyNote(DenyNoteRequest.newBuilder().setId(id).setAuthor(author).build());
  }

  /// Ends a note of one's own.
  ///
  /// @return its last state
  /// @throws StatusRuntimeException NOT_FOUND if it has ended, PERMISSION_DENIED if it is another's
  public Note close(long id, String author) {
    return stub()
        .closeNote(CloseNoteRequest.newBuilder().setId(id).setAuthor(author).build())
        .getNote();
  }

  /// The live note with an id.
  public Optional<Note> get(long id) {
    try {
      return Optional.of(stub().getNote(GetNoteRequest.newBuilder().setId(id).build()).getNote());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// The live notes of an area, page after page.
  ///
  /// @param request area, kinds and size of a page
  /// @param notes gets each one
  /// @return the revision of the last page
  public long list(ListNotesRequest request, Consumer<Note> notes) {
    ListNotesResponse page = stub().listNotes(request);
    page.getNotesList().forEach(notes);
    while (!page.getNextPageToken().isEmpty()) {
      page = stub().listNotes(request.toBuilder().setPageToken(page.getNextPageToken()).build());
      page.getNotesList().forEach(notes);
    }
    return page.getRevision();
  }

  /// The kinds that notes may have there.
  public List<NoteKind> kinds() {
    return stub().listNoteKinds(ListNoteKindsRequest.getDefaultInstance()).getKindsList();
  }

  /// Follows the notes of an area as they change; after a cut it resumes where it was.
  ///
  /// @param start area and kinds; a revision to resume after if the notes until then are known
  /// @param listener called on other threads; the server sends no faster than it returns
  public Watch<Note, NoteEvent> watch(
      SubscribeStart start, Watch.Listener<Note, NoteEvent> listener) {
    return NoteWatchCalls.open(channel, start, listener);
  }

  /// Follows the notes around a traveller, whose positions the caller tells.
  ///
  /// @param start with `moving`
  /// @param listener as of [#watch]
  public MovingWatch watchMoving(SubscribeStart start, Watch.Listener<Note, NoteEvent> listener) {
    return NoteWatchCalls.openMoving(channel, start, listener);
  }
}
