package guidepost.server;

import guidepost.access.AccessOptions;
import guidepost.calls.CallerLimits;
import guidepost.calls.IdentityLimits;
import guidepost.guide.service.GuideLimits;
import guidepost.journal.JournalEngine;
import guidepost.journal.Retention;
import guidepost.metrics.Metrics;
import guidepost.routes.service.RouteLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Where and how a server serves.
///
/// @param engine where the journals are kept
/// @param listen where to listen; not empty
/// @param insecure true to allow addresses that other machines can reach without TLS or without
///   authentication
/// @param grace how long calls under way may take to finish when the server stops
/// @param messageBytesMax the largest message taken
/// @param routeLimits what routes and their watches may take up
/// @param guideLimits what notes and their readers may take up
/// @param connections what strangers may ask of the server
/// @param history how far back earlier revisions can be asked for, in each domain
/// @param access where certificates, tokens and grants are
/// @param callers what one identity, or one address, may ask of the server
/// @param tracing variables of the environment that say where spans are sent; empty for nowhere
/// @param countsCalls true to count and time every call
/// @param timeBounds upper bounds of the buckets in which times are counted, ascending
/// @param web where the web port listens; empty if there is none
/// @param cluster how the server takes part in a cluster, if its engine is one of several servers
public record ServerOptions(
    JournalEngine engine,
    List<ListenAddress> listen,
    boolean insecure,
    Duration grace,
    int messageBytesMax,
    RouteLimits routeLimits,
    GuideLimits guideLimits,
    ConnectionLimits connections,
    Retention history,
    AccessOptions access,
    CallerLimits callers,
    boolean countsCalls,
    List<Duration> timeBounds,
    Map<String, String> tracing,
    Optional<WebSettings> web,
    ClusterOptions cluster) {

  /// The port that tutorial clients call.
  public static final int PORT = 50_051;

  /// This machine only, by either family.
  public static final List<ListenAddress> LOOPBACK =
      List.of(new ListenAddress("127.0.0.1", PORT), new ListenAddress("::1", PORT));

  /// gRPC's own default, and what the design's batches fit into many times over.
  public static final int MESSAGE_BYTES_MAX = 4 << 20;

  /// Long enough for a slow list to end, short enough for an operator that waits for a restart.
  public static final Duration GRACE = Duration.ofSeconds(10);

  /// @throws IllegalArgumentException if there is nowhere to listen
  public ServerOptions {
    listen = List.copyOf(listen);
    timeBounds = List.copyOf(timeBounds);
    tracing = Map.copyOf(tracing);
    if (listen.isEmpty()) {
      throw new IllegalArgumentException("listen must name at least one address");
    }
  }

  /// The defaults, with an engine.
  public static ServerOptions with(JournalEngine engine) {
    return new ServerOptions(
        engine,
        LOOPBACK,
        false,
        GRACE,
        MESSAGE_BYTES_MAX,
        RouteLimits.DEFAULT,
        GuideLimits.DEFAULTS,
        ConnectionLimits.defaults(),
        Retention.DEFAULT,
        AccessOptions.NONE,
        CallerLimits.DEFAULTS,
        true,
        Metrics.BOUNDS,
        Map.of(),
        Optional.empty(),
        ClusterOptions.DEFAULTS);
  }

  /// The same, listening elsewhere.
  public ServerOptions listeningOn(List<ListenAddress> addresses) {
    return changed(draft -> draft.listen = addresses);
  }

  /// The same, with or without plaintext for other machines.
  public ServerOptions withInsecure(boolean allowed) {
    return changed(draft -> draft.insecure = allowed);
  }

  /// The same, with another time to finish.
  public ServerOptions withGrace(Duration newGrace) {
    return changed(draft -> draft.grace = newGrace);
  }

  /// The same, with other bounds on notes.
  public ServerOptions withGuideLimits(GuideLimits limits) {
    return changed(draft -> draft.guideLimits = limits);
  }

  /// The same, with other bounds on connections.
  public ServerOptions withConnections(ConnectionLimits limits) {
    return changed(draft -> draft.connections = limits);
  }

  /// The same, with another amount of history.
  public ServerOptions withHistory(Retention retention) {
    return changed(draft -> draft.history = retention);
  }

  /// The same, with other bounds on routes.
  public ServerOptions withRouteLimits(RouteLimits limits) {
    return changed(draft -> draft.routeLimits = limits);
  }

  /// The same, with another largest message.
  public ServerOptions withMessageBytesMax(int bytes) {
    return changed(draft -> draft.messageBytesMax = bytes);
  }

  /// The same, with other certificates, tokens and grants.
  public ServerOptions withAccess(AccessOptions newAccess) {
    return changed(draft -> draft.access = newAccess);
  }

  /// True if it is safe where other machines, or other users of this one, can reach it.
  boolean isSecure() {
    return access.encrypts() && access.authenticates();
  }

  /// The same, with other bounds on what one identity may ask.
  public ServerOptions withIdentities(IdentityLimits limits) {
    return changed(draft -> draft.callers = draft.callers.withIdentity(limits));
  }

  /// The same, with other bounds on what callers may ask.
  public ServerOptions withCallers(CallerLimits limits) {
    return changed(draft -> draft.callers = limits);
  }

  /// The same, with or without counting and timing every call.
  public ServerOptions countingCalls(boolean counts) {
    return changed(draft -> draft.countsCalls = counts);
  }

  /// The same, with times counted in other buckets.
  public ServerOptions withTimeBounds(List<Duration> bounds) {
    return changed(draft -> draft.timeBounds = bounds);
  }

  /// The same, with a web port.
  public ServerOptions withWeb(WebSettings settings) {
    return changed(draft -> draft.web = Optional.of(settings));
  }

  /// The same, with spans sent where an environment says.
  public ServerOptions withTracing(Map<String, String> environment) {
    return changed(draft -> draft.tracing = environment);
  }

  /// The same, taking part in a cluster in another way.
  ServerOptions withCluster(ClusterOptions how) {
    return changed(draft -> draft.cluster = how);
  }

  private ServerOptions changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /// These options while one is changed.
  private static final class Draft {
    private final JournalEngine engine;
    private List<ListenAddress> listen;
    private boolean insecure;
    private Duration grace;
    private int messageBytesMax;
    private RouteLimits routeLimits;
    private GuideLimits guideLimits;
    private ConnectionLimits connections;
    private Retention history;
    private AccessOptions access;
    private CallerLimits callers;
    private boolean countsCalls;
    private List<Duration> timeBounds;
    private Map<String, String> tracing;
    private Optional<WebSettings> web;
    private ClusterOptions cluster;

    Draft(ServerOptions from) {
      engine = from.engine;
      listen = from.listen;
      insecure = from.insecure;
      grace = from.grace;
      messageBytesMax = from.messageBytesMax;
      routeLimits = from.routeLimits;
      guideLimits = from.guideLimits;
      connections = from.connections;
      history = from.history;
      access = from.access;
      callers = from.callers;
      countsCalls = from.countsCalls;
      timeBounds = from.timeBounds;
      tracing = from.tracing;
      web = from.web;
      cluster = from.cluster;
    }

    ServerOptions options() {
      return new ServerOptions(
          engine,
          listen,
          insecure,
          grace,
          messageBytesMax,
          routeLimits,
          guideLimits,
          connections,
          history,
          access,
          callers,
          countsCalls,
          timeBounds,
          tracing,
          web,
          cluster);
    }
  }
}
