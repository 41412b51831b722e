package guidepost.guide.notes;

import guidepost.calls.Failures;
import guidepost.calls.Figure;
import guidepost.calls.OpenCalls;
import guidepost.calls.ServedDomain;
import guidepost.calls.ServedFront;
import guidepost.calls.SharedPlaces;
import guidepost.calls.StoredDomain;
import guidepost.guide.v1.GetStatsResponse;
import guidepost.journal.DomainWriter;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import guidepost.seed.routeguide.RouteNote;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The notes: their journal, what hangs where, the chats and subscribers that hear of it, and
/// `guidepost.guide.v1.Notes`.
///
/// ```
///   chats, Notes ─▶ writer ─▶ journal ─▶ walls ─▶ replays, live notes
///                                          └─▶ fan-out ─▶ subscribers
/// ```
///
/// Threads: any.
public final class ServedNotes implements ServedDomain {

  /// The domain as it is stored.
  public static final StoredDomain STORED = new StoredNotes();

  private final Journal journal;
  private final NoteDomain domain;
  private final DomainWriter<NoteRequest, NoteAnswer> writer;
  private final NoteSweeper sweeper;
  private final NoteFanout fanout;
  private final OpenCalls chats = new OpenCalls();
  private final LongAdder dropped = new LongAdder();
  private final OpenCalls subscriptions = new OpenCalls();
  private final ChatContext chatContext;
  private final ExecutorService history =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("guidepost-notes-history").daemon().factory());
  private final ServerServiceDefinition service;

  private ServedNotes(
      Journal journal,
      NoteDomain domain,
      NoteBoard board,
      NoteLimits limits,
      LongSupplier nanoTime) {
    this.journal = journal;
    this.domain = domain;
    int queued = limits.queuedChanges();
    NoteLog log = new NoteLog(journal, limits.noteTtl());
    fanout = NoteFanout.start(domain.view(), queued, log::oldest, nanoTime);
    var _ = fanout.stopped().thenRun(() -> subscriptions.close(ServedNotes::nobodyIsTold));
    domain.listen(fanout::happened);
    writer = DomainWriter.start(StoredNotes.NAME, journal, domain, queued);
    sweeper = NoteSweeper.start(writer, domain::isSweepDue);
    chatContext = new ChatContext(writer, board, chats, dropped, limits);
    SharedPlaces places = new SharedPlaces(limits.subscribers());
    var listeners = new SubscriptionContext(fanout, log, subscriptions, places, history, limits);
    service = new NotesService(domain, writer, listeners, nanoTime).definition();
  }

  /// Reads the journal and starts the writer and the thread that tells subscribers.
  ///
  /// @throws JournalException if the journal cannot be read
  /// @param clock says when notes were posted and expire
  /// @param nanoTime monotonic, times silences and paces
  public static ServedNotes open(
      Journal journal, NoteLimits limits, InstantSource clock, LongSupplier nanoTime)
      throws JournalException {
    NoteLedger ledger = new NoteLedger();
    long revision = NoteStorage.load(journal, ledger, limits.noteTtl());
    NoteBoard board = new NoteBoard();
    NoteDomain domain = new NoteDomain(ledger, revision, board, limits, clock);
    return new ServedNotes(journal, domain, board, limits, nanoTime);
  }

  private static StatusRuntimeException nobodyIsTold() {
    return Failures.stopped("what tells the subscribers of notes");
  }

  /// Serves a RouteChat call.
  public ServerCall.Listener<RouteNote> chat(ServerCall<RouteNote, RouteNote> call) {
    return ChatStream.start(call, chatContext);
  }

  /// Completes when a defect has stopped the writer: chats can post no more until a restart.
  public CompletionStage<Void> writerStopped() {
    return writer.stopped();
  }

  /// Fills in what the notes know.
  public void addStats(GetStatsResponse.Builder stats) {
    NoteDomain.Stats now = domain.stats();
    stats.setNotesRevision(now.revision()).setNotes(now.notes()).setChats(chats.size());
  }

  /// What the writer decides by, as far as others may look.
  NoteDomain domain() {
    return domain;
  }

  /// What tells the subscribers.
  NoteFanout fanout() {
    return fanout;
  }

  /// Subscribers that are listening now.
  public int subscribers() {
    return subscriptions.size();
  }

  /// Takes expired notes down now; completes with how many.
  public CompletableFuture<Integer> sweep() {
    return sweeper.sweep().thenApply(NoteAnswer.Swept::notes);
  }

  @Override
  public StoredDomain stored() {
    return STORED;
  }

  @Override
  public Journal journal() {
    return journal;
  }

  @Override
  public DomainWriter<?, ?> domainWriter() {
    return writer;
  }

  @Override
  public List<Figure> figures() {
    return List.of(
        Figure.gauge(
            "entries",
            "What the domain keeps: routes, features, notes or trips.",
            domain.stats().notes()),
        Figure.gauge("chats", "RouteChat calls that are open.", chats.size()),
        Figure.counter(
            "chat_notes_dropped",
            "Live notes that a chat was not sent, because it read too slowly.",
            dropped.sum()),
        Figure.gauge("watches", "Watch calls that are open.", subscriptions.size()));
  }

  /// Posts wait while the notes are listed, some milliseconds for a million.
  @Override
  public long verify(Findings findings)
      throws JournalException, OverloadedException, InterruptedException {
    return NoteCheck.compare(kept(), journal, findings);
  }

  /// What is kept now.
  NoteCheck.Kept kept() throws JournalException, OverloadedException, InterruptedException {
    try {
      return writer.ask(domain::kept).get();
    } catch (ExecutionException e) {
      throw new JournalException(
          JournalException.Reason.CLOSED, "notes: cannot be listed: " + e.getCause(), e);
    }
  }

  @Override
  public List<ServerServiceDefinition> services() {
    return List.of(service);
  }

  @Override
  public List<ServerServiceDefinition> aliases() {
    return List.of();
  }

  /// Also without what tells subscribers.
  @Override
  public void onStopped(Consumer<List<String>> told) {
    var _ = writer.stopped().thenRun(() -> told.accept(ServedFront.names(services())));
    var _ = fanout.stopped().thenRun(() -> told.accept(ServedFront.names(services())));
  }

  /// Ends chats after what is owed to them, and subscriptions at once.
  @Override
  public void shutdown() {
    chats.close();
    subscriptions.close();
  }

  @Override
  public void close() {
    shutdown();
    sweeper.close();
    writer.close();
    fanout.close();
    history.shutdown();
  }
}
