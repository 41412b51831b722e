package guidepost.server;

import guidepost.access.Access;
import guidepost.access.AccessOptions;
import guidepost.calls.CallerLimits;
import guidepost.calls.IdentityLimits;
import guidepost.calls.IdentityMeters;
import guidepost.calls.SearchQueue;
import guidepost.guide.features.FeatureServiceLimits;
import guidepost.guide.notes.NoteLimits;
import guidepost.guide.notes.NoteRules;
import guidepost.guide.service.GuideLimits;
import guidepost.guide.trips.TripLimits;
import guidepost.journal.DomainWriter;
import guidepost.journal.JournalEngine;
import guidepost.journal.Retention;
import guidepost.journal.kafka.KafkaOptions;
import guidepost.metrics.Metrics;
import guidepost.routes.service.RouteLimits;
import guidepost.settings.Origin;
import guidepost.settings.Setting;
import guidepost.settings.SettingTable;
import guidepost.settings.SettingType;
import guidepost.settings.Settings;
import guidepost.settings.SettingsException;
import guidepost.tracing.Tracing;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/// The one table of what an operator can choose for a server, and the options that it makes.
///
/// A default is written where what it limits is written, and named here, so no number is in two
/// places. See [the reference](../../../../../../../docs/reference/settings.md), which is made of
/// this table.
public final class ServerSettings {

  private static final ConnectionLimits CONNECTIONS = ConnectionLimits.defaults();

  /// Whoever waits longer for calls to end does not want them cut.
  private static final Duration SHUTDOWN_TIMEOUT_MAX = Duration.ofDays(1);

  private static final Duration SECOND = Duration.ofSeconds(1);

  /// Longer, and what was meant was "never".
  private static final Duration TIMEOUT_MAX = Duration.ofDays(1);

  private static final Duration YEARS = Duration.ofDays(3_650);

  /// A message is held in memory whole, several times over while it is decoded.
  private static final long MESSAGE_BYTES_MAX = 64L << 20;

  /// The least that a batch of a Modify call needs.
  private static final long MESSAGE_BYTES_MIN = 64L << 10;

  private static final long MEBIBYTE = 1L << 20;

