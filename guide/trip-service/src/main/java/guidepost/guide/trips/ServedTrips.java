package guidepost.guide.trips;

import guidepost.calls.Figure;
import guidepost.calls.OpenCalls;
import guidepost.calls.SearchQueue;
import guidepost.calls.ServedDomain;
import guidepost.calls.ServedFront;
import guidepost.calls.StoredDomain;
import guidepost.journal.DomainWriter;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// The trips: their journal, what is known of each, and `guidepost.guide.v1.Trips`.
///
/// Threads: any.
public final class ServedTrips implements ServedDomain {

  /// The domain as it is stored.
  public static final StoredDomain STORED = new StoredTrips();

  private final Journal journal;
  private final TripDomain domain;
  private final DomainWriter<TripRequest, TripAnswer> writer;
  private final OpenCalls recordings = new OpenCalls();
  private final SearchQueue history;
  private final ServerServiceDefinition service;

  private ServedTrips(Journal journal, TripDomain domain, TripLimits limits, Duration searchWait) {
    this.journal = journal;
    this.domain = domain;
    history = SearchQueue.of("guidepost-trips-history", 1, searchWait);
    writer = DomainWriter.start(StoredTrips.NAME, journal, domain, limits.queuedChanges());
    service = new TripsService(domain, writer, journal, recordings, history).definition();
  }

  /// Reads the journal and starts the writer.
  ///
  /// @param surroundings the features that trips may pass
  /// @throws JournalException if the journal cannot be read
  /// @param searchWait how long a call that reads many fixes may wait for others
  /// @param clock says which fixes are of the future
  public static ServedTrips open(
      Journal journal,
      Surroundings surroundings,
      TripLimits limits,
      Duration searchWait,
      InstantSource clock)
      throws JournalException {
    TripDomain domain = TripStorage.load(journal, surroundings, limits, clock);
    return new ServedTrips(journal, domain, limits, searchWait);
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
            "entries", "What the domain keeps: routes, features, notes or trips.", domain.size()),
        Figure.gauge("recordings", "Calls that record a trip.", recordings.size()));
  }

  @Override
  public long verify(Findings findings)
      throws JournalException, OverloadedException, InterruptedException {
    return TripCheck.compare(kept(), journal, findings);
  }

  /// What is kept now.
  TripRequest.Kept kept() throws JournalException, OverloadedException, InterruptedException {
    try {
      return writer.ask(domain::kept).get();
    } catch (ExecutionException e) {
      throw new JournalException(
          JournalException.Reason.CLOSED, "trips: cannot be listed: " + e.getCause(), e);
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

  @Override
  public void onStopped(Consumer<List<String>> told) {
    var _ = writer.stopped().thenRun(() -> told.accept(ServedFront.names(services())));
  }

  /// Ends the recording of trips at once: its client goes on with another call.
  @Override
  public void shutdown() {
    recordings.close();
  }

  @Override
  public void close() {
    shutdown();
    writer.close();
    history.close();
  }
}
