package guidepost.guide.service;

import guidepost.calls.Failures;
import guidepost.calls.HistoryCalls;
import guidepost.calls.OpenCalls;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureView;
import guidepost.guide.v1.GetStatsResponse;
import guidepost.journal.DomainWriter;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import guidepost.journal.WriterStats;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The guide: features, notes and trips out of three journals, served over gRPC.
///
/// ```
///   calls ──▶ RouteGuide, Features ──▶ feature index  (reads)
///                  │        │
///                  │        └─▶ writer of "features" ─▶ journal ─▶ index ─▶ results
///                  └─▶ chats ─▶ writer of "notes" ────▶ journal ─▶ walls ─▶ replays, live notes
///               Notes ───────────▶   │                            └─▶ fan-out ─▶ subscribers
///               Trips ─▶ writer of "trips" ──▶ journal ─▶ summaries ─▶ answers
/// ```
///
/// Its handlers never block, so the server that takes its services may run them on the transport's
/// threads. To end: let the server take no new calls, [#shutdown] so that open chats, trips and
/// imports end with what is owed to them, wait for the server, then [#close], then close the
/// journals.
///
/// Memory: the features with an index entry each, and the notes; all bounded by [GuideLimits]
/// except the features themselves.
///
/// Threads: any.
public final class GuideService implements AutoCloseable {

  /// The journal domain that features are in.
  public static final String FEATURES_DOMAIN = "features";

  /// The journal domain that notes are in.
  public static final String NOTES_DOMAIN = "notes";

  /// The journal domain that trips are in.
  public static final String TRIPS_DOMAIN = "trips";

