package guidepost.server;

import guidepost.access.Access;
import guidepost.access.AuditLog;
import guidepost.calls.IdentityMeters;
import guidepost.calls.Role;
import guidepost.calls.RpcRoles;
import guidepost.calls.ServedDomain;
import guidepost.calls.ServedFront;
import guidepost.calls.ServerBudget;
import guidepost.journal.Cluster;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.journal.WriterObserver;
import guidepost.metrics.Exposition;
import guidepost.metrics.Metrics;
import guidepost.settings.SettingsException;
import guidepost.tracing.Tracing;
import guidepost.web.Scrape;
import guidepost.web.Served;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// A running route server.
///
/// Starting opens the data directory, loads every index, and only then opens the ports; stopping
/// goes the other way round:
///
/// ```
///   start: lock data ─▶ replay journals into indexes ─┬─▶ bind ─▶ health SERVING
///          read certificates, tokens and grants ───────┘
///   stop:  health NOT_SERVING ─▶ accept no calls ─▶ end streams ─▶ finish the rest (grace) ─▶ cut
///          ─▶ write and answer what is queued ─▶ close data
/// ```
///
/// Threads: any.
public final class GuidepostServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GuidepostServer.class);

  private static final String AUDIT_FILE = "audit.log";

  private final ServerOptions options;
  private final Optional<RunningSettings> settings;
  private final IdentityMeters meters;
  private final Metrics metrics;
  private final AccessOpening opening;
  private final ServerBudget budget;
  private final ServiceHealth health = new ServiceHealth();
  private final Deque<AutoCloseable> closeables = new ArrayDeque<>();
  private final List<Endpoint> endpoints = new ArrayList<>();
  private Optional<AdminEndpoint> adminEndpoint = Optional.empty();
  private Optional<WebEndpoint> web = Optional.empty();
  private final OpenWatches watches = new OpenWatches();
  private final List<Runnable> streamEnds = new ArrayList<>();
  private final Map<String, Role> roles = new TreeMap<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicReference<@Nullable Exception> closingFailure = new AtomicReference<>();
  private final CountDownLatch hurried = new CountDownLatch(1);
  private final CountDownLatch terminated = new CountDownLatch(1);

  static {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  private GuidepostServer(ServerOptions options, Optional<RunningSettings> settings) {
    this.meters = new IdentityMeters(options.callers(), System::nanoTime);
    this.options = options;
    this.metrics = new Metrics(options.timeBounds());
    this.settings = settings;
    this.opening = opened(AccessOpening.begin(options, meters));
    this.budget = options.connections().budget();
  }

  /// What it holds for its clients.
  ServerBudget budget() {
    return budget;
  }

  /// Starts a server; it serves when this returns.
  ///
  /// @throws ServerStartException if an address may not or cannot be listened on, or the data
  ///   directory cannot be used
  public static GuidepostServer start(ServerOptions options) throws ServerStartException {
    return start(options, Domains.GUIDEPOST);
  }

  /// Starts a server whose settings can be read again while it runs; it serves when this returns.
  ///
  /// @throws SettingsException if values that are right by themselves do not go together
  /// @throws ServerStartException if an address may not or cannot be listened on, or the data
  ///   directory cannot be used
  public static GuidepostServer start(RunningSettings settings)
      throws ServerStartException, SettingsException {
    ServerOptions options = ServerSettings.options(settings.current());
    settings.current().get(ServerSettings.LOG_LEVEL).apply();
    settings.current().get(ServerSettings.LOG_FORMAT).apply();
    settings.add(fresh -> fresh.get(ServerSettings.LOG_LEVEL)::apply);
    settings.current().warnings().forEach(LOG::warn);
    return start(options, Optional.of(settings), Domains.GUIDEPOST);
  }

  static GuidepostServer start(ServerOptions options, Domains domains) throws ServerStartException {
    return start(options, Optional.empty(), domains);
  }

  private static GuidepostServer start(
      ServerOptions options, Optional<RunningSettings> settings, Domains domains)
      throws ServerStartException {
    Endpoint.requireAllowed(options);
    if (options.web().isPresent()) {
      WebEndpoint.requireFree(options.web().get());
    }
    GuidepostServer server = new GuidepostServer(options, settings);
    try {
      server.open(domains);
      return server;
    } catch (JournalException e) {
      server.cutAdmin();
      server.closeAll();
      throw new ServerStartException(e);
    } catch (ServerStartException | RuntimeException e) {
      server.cutAdmin();
      server.closeAll();
      throw e;
    }
  }

  /// Waits for the access, which opens while the data is read.
  private Access access() throws ServerStartException {
    Access access = opening.opened();
    settings.ifPresent(
        running -> {
          running.add(fresh -> () -> meters.limit(ServerSettings.callers(fresh)));
          running.add(_ -> readAgain(access));
        });
    return access;
  }

  /// Certificates, tokens and grants are read again, whether their names are the same or not.
  private static Runnable readAgain(Access access) throws SettingsException {
    List<String> problems = access.reload();
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return () -> {};
  }

  private void open(Domains domains) throws JournalException, ServerStartException {
    Instant started = Instant.now();
    JournalStore store = opened(options.engine().open(options.history(), InstantSource.system()));
    List<ServedFront> fronts = new ArrayList<>();
    domains.opening().open(store, options, front -> fronts.add(opened(front)));
    Access access = access();
    Optional<AuditLog> audit = audit();
    ServedData served = new ServedData(store, fronts);
    AdminService admin = opened(new AdminService(served, settings));
    fronts.forEach(front -> streamEnds.add(front::shutdown));
    streamEnds.addAll(List.of(watches::close, admin::shutdown));

    List<ServerServiceDefinition> services = all(fronts, ServedFront::services);
    List<ServerServiceDefinition> aliases = all(fronts, ServedFront::aliases);
    health.add(services, true);
    health.add(aliases, true);
    Endpoint.Watching watching = new Endpoint.Watching(options.connections());
    ServerFigures figures =
        new ServerFigures(started, options, store, access, settings, meters, budget, watching);
    ServerServiceDefinition info =
        InfoService.ROLES.applyTo(
            new InfoService(
                    started,
                    options,
                    access,
                    meters,
                    served,
                    new StatusMessage(started, metrics, served, figures::figures),
                    () -> settings.flatMap(RunningSettings::trouble),
                    this::toldAddress)
                .bindService());
    services.add(info);
    health.add(List.of(info), false);
    boolean exposed = Endpoint.isExposed(options);
    services.add(health.service(watches, exposed));
    services.addAll(Reflection.services());
    ServerServiceDefinition administration = AdminService.ROLES.applyTo(admin.bindService());
    addRoles(services);
    addRoles(aliases);
    addRoles(List.of(administration));
    Optional<ClusterCalls> cluster = cluster(store, served, access);
    cluster.ifPresent(calls -> services.replaceAll(each -> calls.applyTo(each, roles)));
    cluster.ifPresent(calls -> aliases.replaceAll(each -> calls.applyTo(each, roles)));
    List<ServerServiceDefinition> onWeb = List.copyOf(services);
    if (access.authenticates()) {
      services.addAll(List.of(administration, Channelz.service()));
    }
    openAdmin(audited(audit, List.of(administration, info)));
    List<ServerInterceptor> interceptors = new ArrayList<>();
    if (options.countsCalls()) {
      interceptors.add(metrics.calls(roles.keySet()));
    }
    Optional<Tracing> tracing = tracing();
    tracing.map(spans -> spans.calls(roles.keySet())).ifPresent(interceptors::add);
    cluster.map(ClusterCalls::keepingTokens).ifPresent(interceptors::add);
    for (ServedDomain domain : served.domains()) {
      WriterObserver times = metrics.add(domain);
      domain.observe(
          tracing
              .<WriterObserver>map(
                  spans -> new Observers(times, spans.appends(domain.stored().name())))
              .orElse(times));
    }
    metrics.add(Map.of(), figures::figures);
    endpoints.addAll(
        Endpoint.bindAll(
            options,
            access,
            opened(new EventLoops()),
            budget,
            watching,
            roles,
            interceptors,
            audited(audit, services),
            audited(audit, aliases)));
    store.cluster().ifPresent(this::takePart);
    health.begin();
    fronts.forEach(front -> front.onStopped(health::stopped));
    store.onTrouble(
        trouble -> {
          health.writable(trouble.isEmpty());
          trouble.ifPresent(admin::interrupt);
        });
    health.writable(store.trouble().isEmpty());
    if (access.admitsAnonymous()) {
      LOG.info("callers without credentials may read what the access file grants to anonymous");
    }
    if (exposed) {
      LOG.warn(
          "insecure: other machines can reach {}, {}, {}",
          addresses(),
          options.access().encrypts() ? "connections are encrypted" : "connections are plaintext",
          access.authenticates()
              ? "callers are asked who they are"
              : "and anybody may do anything");
    }
    LOG.info(
        "Guidepost {} serves {} on {} after {} ms",
        Version.current(),
        options.engine(),
        addresses(),
        Duration.between(started, Instant.now()).toMillis());
    if (options.web().isPresent()) {
      openWeb(options.web().get(), watching, interceptors, audited(audit, onWeb));
    }
  }

  private Optional<ClusterCalls> cluster(JournalStore store, ServedData served, Access access) {
    return store.cluster().map(shared -> opened(cluster(store, shared, served, access)));
  }

  private ClusterCalls cluster(
      JournalStore store, Cluster shared, ServedData served, Access access) {
    Vouching vouching = new Vouching(shared, InstantSource.system());
    vouching.introduce();
    access.trust(vouching);
    return new ClusterCalls(
        shared,
        new SeenRevisions(served.domains()),
        new LeaderChannel(options.access(), options.cluster(), vouching),
        store::trouble);
  }

  /// The indexes are made, so what other servers write may come in.
  private void takePart(Cluster cluster) {
    if (options.cluster().advertised().isEmpty()) {
      LOG.info("advertise is not set: this server never leads");
    }
    cluster.begin();
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("guidepost-staleness").factory());
    opened(timer::shutdownNow);
    var _ = timer.scheduleWithFixedDelay(() -> tellWhetherStale(cluster), 1, 1, TimeUnit.SECONDS);
  }

  private void tellWhetherStale(Cluster cluster) {
    boolean stale = isStale(cluster);
    if (!health.stale(stale)) {
      return;
    }
    if (stale) {
      LOG.warn(
          "nothing was heard of the log since {}: do the brokers answer? Health is NOT_SERVING, and"
              + " reads go on",
          cluster.stats().asOf().map(Instant::toString).orElse("the start"));
    } else {
      LOG.info("the log is heard again; health is SERVING");
    }
  }

  private boolean isStale(Cluster cluster) {
    Instant oldest = Instant.now().minus(options.cluster().staleAfter());
    return cluster.stats().asOf().map(asOf -> asOf.isBefore(oldest)).orElse(false);
  }

  /// After the gRPC port: a browser can wait.
  private void openWeb(
      WebSettings settings,
      Endpoint.Watching watching,
      List<ServerInterceptor> calls,
      List<ServerServiceDefinition> services)
      throws ServerStartException {
    Access access = opening.opened();
    Served served =
        new Served(
            services,
            Stream.concat(calls.reversed().stream(), Stream.of(access.interceptor(roles))).toList(),
            access,
            budget,
            () -> watching.webAdmission(options.connections()),
            health::serves,
            Optional.of(this::scraped));
    web =
        Optional.of(
            WebEndpoint.start(settings, options.connections(), options.messageBytesMax(), served));
  }

  private Scrape.Text scraped(String accept) {
    Exposition metrics = metrics(accept);
    return new Scrape.Text(metrics.contentType(), metrics.text());
  }

  /// Where its web port listens, once it does or has failed to; empty if it does not.
  public Optional<ListenAddress> webAddress() {
    return web.flatMap(WebEndpoint::address);
  }

  /// A file system without sockets is no reason not to serve, nor is an engine without a directory.
  private void openAdmin(List<ServerServiceDefinition> services) {
    options.engine().directory().ifPresent(directory -> openAdmin(directory, services));
  }

  private void openAdmin(Path directory, List<ServerServiceDefinition> services) {
    ServiceHealth adminHealth = new ServiceHealth();
    adminHealth.add(services, false);
    health.toldBy(adminHealth);
    List<ServerServiceDefinition> all = new ArrayList<>(services);
    all.add(adminHealth.service(watches, false));
    all.add(Channelz.service());
    all.addAll(Reflection.services());
    addRoles(all.subList(services.size(), all.size()));
    try {
      adminEndpoint = Optional.of(AdminEndpoint.bind(directory, all));
    } catch (IOException e) {
      LOG.warn(
          "{}: no socket can be made there, so nobody can ask for a backup, dump, check or"
              + " compaction: {}",
          directory,
          e.toString());
    }
  }

  /// Spans are sent last of all: also those of the calls that the server ends when it stops.
  private Optional<Tracing> tracing() throws ServerStartException {
    try {
      return Tracing.open(options.tracing(), Version.current()).map(this::opened);
    } catch (IllegalArgumentException e) {
      throw new ServerStartException(
          ServerStartException.Reason.OPTIONS, String.valueOf(e.getMessage()), e);
    }
  }

  /// A server that knows its callers records what they change, in its data directory unless
  /// somewhere else was asked for.
  private Optional<AuditLog> audit() throws ServerStartException {
    Optional<Path> file =
        options
            .access()
            .audit()
            .or(
                () ->
                    options
                        .engine()
                        .directory()
                        .filter(directory -> options.access().authenticates())
                        .map(directory -> directory.resolve(AUDIT_FILE)));
    try {
      return file.isPresent() ? Optional.of(opened(AuditLog.open(file.get()))) : Optional.empty();
    } catch (SettingsException e) {
      throw new ServerStartException(
          ServerStartException.Reason.OPTIONS, String.valueOf(e.getMessage()), e);
    }
  }

  private List<ServerServiceDefinition> audited(
      Optional<AuditLog> audit, List<ServerServiceDefinition> services) {
    return audit
        .map(log -> services.stream().map(each -> log.applyTo(each, roles)).toList())
        .orElse(services);
  }

  /// @throws IllegalStateException if an rpc declares no role: nothing is served then
  private void addRoles(List<ServerServiceDefinition> services) {
    services.forEach(each -> roles.putAll(RpcRoles.of(each)));
  }

  /// The role that each rpc needs, under each name that it is served.
  Map<String, Role> roles() {
    return Map.copyOf(roles);
  }

  /// The full names of all that its ports and its socket answer.
  Set<String> served() {
    return Stream.concat(
            endpoints.stream().flatMap(Endpoint::rpcs),
            adminEndpoint.stream().flatMap(AdminEndpoint::rpcs))
        .collect(Collectors.toSet());
  }

  private static List<ServerServiceDefinition> all(
      List<ServedFront> fronts, Function<ServedFront, List<ServerServiceDefinition>> services) {
    return fronts.stream()
        .flatMap(front -> services.apply(front).stream())
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private <T extends AutoCloseable> T opened(T part) {
    closeables.push(part);
    return part;
  }

  /// Everything that it counts, as text for whoever watches over it.
  ///
  /// @param accept the formats that the reader takes, as an HTTP `Accept` header; empty for any
  public Exposition metrics(String accept) {
    return metrics.exposition(accept);
  }

  /// Where it listens; ports that the system chose are filled in.
  public List<ListenAddress> addresses() {
    return endpoints.stream().map(Endpoint::address).toList();
  }

  /// Where clients reach it, as far as it knows: the host that they reach another port of it at is
  /// likely the one.
  private String toldAddress() {
    return options
        .web()
        .flatMap(WebSettings::grpcAddress)
        .map(ListenAddress::toString)
        .orElseGet(
            () -> addresses().stream().findFirst().map(first -> ":" + first.port()).orElse(""));
  }

  /// Reads certificates, access file and tokens again; it does so by itself within a second of a
  /// change.
  ///
  /// @return what is wrong, and so not in use; empty if all is
  /// @throws ServerStartException if it never served
  public List<String> reloadAccess() throws ServerStartException {
    return opening.opened().reload();
  }

  /// Waits until the server has stopped.
  public void awaitTermination() throws InterruptedException {
    terminated.await();
  }

  /// Stops: finishes calls under way for as long as the grace allows, writes what is queued, closes
  /// the data directory. Returns when that is done. A second call returns at once and makes the
  /// first one hurry: it cuts what is under way, and still writes what is queued.
  public void stop() {
    if (!stopping.compareAndSet(false, true)) {
      hurried.countDown();
      return;
    }
    LOG.info("stopping");
    health.end();
    endpoints.forEach(Endpoint::finish);
    adminEndpoint.ifPresent(AdminEndpoint::finish);
    streamEnds.forEach(Runnable::run);
    awaitCalls();
    web.ifPresent(WebEndpoint::close);
    endpoints.forEach(Endpoint::cut);
    cutAdmin();
    closeAll();
    terminated.countDown();
    LOG.info("stopped");
  }

  private void cutAdmin() {
    adminEndpoint.ifPresent(
        admin -> admin.cut(e -> LOG.warn("{}: stays: {}", admin.socket(), e.toString())));
    adminEndpoint = Optional.empty();
  }

  private void awaitCalls() {
    long deadline = System.nanoTime() + options.grace().toNanos();
    try {
      for (Endpoint endpoint : endpoints) {
        endpoint.awaitCalls(deadline, hurried);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeAll() {
    while (!closeables.isEmpty()) {
      AutoCloseable part = closeables.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.error("closing {}", part, e);
        closingFailure.compareAndSet(null, e);
      }
    }
  }

  /// What went wrong when it closed its data; empty before, and if nothing did.
  public Optional<Exception> closingFailure() {
    return Optional.ofNullable(closingFailure.get());
  }

  /// The same as [#stop].
  @Override
  public void close() {
    stop();
  }
}
