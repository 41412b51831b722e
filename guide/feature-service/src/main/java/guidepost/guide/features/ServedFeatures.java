package guidepost.guide.features;

import guidepost.calls.Figure;
import guidepost.calls.HistoryCalls;
import guidepost.calls.OpenCalls;
import guidepost.calls.SearchQueue;
import guidepost.calls.ServedDomain;
import guidepost.calls.ServedFront;
import guidepost.calls.StoredDomain;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.v1.GetStatsResponse;
import guidepost.journal.DomainWriter;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import io.grpc.ServerServiceDefinition;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/// The features: their journal, the index made of it, and `guidepost.guide.v1.Features`.
///
/// Threads: any.
public final class ServedFeatures implements ServedDomain {

  /// The domain as it is stored.
  public static final StoredDomain STORED = new StoredFeatures();

  private final Journal journal;
  private final FeatureIndex index;
  private final DomainWriter<FeatureRequest, List<FeatureOutcome>> writer;
  private final OpenCalls open = new OpenCalls();
  private final HistoryCalls<FeatureHistory> history;
  private final SearchQueue searches;
  private final FeaturesService calls;
  private final ServerServiceDefinition service;

  private ServedFeatures(
      Journal journal,
      FeatureIndex index,
      FeatureServiceLimits limits,
      InstantSource clock,
      LongSupplier nanoTime,
      Consumer<GetStatsResponse.Builder> noteStats,
      SearchQueue searches) {
    this.journal = journal;
    this.index = index;
    this.searches = searches;
    FeatureDomain domain = new FeatureDomain(index, journal);
    writer = DomainWriter.start(StoredFeatures.NAME, journal, domain, limits.queuedChanges());
    history =
        new HistoryCalls<>(
            new FeatureHistory(journal, index::snapshot, clock), limits.historyWaiting());
    calls =
        new FeaturesService(
            index,
            domain.changefeed(),
            writer,
            open,
            noteStats,
            history,
            searches,
            limits.watches(),
            nanoTime);
    service = calls.definition();
  }

  /// Reads the journal and starts the writer.
  ///
  /// @param clock says which times are of the future
  /// @param nanoTime monotonic, times silences of watches
  /// @param noteStats fills in what the notes know
  /// @param searches goes on with long searches; closed with this
  /// @throws JournalException if the journal cannot be read
  public static ServedFeatures open(
      Journal journal,
      FeatureServiceLimits limits,
      InstantSource clock,
      LongSupplier nanoTime,
      Consumer<GetStatsResponse.Builder> noteStats,
      SearchQueue searches)
      throws JournalException {
    FeatureIndex index = FeatureReplay.of(journal);
    return new ServedFeatures(journal, index, limits, clock, nanoTime, noteStats, searches);
  }

  /// What answers calls.
  public FeatureIndex index() {
    return index;
  }

  /// Goes on with long searches.
  public SearchQueue searches() {
    return searches;
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
    return Stream.concat(
            Stream.of(
                Figure.gauge(
                    "entries",
                    "What the domain keeps: routes, features, notes or trips.",
                    index.snapshot().size())),
            calls.figures().stream())
        .toList();
  }

  @Override
  public long verify(Findings findings) throws JournalException {
    return FeatureCheck.compare(index.snapshot(), journal, findings);
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

  /// Ends Modify and Watch calls, after what is owed to them.
  @Override
  public void shutdown() {
    open.close();
  }

  @Override
  public void close() {
    shutdown();
    history.close();
    writer.close();
    searches.close();
  }
}