  private final FeatureIndex features;
  private final NoteDomain notes;
  private final DomainWriter<FeatureRequest, List<FeatureOutcome>> featureWriter;
  private final DomainWriter<NoteRequest, NoteAnswer> noteWriter;
  private final NoteSweeper sweeper;
  private final OpenCalls chats = new OpenCalls();
  private final OpenCalls trips = new OpenCalls();
  private final OpenCalls modifies = new OpenCalls();
  private final ExecutorService later;
  private final ServerServiceDefinition routeGuide;
  private final HistoryCalls<FeatureHistory> featureHistory;
  private final ServerServiceDefinition featuresV1;
  private final OpenCalls subscriptions = new OpenCalls();
  private final NoteFanout fanout;
  private final ExecutorService history =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("guidepost-notes-history").daemon().factory());
  private final ServerServiceDefinition notesV1;
  private final DomainWriter<TripRequest, TripAnswer> tripWriter;
  private final ServerServiceDefinition tripsV1;

  private GuideService(
      FeatureIndex features,
      NoteDomain notes,
      NoteBoard board,
      TripDomain tripDomain,
      Journals journals,
      GuideLimits limits,
      InstantSource clock,
      LongSupplier nanoTime,
      ExecutorService later) {
    this.features = features;
    this.notes = notes;
    this.later = later;
    int queued = limits.queuedChanges();
    FeatureDomain featureDomain = new FeatureDomain(features, journals.features());
    featureWriter = DomainWriter.start(FEATURES_DOMAIN, journals.features(), featureDomain, queued);
    NoteLog log = new NoteLog(journals.notes(), limits.noteLife());
    fanout = NoteFanout.start(notes.view(), queued, log::oldest, nanoTime);
    var _ = fanout.stopped().thenRun(() -> subscriptions.close(GuideService::nobodyIsTold));
    notes.listen(fanout::happened);
    noteWriter = DomainWriter.start(NOTES_DOMAIN, journals.notes(), notes, queued);
    sweeper = NoteSweeper.start(noteWriter, notes::isSweepDue);
    var room = new ChatStream.Room(noteWriter, board, chats, limits);
    routeGuide = new RouteGuideService(features, room, trips, nanoTime, later).definition();
    featureHistory =
        new HistoryCalls<>(new FeatureHistory(journals.features(), features::snapshot, clock));
    featuresV1 =
        new FeaturesService(
                features,
                featureDomain.feed(),
                featureWriter,
                modifies,
                this::addNoteStats,
                featureHistory,
                later,
                nanoTime)
            .definition();
    var listeners = new Subscription.Room(fanout, log, subscriptions, history, limits);
    notesV1 = new NotesService(notes, noteWriter, listeners, nanoTime).definition();
    tripWriter = DomainWriter.start(TRIPS_DOMAIN, journals.trips(), tripDomain, queued);
    tripsV1 =
        new TripsService(tripDomain, tripWriter, journals.trips(), trips, history).definition();
  }

  private record Journals(Journal features, Journal notes, Journal trips) {}

  /// Reads the journals and starts serving, by the system's clocks.
  ///
  /// @throws JournalException if a journal cannot be read
  public static GuideService open(
      Journal features, Journal notes, Journal trips, GuideLimits limits) throws JournalException {
    return open(
        features, notes, trips, limits, InstantSource.system(), System::nanoTime, searches());
  }

  /// One thread, off the event loops, that long searches take turns on.
  static ExecutorService searches() {
    return Executors.newSingleThreadExecutor(
        Thread.ofPlatform().name("guidepost-searches").daemon().factory());
  }

  /// Reads the journals and starts serving.
  ///
  /// @param features the journal of [#FEATURES_DOMAIN]
  /// @param notes the journal of [#NOTES_DOMAIN]
  /// @param trips the journal of [#TRIPS_DOMAIN]
  /// @param clock says when notes were posted and expire, and which fixes of trips are yet to come
  /// @param nanoTime monotonic, times trips
  /// @param later goes on with long searches; closed with the service
  /// @throws JournalException if a journal cannot be read
  static GuideService open(
      Journal features,
      Journal notes,
      Journal trips,
      GuideLimits limits,
      InstantSource clock,
      LongSupplier nanoTime,
      ExecutorService later)
      throws JournalException {
    FeatureIndex index = FeatureReplay.of(features);
    NoteLedger ledger = new NoteLedger();
    long revision = NoteStorage.load(notes, ledger, limits.noteLife());
    NoteBoard board = new NoteBoard();
    NoteDomain domain = new NoteDomain(ledger, revision, board, limits, clock);
    TripDomain tripDomain =
        TripStorage.load(trips, surroundings(index), limits.tripMetresPerSecond(), clock);
    Journals journals = new Journals(features, notes, trips);
    return new GuideService(
        index, domain, board, tripDomain, journals, limits, clock, nanoTime, later);
  }

  /// The features that trips may pass, as they are at the moment.
  private static TripTally.Surroundings surroundings(FeatureIndex index) {
    return extent -> {
      Stream.Builder<Feature> found = Stream.builder();
      var cursor = index.snapshot().inBox(extent.box());
      for (int looks = 0; looks < TripTally.LOOKS_MAX && cursor.hasNext(); looks++) {
        FeatureView view = cursor.nextView();
        if (view.isNamed()) {
          found.add(view.feature());
        }
      }
      return found.build();
    };
  }

  /// The services under their canonical names: what a server registers and reflection lists.
  public List<ServerServiceDefinition> services() {
    return List.of(routeGuide, featuresV1, notesV1, tripsV1);
  }

  /// RouteGuide under its older names: what a server registers and reflection leaves out.
  public List<ServerServiceDefinition> aliases() {
    return RouteGuideService.aliases(routeGuide);
  }

  private void addNoteStats(GetStatsResponse.Builder stats) {
    NoteDomain.Stats now = notes.stats();
    stats.setNotesRevision(now.revision()).setNotes(now.notes()).setChats(chats.size());
  }

  /// Compares the features that answer calls with the journal that they come from. Writes go on.
  ///
  /// @param journal the one of [#FEATURES_DOMAIN] that it was opened on
  /// @param findings takes what is wrong
  /// @return features that the index holds as they are stored
  /// @throws JournalException if stored bytes cannot be read
  public long verifyFeatures(Journal journal, Findings findings) throws JournalException {
    return FeatureCheck.compare(features.snapshot(), journal, findings);
  }

  /// Compares the notes that are kept with the journal that they come from. Posts wait while the
  /// notes are listed, some milliseconds for a million.
  ///
  /// @param journal the one of [#NOTES_DOMAIN] that it was opened on
  /// @param findings takes what is wrong
  /// @return notes that are kept as they are stored
  /// @throws JournalException if stored bytes cannot be read, or the writer has ended
  /// @throws OverloadedException if too much waits to be written
  /// @throws InterruptedException if the calling thread is
  public long verifyNotes(Journal journal, Findings findings)
      throws JournalException, OverloadedException, InterruptedException {
    CompletableFuture<NoteCheck.Kept> kept = new CompletableFuture<>();
    var _ =
        noteWriter
            .submit(new NoteRequest.Copy(kept), 1)
            .whenComplete((_, failure) -> failIfAny(kept, failure));
    try {
      return NoteCheck.compare(kept.get(), journal, findings);
    } catch (ExecutionException e) {
      throw new JournalException(
          JournalException.Reason.CLOSED, "notes: cannot be listed: " + e.getCause(), e);
    }
  }

  /// Compares the trips that are kept with the journal that they come from. Writes go on.
  ///
  /// @param journal the one of [#TRIPS_DOMAIN] that it was opened on
  /// @param findings takes what is wrong
  /// @return trips and batches of fixes that are as they must be
  /// @throws JournalException if stored bytes cannot be read, or the writer has ended
  /// @throws OverloadedException if too much waits to be written
  /// @throws InterruptedException if the calling thread is
  public long verifyTrips(Journal journal, Findings findings)
      throws JournalException, OverloadedException, InterruptedException {
    CompletableFuture<TripRequest.Kept> kept = new CompletableFuture<>();
    var _ =
        tripWriter
            .submit(new TripRequest.Copy(kept), 1)
            .whenComplete((_, failure) -> failIfAny(kept, failure));
    try {
      return TripCheck.compare(kept.get(), journal, findings);
    } catch (ExecutionException e) {
      throw new JournalException(
          JournalException.Reason.CLOSED, "trips: cannot be listed: " + e.getCause(), e);
    }
  }

  private static void failIfAny(CompletableFuture<?> kept, @Nullable Throwable failure) {
    if (failure != null) {
      kept.completeExceptionally(failure);
    }
  }

  /// What tells the subscribers.
  NoteFanout fanout() {
    return fanout;
  }

  /// Subscribers that are listening now.
  int subscribers() {
    return subscriptions.size();
  }

  /// Takes expired notes down now.
  CompletableFuture<NoteAnswer.Swept> sweep() {
    return sweeper.sweep();
  }

  /// What the writer of the features has done, and what waits for it.
  public WriterStats featureWriterStats() {
    return featureWriter.stats();
  }

  /// What the writer of the notes has done, and what waits for it.
  public WriterStats noteWriterStats() {
    return noteWriter.stats();
  }

  /// What the writer of the trips has done, and what waits for it.
  public WriterStats tripWriterStats() {
    return tripWriter.stats();
  }

  private static StatusRuntimeException nobodyIsTold() {
    return Failures.stopped("what tells the subscribers of notes");
  }

  /// Has `told` called with the full names of the services that a defect left without a writer, or
  /// without what tells subscribers: until a restart they go on reading, and refuse writes or
  /// subscriptions. At once if that has happened.
  public void onPartStopped(Consumer<List<String>> told) {
    var _ = featureWriter.stopped().thenRun(() -> told.accept(names(List.of(featuresV1))));
    var _ = noteWriter.stopped().thenRun(() -> told.accept(names(List.of(routeGuide, notesV1))));
    var _ = noteWriter.stopped().thenRun(() -> told.accept(names(aliases())));
    var _ = fanout.stopped().thenRun(() -> told.accept(names(List.of(notesV1))));
    var _ = tripWriter.stopped().thenRun(() -> told.accept(names(List.of(tripsV1))));
  }

  private static List<String> names(List<ServerServiceDefinition> services) {
    return services.stream().map(service -> service.getServiceDescriptor().getName()).toList();
  }

  /// Ends open chats and Modify calls as UNAVAILABLE, after what is owed to them; open trips,
  /// subscriptions and new calls at once.
  public void shutdown() {
    chats.close();
    trips.close();
    modifies.close();
    subscriptions.close();
  }

  /// Also writes and answers whatever waits to be written, and ends the threads. The journals stay
  /// open. A second call does nothing.
  @Override
  public void close() {
    shutdown();
    sweeper.close();
    featureHistory.close();
    featureWriter.close();
    noteWriter.close();
    tripWriter.close();
    fanout.close();
    history.shutdown();
    later.shutdown();
  }
}
