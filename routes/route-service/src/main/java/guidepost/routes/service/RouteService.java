package guidepost.routes.service;

import guidepost.calls.Aliases;
import guidepost.calls.Figure;
import guidepost.calls.HistoryCalls;
import guidepost.calls.OpenCalls;
import guidepost.calls.SearchQueue;
import guidepost.calls.ServedDomain;
import guidepost.calls.ServedFront;
import guidepost.calls.StoredDomain;
import guidepost.journal.DomainWriter;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The route table and its gRPC services, over a journal.
///
/// Threads: any may call its methods; see the package for those of the services.
public final class RouteService implements ServedDomain {

  /// What the journal of routes holds.
  public static final StoredDomain STORED = new StoredRoutes();

  /// The name without a package, under which some tutorial clients call the seed contract.
  private static final String ALIAS = "Router";

  /// Searches take turns, and two use a second processor.
  private static final int BACKGROUND_THREADS = 2;

  private final Journal journal;
  private final RouteState state;
  private final SearchQueue background;
  private final DomainWriter<RouteRequest, List<RouteOutcome>> writer;
  private final HistoryCalls<RouteHistory> historyCalls;
  private final OpenCalls openCalls = new OpenCalls();
  private final ServerServiceDefinition router;
  private final V1Routes calls;
  private final ServerServiceDefinition routes;

  private RouteService(
      Journal journal,
      RouteState state,
      SearchQueue background,
      DomainWriter<RouteRequest, List<RouteOutcome>> writer,
      HistoryCalls<RouteHistory> historyCalls) {
    this.journal = journal;
    this.state = state;
    this.background = background;
    this.writer = writer;
    this.historyCalls = historyCalls;
    this.router =
        SeedRouter.ROLES.applyTo(
            ServerInterceptors.intercept(
                new SeedRouter(state.published(), this::openWriter, openCalls),
                new CallOptions.Interceptor()));
    this.calls = new V1Routes(state, this::openWriter, openCalls, historyCalls);
    this.routes = calls.definition();
  }

  /// Loads the journal's latest state and starts the writer.
  ///
  /// @throws JournalException if the journal cannot be read
  public static RouteService open(Journal journal, RouteLimits limits) throws JournalException {
    return open(journal, limits, SourceCalls.timer());
  }

  /// @param delayTimer measures how long sources have been disconnected; ended with the service
  static RouteService open(Journal journal, RouteLimits limits, ScheduledExecutorService delayTimer)
      throws JournalException {
    PublishedRoutes published = new PublishedRoutes();
    SourceCounts counts = new SourceCounts();
    SourceCalls sources = new SourceCalls(published, delayTimer);
    Syncs syncs = new Syncs();
    RouteDomain domain = RouteDomain.load(journal, published, counts, syncs, limits, sources);
    SearchQueue background =
        SearchQueue.of("guidepost-routes", BACKGROUND_THREADS, limits.searchWait());
    DomainWriter<RouteRequest, List<RouteOutcome>> writer =
        DomainWriter.start(StoredRoutes.NAME, journal, domain, limits.queuedChangesMax());
    sources.begin(writer);
    return new RouteService(
        journal,
        new RouteState(published, domain.changefeed(), counts, syncs, sources, limits, background),
        background,
        writer,
        new HistoryCalls<>(
            new RouteHistory(journal, published, InstantSource.system()),
            limits.historyWaitingMax()));
  }

  /// Opens a writer for one party that writes routes; it needs none of the gRPC services. When the
  /// service is closed, what it submitted is written and answered, and what it submits then fails
  /// with a [JournalException] whose reason is `CLOSED`.
  ///
  /// @param onReady called on the domain's writer thread each time that it becomes ready again
  public RouteWriter openWriter(Runnable onReady) {
    return new RouteWriter(writer, state.sources(), RouteAccess.ALL, onReady);
  }

  /// For the call that this thread is in, and what its caller may do.
  private RouteWriter openWriter() {
    return new RouteWriter(writer, state.sources(), RouteAccess.ofCurrentCall(), () -> {});
  }

  /// What readers see.
  PublishedRoutes published() {
    return state.published();
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
  public List<ServerServiceDefinition> services() {
    return List.of(router, routes);
  }

  /// The seed contract under the other name that clients use.
  @Override
  public List<ServerServiceDefinition> aliases() {
    return List.of(Aliases.of(router, ALIAS));
  }

  @Override
  public void onStopped(Consumer<List<String>> told) {
    List<String> names =
        Stream.of(services(), aliases()).map(ServedFront::names).flatMap(List::stream).toList();
    var _ = writer.stopped().thenRun(() -> told.accept(names));
  }

  @Override
  public long verify(Findings findings) throws JournalException {
    return RouteCheck.compare(state.published(), journal, findings);
  }

  @Override
  public DomainWriter<?, ?> domainWriter() {
    return writer;
  }

  @Override
  public List<Figure> figures() {
    return Stream.concat(RouteFigures.of(state).stream(), calls.figures().stream()).toList();
  }

  /// Ends open AddRoutes, LookupStream, Modify and Watch calls as UNAVAILABLE, after what is owed
  /// to them.
  @Override
  public void shutdown() {
    openCalls.close();
  }

  @Override
  public void close() {
    shutdown();
    state.sources().close();
    historyCalls.close();
    writer.close();
    background.close();
  }
}