  /// Hosts that a server listens on, and nobody calls.
  private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "*");

  private static final double NANOS_PER_SECOND = 1e9;

  static final Setting<List<ListenAddress>> LISTEN =
      Setting.of(
          "listen",
          SettingType.list(
              SettingType.text(
                  "HOST:PORT",
                  "HOST:PORT or [IPV6]:PORT",
                  ListenAddress::parse,
                  ListenAddress::toString)),
          ServerOptions.LOOPBACK,
          "Where to listen. Tutorial clients also call the ports 8980, 8080, 30052 and 10000.");

  /// The data directory if no other is named.
  public static final String DATA_DIRECTORY = "guidepost-data";

  static final Setting<Path> DATA =
      Setting.of(
          "data",
          SettingType.path("DIR"),
          Path.of(DATA_DIRECTORY),
          "The data directory, made if absent.");

  static final Setting<String> JOURNAL =
      Setting.optional(
          "journal",
          SettingType.text("PLACE"),
          "Where the journals are, if several servers share them:"
              + " kafka://HOST:PORT,HOST:PORT/PREFIX. The data directory then holds this server's"
              + " copy.");

  static final Setting<ListenAddress> ADVERTISE =
      Setting.optional(
          "advertise",
          SettingType.text(
              "HOST:PORT",
              "HOST:PORT or [IPV6]:PORT of this machine, with a port of 1 to 65535",
              ServerSettings::reachable,
              ListenAddress::toString),
          "Where other servers of the cluster reach this one. Needed to lead.");

  static final Setting<Path> KAFKA_CONFIG =
      Setting.optional(
          "kafka_config",
          SettingType.path("FILE"),
          "A properties file of Kafka's client settings, such as those of TLS and SASL.");

  static final Setting<Boolean> FOLLOW_ONLY =
      Setting.of(
          "follow_only",
          SettingType.toggle(),
          false,
          "Never lead: for a server that is far from the others, or only read.");

  static final Setting<Boolean> UNSAFE_TOPIC =
      Setting.of(
          "unsafe_topic",
          SettingType.toggle(),
          false,
          "Take a topic that may lose what it acknowledged: fewer than three replicas, fewer than"
              + " two in sync, unclean elections, or deletion by age.");

  static final Setting<Duration> STALE_AFTER =
      Setting.of(
          "stale_after",
          SettingType.duration(SECOND, TIMEOUT_MAX),
          ClusterOptions.STALE_AFTER,
          "A server of a cluster that has not heard from the log for so long is not healthy. It"
              + " goes on answering reads, and says of when.");

  static final Setting<Duration> WRITE_TIMEOUT =
      Setting.of(
          "write_timeout",
          SettingType.duration(SECOND, TIMEOUT_MAX),
          ClusterOptions.WRITE_TIMEOUT,
          "How long the brokers have to acknowledge a write before its outcome counts as unknown.");

  static final Setting<Long> SNAPSHOT_AFTER =
      Setting.of(
          "snapshot_after",
          SettingType.bytes(1, 1L << 50),
          KafkaOptions.SNAPSHOT_AFTER,
          "Bytes by which a cluster's log has grown when a snapshot is made and the log is cut off"
              + " behind an older one; the size of the state, if that is more. A new server reads"
              + " so much of the log at most.");

  static final Setting<Path> CLUSTER_CA =
      Setting.optional(
          "cluster_ca",
          SettingType.path("FILE"),
          "Certificates of the CAs that the other servers' certificates are signed by, PEM; if not"
              + " set, those that the system trusts.");

  static final Setting<String> CLUSTER_SERVER_NAME =
      Setting.optional(
          "cluster_server_name",
          SettingType.text("NAME"),
          "The name in the other servers' certificates; if not set, the host of the address that"
              + " they advertise. For servers that have one certificate, and addresses that come"
              + " and go.");

  static final Setting<Boolean> INSECURE =
      Setting.of(
          "insecure",
          SettingType.toggle(),
          false,
          "Allow plaintext on addresses that other machines can reach.");

  static final Setting<Duration> SHUTDOWN_TIMEOUT =
      Setting.of(
          "shutdown_timeout",
          SettingType.duration(Duration.ZERO, SHUTDOWN_TIMEOUT_MAX),
          ServerOptions.GRACE,
          "How long calls in progress may take to finish when the server stops.");

  static final Setting<Long> MESSAGE_MAX =
      Setting.of(
          "calls.message_max",
          SettingType.bytes(MESSAGE_BYTES_MIN, MESSAGE_BYTES_MAX),
          (long) ServerOptions.MESSAGE_BYTES_MAX,
          "The largest message a client may send; gRPC's own default.");

  static final Setting<Integer> CALLS_MAX =
      Setting.derived(
          "calls.per_connection_max",
          SettingType.count(1, 1 << 16),
          CONNECTIONS::callsMax,
          "256, fewer on a small heap",
          "Calls open at once on one connection; clients queue what is more, others are rejected.");

  static final Setting<Duration> STALL_TIMEOUT =
      Setting.of(
          "calls.stall_timeout",
          SettingType.duration(SECOND, TIMEOUT_MAX),
          CONNECTIONS.stallTimeout(),
          "A call whose client takes nothing of what waits for it ends after this long.");

  static final Setting<Integer> RESETS_MAX =
      Setting.of(
          "calls.resets_max",
          SettingType.count(1, Integer.MAX_VALUE),
          CONNECTIONS.resetsMax(),
          "Streams that one connection may reset, or make the server reset, within"
              + " `calls.resets_window`; one more closes it. Each costs some 20 microseconds.");

  static final Setting<Duration> RESETS_WINDOW =
      Setting.of(
          "calls.resets_window",
          SettingType.duration(SECOND, TIMEOUT_MAX),
          CONNECTIONS.resetsWindow(),
          "The time over which resets are counted, in whole seconds.");

  static final Setting<Integer> CONNECTIONS_MAX =
      Setting.of(
          "connections.max",
          SettingType.count(1, 1 << 20),
          CONNECTIONS.connectionsMax(),
          "Connections open at once, on the gRPC port and on the web port each. The process needs"
              + " as many open files, and some hundred for its data. No address gets the last ones:"
              + " one (of IPv6: one /64) that has as many open as are left gets no more, unless it"
              + " is this machine itself, where a proxy may stand.");

  static final Setting<Integer> CONNECTIONS_PER_SECOND =
      Setting.of(
          "connections.per_second",
          SettingType.count(1, 1 << 20),
          CONNECTIONS.connectionsPerSecond(),
          "New connections a second from one address, or one IPv6 /64, on average; faster ones"
              + " wait. A connection costs about a millisecond.");

  static final Setting<Integer> CONNECTIONS_BURST =
      Setting.of(
          "connections.burst",
          SettingType.count(1, 1 << 20),
          CONNECTIONS.connectionsBurst(),
          "New connections that one address may open at once before it waits: a fleet that returns"
              + " after a restart.");

  static final Setting<Integer> CONNECTIONS_WAITING_MAX =
      Setting.of(
          "connections.waiting_max",
          SettingType.count(0, 1 << 20),
          CONNECTIONS.connectionsWaitingMax(),
          "New connections that wait, from all addresses; more are closed.");

  static final Setting<Duration> GREETING_TIMEOUT =
      Setting.of(
          "connections.greeting_timeout",
          SettingType.duration(SECOND, TIMEOUT_MAX),
          CONNECTIONS.greetingTimeout(),
          "A connection that has not begun HTTP/2 is closed after this long.");

  static final Setting<Duration> IDLE_MAX =
      Setting.of(
          "connections.idle_max",
          SettingType.duration(SECOND, YEARS),
          CONNECTIONS.idleMax(),
          "A connection without a call is closed after this long.");

  static final Setting<Duration> AGE_MAX =
      Setting.of(
          "connections.age_max",
          SettingType.duration(SECOND, YEARS),
          CONNECTIONS.ageMax(),
          "A client is asked to connect again after this long, so that clients spread over"
              + " servers.");

  static final Setting<Duration> KEEPALIVE_TIME =
      Setting.of(
          "connections.keepalive_time",
          SettingType.duration(SECOND, TIMEOUT_MAX),
          CONNECTIONS.keepaliveTime(),
          "How often the server asks a quiet client whether it is still there; one that does not"
              + " answer within 20 seconds is closed. gRPC asks no more often than once a second.");

  static final Setting<Duration> KEEPALIVE_MIN =
      Setting.of(
          "connections.keepalive_min",
          SettingType.duration(SECOND, TIMEOUT_MAX),
          CONNECTIONS.keepaliveMin(),
          "How often a client may ask that of the server; one that asks more often is closed.");

  static final Setting<Long> MEMORY_MAX =
      Setting.derived(
          "memory.clients_max",
          SettingType.bytes(MEBIBYTE, 1L << 40),
          CONNECTIONS::budgetBytes,
          "an eighth of the heap",
          "What the server may hold for all clients: requests, and answers that wait to be read."
              + " Over it, the connection that holds most is closed.");

  static final Setting<Long> MEMORY_SHARE =
      Setting.derived(
          "memory.connection_max",
          SettingType.bytes(64L << 10, 1L << 40),
          CONNECTIONS::shareBytes,
          "a sixteenth of `memory.clients_max`, 1MiB..4MiB",
          "What the server may hold for one connection before it waits for the client to read.");

  static final Setting<Duration> SEARCH_WAIT =
      Setting.of(
          "searches.wait_max",
          SettingType.duration(Duration.ofMillis(1), TIMEOUT_MAX),
          SearchQueue.PATIENCE,
          "A search that would wait longer for those before it, by what they took lately, is"
              + " rejected at once with RESOURCE_EXHAUSTED; the first of a connection may wait"
              + " twice as long. So a server that is asked for too much goes on answering in"
              + " time.");

  static final Setting<Integer> QUEUE_MAX =
      Setting.of(
          "writes.queue_max",
          SettingType.count(1, 1 << 24),
          DomainWriter.QUEUED_CHANGES_MAX,
          "Changes that may wait to be written in each of routes, features, notes and trips; more"
              + " are rejected with RESOURCE_EXHAUSTED and a delay to retry after.");

  static final Setting<Integer> ROUTES_PER_PREFIX =
      Setting.of(
          "routes.per_prefix_max",
          SettingType.count(1, 1 << 16),
          RouteLimits.DEFAULT.routesPerPrefixMax(),
          "Routes of one prefix in one table: twice what hardware takes for ECMP.");

  static final Setting<Integer> TABLES_MAX =
      Setting.of(
          "routes.tables_max",
          SettingType.count(1, 1 << 16),
          RouteLimits.DEFAULT.tablesMax(),
          "Tables of routes, the default one among them.");

  static final Setting<Integer> SOURCES_MAX =
      Setting.of(
          "routes.sources_max",
          SettingType.count(1, 1 << 16),
          RouteLimits.DEFAULT.sourcesMax(),
          "Sources of routes, `static` among them.");

  static final Setting<Integer> HISTORY_WAITING =
      Setting.of(
          "history.waiting_max",
          SettingType.count(1, 1 << 16),
          RouteLimits.DEFAULT.historyWaitingMax(),
          "Questions about earlier states that may wait, of routes and of features each; one more"
              + " is rejected with RESOURCE_EXHAUSTED and a delay to retry after. Each takes the"
              + " disk for some milliseconds.");

  static final Setting<Integer> ROUTE_WATCHES =
      Setting.of(
          "routes.watches_max",
          SettingType.count(1, 1 << 20),
          RouteLimits.DEFAULT.watchesMax(),
          "Watches of routes at once; each may hold some megabytes while it reads the log. No"
              + " identity gets the last ones: one that has as many as are left gets no more.");

  static final Setting<Integer> FEATURE_WATCHES =
      Setting.of(
          "features.watches_max",
          SettingType.count(1, 1 << 20),
          FeatureServiceLimits.DEFAULTS.watches(),
          "Watches of features at once; each takes some kilobytes. Identities share them as those"
              + " of routes.");

  static final Setting<Integer> NOTES_PER_POINT =
      Setting.of(
          "notes.per_point_max",
          SettingType.count(1, Integer.MAX_VALUE),
          NoteLimits.DEFAULTS.notesPerPoint(),
          "Notes kept, and replayed, at one point; the oldest is evicted.");

  static final Setting<Integer> NOTES_MAX =
      Setting.of(
          "notes.max",
          SettingType.count(1, Integer.MAX_VALUE),
          NoteLimits.DEFAULTS.notesTotal(),
          "Notes kept altogether; the oldest is evicted.");

  static final Setting<Long> NOTES_MEMORY =
      Setting.of(
          "notes.memory_max",
          SettingType.bytes(MEBIBYTE, 1L << 40),
          NoteLimits.DEFAULTS.noteBytesTotal(),
          "Bytes of all notes kept; the oldest is evicted.");

  static final Setting<Long> NOTE_TEXT =
      Setting.of(
          "notes.text_max",
          SettingType.bytes(1, MEBIBYTE),
          (long) NoteLimits.DEFAULTS.noteBytes(),
          "The longest text of a note, in bytes of UTF-8.");

  static final Setting<Map<String, Duration>> NOTE_TTL =
      Setting.of(
          "notes.ttl",
          SettingType.map(SettingType.duration(Duration.ZERO, NoteRules.TTL_MAX)),
          NoteRules.DEFAULTS.ttls(),
          "TTL of the notes of each kind, by the kind's name; 0 is until somebody closes the note."
              + " A name that is not one of the defaults is a kind of its own; defaults that are"
              + " not named stay. Chats post kind `text`.");

  static final Setting<Integer> NOTE_DENIALS =
      Setting.of(
          "notes.denials",
          SettingType.count(1, NoteRules.DENIALS_MAX),
          NoteRules.DEFAULTS.denials(),
          "Authors whose denials close a note.");

  static final Setting<Integer> NOTE_PACE =
      Setting.of(
          "notes.actions_per_minute",
          SettingType.count(1, Integer.MAX_VALUE),
          NoteRules.DEFAULTS.actionsPerMinute(),
          "Posts, confirmations, denials and closings of one author, at once and per minute.");

  static final Setting<Integer> NOTE_SUBSCRIBERS =
      Setting.of(
          "notes.subscribers_max",
          SettingType.count(1, Integer.MAX_VALUE),
          NoteLimits.DEFAULTS.subscribers(),
          "Subscriptions to notes at once; each takes some kilobytes. Identities share them as"
              + " those of routes.");

  static final Setting<Integer> CHAT_QUEUE =
      Setting.of(
          "chats.queue_max",
          SettingType.count(1, 1 << 24),
          NoteLimits.DEFAULTS.liveQueue(),
          "Live notes that wait for one chat's reader; the oldest is dropped and counted.");

  static final Setting<Integer> CHAT_REPLAYS =
      Setting.of(
          "chats.replays_max",
          SettingType.count(1, 1 << 24),
          NoteLimits.DEFAULTS.owedReplays(),
          "Replays that wait for one chat's reader; one more ends the chat.");

  static final Setting<Integer> CHAT_POINTS =
      Setting.of(
          "chats.points_max",
          SettingType.count(1, 1 << 24),
          NoteLimits.DEFAULTS.placesPerChat(),
          "Points that one chat listens at; one more ends the chat.");

  static final Setting<Integer> TRIPS_MAX =
      Setting.of(
          "trips.max",
          SettingType.count(1, Integer.MAX_VALUE),
          TripLimits.DEFAULTS.trips(),
          "Trips kept; one more is rejected. A trip takes about a kilobyte of memory.");

  static final Setting<Integer> TRIP_FIXES =
      Setting.of(
          "trips.fixes_max",
          SettingType.count(1, Integer.MAX_VALUE),
          TripLimits.DEFAULTS.fixes(),
          "Fixes of one trip, skipped ones among them: eleven days of one a second.");

  static final Setting<Double> TRIP_SPEED =
      Setting.of(
          "trips.speed_max",
          SettingType.number(1, TripLimits.METRES_PER_SECOND_MAX),
          TripLimits.DEFAULTS.metresPerSecond(),
          "The greatest speed of a trip, metres per second; fixes that would need more are set"
              + " aside. 300 is an airliner with a strong tailwind.");

  static final Setting<Duration> HISTORY_AGE =
      Setting.of(
          "history.age",
          SettingType.duration(SECOND, YEARS),
          Retention.DEFAULT.age(),
          "How far back earlier states can be asked for, at most; the newest 1,000 revisions stay"
              + " whatever their age.");

  static final Setting<Long> HISTORY_REVISIONS =
      Setting.of(
          "history.revisions",
          SettingType.largeCount(1),
          Retention.DEFAULT.batches(),
          "How many revisions back, at most.");

  static final Setting<Long> HISTORY_BYTES =
      Setting.of(
          "history.bytes",
          SettingType.bytes(1, Long.MAX_VALUE),
          Retention.DEFAULT.bytes(),
          "Disk space for the log of each of routes, features, notes and trips, at most. A day of"
              + " updates of a full Internet table takes some 100MiB.");

  static final Setting<Path> CERTIFICATE =
      Setting.optional(
          "tls.certificate",
          SettingType.path("FILE"),
          "PEM file with the server's certificate, and those between it and its CA. Connections are"
              + " encrypted with TLS 1.3 if it is set. A changed file is in use within a second or"
              + " two, if its certificate fits its key and is valid now, and each certificate in it"
              + " is signed by the next.");

  static final Setting<Path> KEY =
      Setting.optional(
          "tls.key", SettingType.path("FILE"), "PEM file with its private key, PKCS#8.");

  static final Setting<Path> CA =
      Setting.optional(
          "tls.ca",
          SettingType.path("FILE"),
          "PEM file with the CAs that the server's certificate must lead to; another certificate is"
              + " not used. Without it the server cannot tell whether clients will trust one.");

  static final Setting<Path> CLIENT_CA =
      Setting.optional(
          "tls.client_ca",
          SettingType.path("FILE"),
          "PEM file with the CAs that sign clients' certificates: a client may then prove who it is"
              + " by a certificate.");

  static final Setting<Path> ACCESS_FILE =
      Setting.optional(
          "access.file",
          SettingType.path("FILE"),
          "Who may do what. If it is set, every call must prove who makes it.");

  static final Setting<Path> TOKENS =
      Setting.optional(
          "access.tokens",
          SettingType.path("FILE"),
          "The file of static tokens, which `guidepost token` writes: it holds their hashes.");

  static final Setting<String> JWT_ISSUER =
      Setting.optional(
          "access.jwt.issuer", SettingType.text("URL"), "The `iss` of the JWTs that are accepted.");

  static final Setting<String> JWT_AUDIENCE =
      Setting.optional(
          "access.jwt.audience",
          SettingType.text("NAME"),
          "What the `aud` of the JWTs that are accepted must contain.");

  static final Setting<String> JWKS =
      Setting.optional(
          "access.jwt.jwks",
          SettingType.text("FILE|URL"),
          "The keys that sign them: a file, or an `https:` URL (`http:` on this machine only).");

  static final Setting<List<String>> AUTHORITIES =
      Setting.of(
          "access.authorities",
          SettingType.list(SettingType.text("NAME")),
          List.of(),
          "Names by which clients call this server, besides those of this machine and of its"
              + " certificate. A call to another name is rejected.");

  static final Setting<Path> AUDIT =
      Setting.optional(
          "audit.file",
          SettingType.path("FILE"),
          "The audit log: who changed what, from where, with which result; a JSON object per"
              + " line.");

  static final Setting<Integer> IDENTITY_CONNECTIONS =
      Setting.of(
              "identities.connections_max",
              SettingType.count(1, 1 << 20),
              IdentityLimits.DEFAULTS.connections(),
              "Connections of one identity; calls on one more are rejected. Each may make the"
                  + " server hold `memory.connection_max`.")
          .reloadable();

  static final Setting<Integer> IDENTITY_STREAMS =
      Setting.of(
              "identities.streams_max",
              SettingType.count(1, 1 << 20),
              IdentityLimits.DEFAULTS.streams(),
              "Streaming calls of one identity open at once: watches, chats, subscriptions,"
                  + " writes.")
          .reloadable();

  static final Setting<Integer> IDENTITY_RATE =
      Setting.of(
              "identities.calls_per_second",
              SettingType.count(1, Integer.MAX_VALUE),
              IdentityLimits.DEFAULTS.callsPerSecond(),
              "Calls that one identity may begin per second, on average; faster ones are rejected"
                  + " with a delay to retry after. The default is more than two processors answer.")
          .reloadable();

  static final Setting<Integer> IDENTITY_BURST =
      Setting.of(
              "identities.burst",
              SettingType.count(1, Integer.MAX_VALUE),
              IdentityLimits.DEFAULTS.burst(),
              "Calls that one identity may begin at once after a pause.")
          .reloadable();

  static final Setting<Integer> ADDRESS_CONNECTIONS =
      Setting.of(
              "anonymous.connections_max",
              SettingType.count(1, 1 << 20),
              CallerLimits.DEFAULTS.address().connections(),
              "Connections from one address (of IPv6: one /64) whose calls carry no credentials,"
                  + " where the access file grants something to `anonymous`. An office may be one"
                  + " address, and so is a proxy.")
          .reloadable();

  static final Setting<Integer> ADDRESS_STREAMS =
      Setting.of(
              "anonymous.streams_max",
              SettingType.count(1, 1 << 20),
              CallerLimits.DEFAULTS.address().streams(),
              "Streaming calls without credentials that one address may have open at once. A page"
                  + " has two.")
          .reloadable();

  static final Setting<Integer> ADDRESS_RATE =
      Setting.of(
              "anonymous.calls_per_second",
              SettingType.count(1, Integer.MAX_VALUE),
              CallerLimits.DEFAULTS.address().callsPerSecond(),
              "Calls without credentials that one address may begin per second, on average. A"
                  + " hundred people on the pages make about as many.")
          .reloadable();

  static final Setting<Integer> ADDRESS_BURST =
      Setting.of(
              "anonymous.burst",
              SettingType.count(1, Integer.MAX_VALUE),
              CallerLimits.DEFAULTS.address().burst(),
              "Calls without credentials that one address may begin at once after a pause.")
          .reloadable();

  static final Setting<Integer> ANONYMOUS_STREAMS =
      Setting.of(
              "anonymous.streams_all_max",
              SettingType.count(1, 1 << 20),
              CallerLimits.DEFAULTS.anonymousStreams(),
              "Streaming calls without credentials open at once, of all addresses together. The"
                  + " default is half of `routes.watches_max`, so that identities get the rest.")
          .reloadable();

  static final Setting<Boolean> COUNTS_CALLS =
      Setting.of(
          "metrics.calls",
          SettingType.toggle(),
          true,
          "Count and time every call. Without it, metrics tell of everything else.");

  static final Setting<List<Double>> TIME_BUCKETS =
      Setting.of(
          "metrics.buckets",
          SettingType.list(SettingType.number(1e-6, 3_600)),
          Metrics.BOUNDS.stream().map(ServerSettings::seconds).toList(),
          "Upper bounds, in seconds and ascending, of the buckets in which metrics count times."
              + " Each costs a time series for every method that is called.");

  static final Setting<Boolean> WEB_ENABLED =
      Setting.of(
          "web.enabled",
          SettingType.toggle(),
          true,
          "Open the web port, for those without gRPC; it starts after the gRPC port.");

  static final Setting<ListenAddress> WEB_LISTEN =
      Setting.of(
          "web.listen",
          SettingType.text(
              "HOST:PORT",
              "HOST:PORT or [IPV6]:PORT",
              ListenAddress::parse,
              ListenAddress::toString),
          WebSettings.LOOPBACK,
          "Where the web port listens. If the default is taken, the server says so and does"
              + " without; if a chosen one is, it does not start. The rule of `listen` holds: other"
              + " machines need TLS and authentication, or `insecure`.");

  static final Setting<List<String>> WEB_HOSTS =
      Setting.of(
          "web.hosts",
          SettingType.list(SettingType.text("NAME")),
          List.of(),
          "Names in the header Host by which browsers call this server, besides"
              + " `access.authorities` and the names of this machine and of its certificate. Others"
              + " are answered 421.");

  static final Setting<ListenAddress> WEB_GRPC_ADDRESS =
      Setting.optional(
          "web.grpc_address",
          SettingType.text(
              "HOST:PORT",
              "HOST:PORT or [IPV6]:PORT",
              ListenAddress::parse,
              ListenAddress::toString),
          "Where clients reach the gRPC port, if that is another host than that of the pages, or"
              + " another port than `listen` has: commands that the pages offer to copy name it.");

  static final Setting<List<String>> WEB_ORIGINS =
      Setting.of(
          "web.origins",
          SettingType.list(SettingType.text("ORIGIN")),
          List.of(),
          "Sites, such as `https://maps.example.net`, whose pages may read answers. Without"
              + " credentials of the browser: a page sends a token of its own.");

  static final Setting<Duration> WEB_REQUEST_TIMEOUT =
      Setting.of(
          "web.request_timeout",
          SettingType.duration(SECOND, TIMEOUT_MAX),
          WebSettings.REQUEST_TIMEOUT,
          "A request that has not arrived after this long ends, and so does a single answer that is"
              + " not there. Lists and events may take longer. Of several servers: keep it more"
              + " than 5 s above `write_timeout`, or a write ends before the server can say that"
              + " its outcome is unknown.");

  static final Setting<Long> WEB_HEADERS =
      Setting.of(
          "web.headers_max",
          SettingType.bytes(1 << 10, MEBIBYTE),
          (long) WebSettings.HEADER_BYTES_MAX,
          "The largest headers of one request. A token takes one or two kilobytes.");

  static final Setting<Duration> WEB_HEARTBEAT =
      Setting.of(
          "web.heartbeat",
          SettingType.duration(SECOND, TIMEOUT_MAX),
          WebSettings.HEARTBEAT,
          "An event stream without events has a heartbeat this often: proxies take longer silence"
              + " for a dead connection.");

  static final Setting<LogLevel> LOG_LEVEL =
      Setting.of(
              "log.level",
              SettingType.choice(LogLevel.class),
              LogLevel.INFO,
              "The least important lines that are logged.")
          .reloadable();

  static final Setting<LogFormat> LOG_FORMAT =
      Setting.of(
          "log.format",
          SettingType.choice(LogFormat.class),
          LogFormat.TEXT,
          "How a line of the log is written: `text` for people, or `json`, an object a line with"
              + " the call and the caller that it is about.");

  /// All of them.
  public static final SettingTable TABLE =
      new SettingTable(
          List.of(
              LISTEN,
              DATA,
              JOURNAL,
              ADVERTISE,
              KAFKA_CONFIG,
              FOLLOW_ONLY,
              UNSAFE_TOPIC,
              STALE_AFTER,
              WRITE_TIMEOUT,
              SNAPSHOT_AFTER,
              CLUSTER_CA,
              CLUSTER_SERVER_NAME,
              INSECURE,
              SHUTDOWN_TIMEOUT,
              CALLS_MAX,
              MESSAGE_MAX,
              STALL_TIMEOUT,
              RESETS_MAX,
              RESETS_WINDOW,
              CONNECTIONS_MAX,
              CONNECTIONS_PER_SECOND,
              CONNECTIONS_BURST,
              CONNECTIONS_WAITING_MAX,
              GREETING_TIMEOUT,
              IDLE_MAX,
              AGE_MAX,
              KEEPALIVE_TIME,
              KEEPALIVE_MIN,
              MEMORY_MAX,
              MEMORY_SHARE,
              SEARCH_WAIT,
              QUEUE_MAX,
              ROUTES_PER_PREFIX,
              TABLES_MAX,
              SOURCES_MAX,
              ROUTE_WATCHES,
              FEATURE_WATCHES,
              NOTES_MAX,
              NOTES_MEMORY,
              NOTES_PER_POINT,
              NOTE_TEXT,
              NOTE_TTL,
              NOTE_DENIALS,
              NOTE_PACE,
              NOTE_SUBSCRIBERS,
              CHAT_QUEUE,
              CHAT_REPLAYS,
              CHAT_POINTS,
              TRIPS_MAX,
              TRIP_FIXES,
              TRIP_SPEED,
              HISTORY_AGE,
              HISTORY_REVISIONS,
              HISTORY_BYTES,
              HISTORY_WAITING,
              CERTIFICATE,
              KEY,
              CA,
              CLIENT_CA,
              ACCESS_FILE,
              TOKENS,
              JWT_ISSUER,
              JWT_AUDIENCE,
              JWKS,
              AUTHORITIES,
              AUDIT,
              IDENTITY_CONNECTIONS,
              IDENTITY_STREAMS,
              IDENTITY_RATE,
              IDENTITY_BURST,
              ADDRESS_CONNECTIONS,
              ADDRESS_STREAMS,
              ADDRESS_RATE,
              ADDRESS_BURST,
              ANONYMOUS_STREAMS,
              COUNTS_CALLS,
              TIME_BUCKETS,
              WEB_ENABLED,
              WEB_LISTEN,
              WEB_HOSTS,
              WEB_ORIGINS,
              WEB_GRPC_ADDRESS,
              WEB_REQUEST_TIMEOUT,
              WEB_HEADERS,
              WEB_HEARTBEAT,
              LOG_LEVEL,
              LOG_FORMAT));

  private ServerSettings() {}

  /// The options that settings make.
  ///
  /// @throws SettingsException if values that are right by themselves do not go together
  public static ServerOptions options(Settings settings) throws SettingsException {
    List<String> problems = new ArrayList<>();
    if (settings.get(LISTEN).isEmpty()) {
      problems.add("%s: must name at least one address".formatted(named(settings, LISTEN)));
    }
    for (ListenAddress address : settings.get(LISTEN)) {
      ListenAddress both = new ListenAddress("::", address.port());
      if (address.host().equals("0.0.0.0")
          && address.port() != 0
          && settings.get(LISTEN).contains(both)) {
        problems.add(
            "%s: %s takes calls by IPv4 too; leave %s out"
                .formatted(named(settings, LISTEN), both, address));
      }
    }
    if (isGiven(settings, MEMORY_SHARE) && settings.get(MEMORY_SHARE) > settings.get(MEMORY_MAX)) {
      problems.add(
          "%s \"%s\": must be at most %s, %s"
              .formatted(
                  named(settings, MEMORY_SHARE),
                  settings.text(MEMORY_SHARE),
                  MEMORY_MAX,
                  settings.text(MEMORY_MAX)));
    }
    List<Double> buckets = settings.get(TIME_BUCKETS);
    for (int i = 1; i < buckets.size(); i++) {
      if (buckets.get(i) <= buckets.get(i - 1)) {
        problems.add(
            "%s \"%s\": must ascend"
                .formatted(named(settings, TIME_BUCKETS), settings.text(TIME_BUCKETS)));
        break;
      }
    }
    boolean jwt = settings.find(JWKS).isPresent();
    if (jwt != settings.find(JWT_ISSUER).isPresent()
        || jwt != settings.find(JWT_AUDIENCE).isPresent()) {
      problems.add("access.jwt.issuer, access.jwt.audience, access.jwt.jwks: must be set together");
    }
    NoteRules rules = noteRules(settings, problems);
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    ServerOptions options =
        ServerOptions.with(engine(settings))
            .withCluster(
                new ClusterOptions(
                    settings.get(STALE_AFTER),
                    settings.find(CLUSTER_CA),
                    settings.find(CLUSTER_SERVER_NAME),
                    settings.find(ADVERTISE)))
            .listeningOn(settings.get(LISTEN))
            .withInsecure(settings.get(INSECURE))
            .withGrace(settings.get(SHUTDOWN_TIMEOUT))
            .withMessageBytesMax(settings.get(MESSAGE_MAX).intValue())
            .withConnections(connections(settings))
            .withRouteLimits(routes(settings))
            .withGuideLimits(guide(settings, rules))
            .withAccess(access(settings))
            .withCallers(callers(settings))
            .withTracing(Tracing.of(System.getenv()))
            .countingCalls(settings.get(COUNTS_CALLS))
            .withTimeBounds(buckets.stream().map(ServerSettings::time).toList())
            .withHistory(
                new Retention(
                    settings.get(HISTORY_AGE),
                    settings.get(HISTORY_REVISIONS),
                    settings.get(HISTORY_BYTES)));
    return settings.get(WEB_ENABLED) ? options.withWeb(web(settings)) : options;
  }

  private static WebSettings web(Settings settings) {
    return new WebSettings(
        settings.get(WEB_LISTEN),
        isGiven(settings, WEB_LISTEN),
        settings.get(WEB_HOSTS),
        settings.get(WEB_ORIGINS),
        settings.get(WEB_REQUEST_TIMEOUT),
        settings.get(WEB_HEADERS).intValue(),
        settings.get(WEB_HEARTBEAT),
        settings.find(WEB_GRPC_ADDRESS));
  }

  private static double seconds(Duration time) {
    return time.toNanos() / NANOS_PER_SECOND;
  }

  private static Duration time(double seconds) {
    return Duration.ofNanos(Math.round(seconds * NANOS_PER_SECOND));
  }

  /// Where others reach this server: one place, so no port that the system chooses, and no address
  /// that stands for all.
  private static ListenAddress reachable(String text) {
    ListenAddress address = ListenAddress.parse(text);
    if (address.port() == 0 || EVERYWHERE.contains(address.host())) {
      throw new IllegalArgumentException("nobody reaches " + text);
    }
    return address;
  }

  private static JournalEngine engine(Settings settings) throws SettingsException {
    Optional<String> place = settings.find(JOURNAL);
    return place.isPresent() ? shared(place.get(), settings) : Engines.embedded(settings.get(DATA));
  }

  private static JournalEngine shared(String place, Settings settings) throws SettingsException {
    try {
      return Engines.shared(
          KafkaOptions.parse(place, settings.get(DATA))
              .advertising(settings.find(ADVERTISE).map(ListenAddress::toString).orElse(""))
              .withConfig(
                  kafkaConfig(settings),
                  settings
                      .find(KAFKA_CONFIG)
                      .map(file -> "%s \"%s\"".formatted(named(settings, KAFKA_CONFIG), file))
                      .orElse(""))
              .with(
                  settings.get(FOLLOW_ONLY) || settings.find(ADVERTISE).isEmpty(),
                  settings.get(UNSAFE_TOPIC))
              .waiting(settings.get(WRITE_TIMEOUT), KafkaOptions.SILENCE)
              .snapshottingAfter(settings.get(SNAPSHOT_AFTER)));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(
          "%s: \"%s\": %s".formatted(named(settings, JOURNAL), place, e.getMessage()));
    }
  }

  private static Map<String, String> kafkaConfig(Settings settings) throws SettingsException {
    Optional<Path> file = settings.find(KAFKA_CONFIG);
    Properties read = new Properties();
    if (file.isPresent()) {
      try (Reader reader = Files.newBufferedReader(file.get())) {
        read.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new SettingsException("%s: %s".formatted(named(settings, KAFKA_CONFIG), e));
      }
    }
    return read.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, read::getProperty));
  }

  private static boolean isGiven(Settings settings, Setting<?> setting) {
    return !(settings.origin(setting) instanceof Origin.Default);
  }

  private static String named(Settings settings, Setting<?> setting) {
    return "%s: %s".formatted(settings.origin(setting), setting);
  }

  private static ConnectionLimits connections(Settings settings) {
    return new ConnectionLimits(
        settings.get(CALLS_MAX),
        settings.get(CONNECTIONS_MAX),
        settings.get(CONNECTIONS_PER_SECOND),
        settings.get(CONNECTIONS_BURST),
        settings.get(CONNECTIONS_WAITING_MAX),
        settings.get(RESETS_MAX),
        settings.get(RESETS_WINDOW),
        settings.get(STALL_TIMEOUT),
        settings.get(GREETING_TIMEOUT),
        settings.get(IDLE_MAX),
        settings.get(AGE_MAX),
        settings.get(KEEPALIVE_TIME),
        settings.get(KEEPALIVE_MIN),
        settings.get(MEMORY_MAX),
        Math.min(settings.get(MEMORY_SHARE), settings.get(MEMORY_MAX)));
  }

  /// Also reads the files that settings name: certificates, grants and tokens.
  ///
  /// @return what is allowed there, but hardly meant
  /// @throws SettingsException if something is wrong with one, or values do not go together
  public static List<String> check(Settings settings) throws SettingsException {
    ServerOptions options = options(settings);
    IdentityMeters meters = new IdentityMeters(options.callers(), System::nanoTime);
    try (Access access = Access.open(options.access(), meters, List.of())) {
      return access.warnings();
    }
  }

  /// The file of static tokens, if there is one.
  public static Optional<Path> tokenFile(Settings settings) {
    return settings.find(TOKENS);
  }

  private static AccessOptions access(Settings settings) throws SettingsException {
    try {
      return consistent(settings);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }

  private static AccessOptions consistent(Settings settings) throws SettingsException {
    AccessOptions access =
        new AccessOptions(
            settings.find(CERTIFICATE),
            settings.find(KEY),
            settings.find(CA),
            settings.find(CLIENT_CA),
            settings.find(ACCESS_FILE),
            settings.find(TOKENS),
            settings
                .find(JWKS)
                .map(
                    jwks ->
                        new AccessOptions.Jwt(
                            settings.get(JWT_ISSUER), settings.get(JWT_AUDIENCE), jwks)),
            settings.get(AUTHORITIES),
            settings.find(AUDIT));
    access.requireConsistent();
    return access;
  }

  static CallerLimits callers(Settings settings) {
    return new CallerLimits(
        new IdentityLimits(
            settings.get(IDENTITY_CONNECTIONS),
            settings.get(IDENTITY_STREAMS),
            settings.get(IDENTITY_RATE),
            settings.get(IDENTITY_BURST)),
        new IdentityLimits(
            settings.get(ADDRESS_CONNECTIONS),
            settings.get(ADDRESS_STREAMS),
            settings.get(ADDRESS_RATE),
            settings.get(ADDRESS_BURST)),
        settings.get(ANONYMOUS_STREAMS));
  }

  private static RouteLimits routes(Settings settings) {
    return new RouteLimits(
        settings.get(QUEUE_MAX),
        settings.get(ROUTES_PER_PREFIX),
        settings.get(TABLES_MAX),
        settings.get(SOURCES_MAX),
        settings.get(HISTORY_WAITING),
        settings.get(ROUTE_WATCHES),
        settings.get(MESSAGE_MAX).intValue(),
        settings.get(SEARCH_WAIT));
  }

  private static NoteRules noteRules(Settings settings, List<String> problems) {
    int pace = settings.get(NOTE_PACE);
    NoteRules rules =
        NoteRules.DEFAULTS.withDenials(settings.get(NOTE_DENIALS)).withPace(pace, pace);
    for (Map.Entry<String, Duration> kind : settings.get(NOTE_TTL).entrySet()) {
      try {
        if (kind.getKey().equals(NoteRules.TEXT) && kind.getValue().isZero()) {
          throw new IllegalArgumentException("text=0: chats cannot close notes, so must be more");
        }
        rules = rules.withKind(kind.getKey(), kind.getValue());
      } catch (IllegalArgumentException e) {
        problems.add("%s: %s".formatted(named(settings, NOTE_TTL), e.getMessage()));
      }
    }
    return rules;
  }

  private static GuideLimits guide(Settings settings, NoteRules rules) {
    int queue = settings.get(QUEUE_MAX);
    NoteLimits notes =
        NoteLimits.DEFAULTS
            .withNotesPerPoint(settings.get(NOTES_PER_POINT))
            .withKept(
                settings.get(NOTE_TEXT).intValue(),
                settings.get(NOTES_MAX),
                settings.get(NOTES_MEMORY))
            .withChat(
                settings.get(CHAT_QUEUE), settings.get(CHAT_REPLAYS), settings.get(CHAT_POINTS))
            .withSubscribers(settings.get(NOTE_SUBSCRIBERS))
            .withQueuedChanges(queue)
            .withNoteRules(rules);
    return new GuideLimits(
        notes,
        new FeatureServiceLimits(
            queue, settings.get(FEATURE_WATCHES), settings.get(HISTORY_WAITING)),
        new TripLimits(
            queue, settings.get(TRIPS_MAX), settings.get(TRIP_FIXES), settings.get(TRIP_SPEED)),
        settings.get(SEARCH_WAIT));
  }
}
