package guidepost.journal.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Where the log is, and how this server takes part.
///
/// Threads: any; immutable.
///
/// @param brokers HOST:PORT of some of them
/// @param prefix of the topics
/// @param copy the directory of this server's copy
/// @param advertise where other servers reach this one; empty if nobody tells them
/// @param config settings of Kafka's clients, such as those of TLS and SASL
/// @param configFrom where these were read from, for people; empty if nowhere
/// @param followOnly true if this server never leads
/// @param unsafeTopic true to take a topic that may lose what it acknowledged
/// @param writeTimeout how long the brokers have to acknowledge a write
/// @param silence how long a leader may be silent until another server claims
/// @param snapshotAfter bytes by which the log has grown when a snapshot is made; more if the state
///   is larger
/// @param format the newest format of the log that it knows: this program's, but in tests of
///   upgrades
public record KafkaOptions(
    List<String> brokers,
    String prefix,
    Path copy,
    String advertise,
    Map<String, String> config,
    String configFrom,
    boolean followOnly,
    boolean unsafeTopic,
    Duration writeTimeout,
    Duration silence,
    long snapshotAfter,
    int format) {

  /// How a place of journals on Kafka begins.
  public static final String SCHEME = "kafka://";

  /// A broker that fails is replaced within seconds; a caller that waits longer has given up.
  public static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);

  /// Five times as long as a leader is ever silent.
  public static final Duration SILENCE = Duration.ofSeconds(5);

  /// A new server reads so much of the log at most: seconds.
  public static final long SNAPSHOT_AFTER = 1L << 30;

  /// The setting of Kafka's clients that says whether they encrypt and log in.
  static final String PROTOCOL = "security.protocol";

  /// The one that says how they log in.
  static final String MECHANISM = "sasl.mechanism";

  /// That of Kafka's clients.
  private static final String MECHANISM_DEFAULT = "GSSAPI";

  private static final int PORT = 9092;

  private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9._-]{1,200}");

  /// What clients of brokers can be told.
  public KafkaOptions {
    brokers = List.copyOf(brokers);
    config = Map.copyOf(config);
  }

  /// Reads `kafka://HOST:PORT,HOST/PREFIX`.
  ///
  /// @throws IllegalArgumentException if it is not of that form; the message is the rule
  public static KafkaOptions parse(String place, Path copy) {
    int slash = place.indexOf('/', SCHEME.length());
    if (!place.startsWith(SCHEME) || slash < 0) {
      throw new IllegalArgumentException("must be kafka://HOST:PORT,HOST:PORT/PREFIX");
    }
    String prefix = place.substring(slash + 1);
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "must end with a prefix of 1 to 200 characters of a-z, A-Z, 0-9, dot, _ and -");
    }
    List<String> brokers =
        Arrays.stream(place.substring(SCHEME.length(), slash).split(",", -1))
            .map(KafkaOptions::broker)
            .toList();
    return new KafkaOptions(
        brokers,
        prefix,
        copy,
        "",
        Map.of(),
        "",
        false,
        false,
        WRITE_TIMEOUT,
        SILENCE,
        SNAPSHOT_AFTER,
        Position.FORMAT);
  }

  private static String broker(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("must name brokers between commas");
    }
    boolean hasPort = text.matches(".*:[0-9]{1,5}");
    return hasPort ? text : text + ":" + PORT;
  }

  /// True if the connections to the brokers are encrypted.
  boolean encrypts() {
    return config.getOrDefault(PROTOCOL, "").toUpperCase(Locale.ROOT).endsWith("SSL");
  }

  /// True if a client says to the brokers who it is.
  boolean logsIn() {
    return config.getOrDefault(PROTOCOL, "").toUpperCase(Locale.ROOT).startsWith("SASL");
  }

  /// How it does so.
  String mechanism() {
    return config.getOrDefault(MECHANISM, MECHANISM_DEFAULT);
  }

  /// The topic of the log.
  String topic() {
    return prefix + ".log";
  }

  /// The topic of the snapshots.
  String snapshots() {
    return prefix + ".snapshot";
  }

  /// The topic in which the servers say how they are.
  String servers() {
    return prefix + ".servers";
  }

  /// The same, reached by other servers at an address.
  public KafkaOptions advertising(String address) {
    return changed(draft -> draft.advertise = address);
  }

  /// The same, with settings of Kafka's clients.
  public KafkaOptions withConfig(Map<String, String> settings) {
    return withConfig(settings, "");
  }

  /// The same, with settings of Kafka's clients that were read from somewhere.
  ///
  /// @param from for people, such as the path of a file; empty if that is nowhere
  public KafkaOptions withConfig(Map<String, String> settings, String from) {
    return changed(
        draft -> {
          draft.config = settings;
          draft.configFrom = from;
        });
  }

  /// The same, with its copy elsewhere.
  KafkaOptions copiedTo(Path directory) {
    return changed(draft -> draft.copy = directory);
  }

  /// The same, leading or never, on a safe topic or any.
  public KafkaOptions with(boolean neverLeads, boolean anyTopic) {
    return changed(
        draft -> {
          draft.followOnly = neverLeads;
          draft.unsafeTopic = anyTopic;
        });
  }

  /// The same, with other limits of time.
  public KafkaOptions waiting(Duration forWrites, Duration forLeader) {
    return changed(
        draft -> {
          draft.writeTimeout = forWrites;
          draft.silence = forLeader;
        });
  }

  /// The same, with snapshots made more or less often.
  public KafkaOptions snapshottingAfter(long bytes) {
    return changed(draft -> draft.snapshotAfter = bytes);
  }

  /// The same, of a program that knows another format.
  KafkaOptions knowing(int newest) {
    return changed(draft -> draft.format = newest);
  }

  private KafkaOptions changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /// The options while some of them are changed; the brokers and the prefix never are.
  private static final class Draft {
    private final KafkaOptions from;
    private Path copy;
    private String advertise;
    private Map<String, String> config;
    private String configFrom;
    private boolean followOnly;
    private boolean unsafeTopic;
    private Duration writeTimeout;
    private Duration silence;
    private long snapshotAfter;
    private int format;

    Draft(KafkaOptions from) {
      this.from = from;
      this.copy = from.copy;
      this.advertise = from.advertise;
      this.config = from.config;
      this.configFrom = from.configFrom;
      this.followOnly = from.followOnly;
      this.unsafeTopic = from.unsafeTopic;
      this.writeTimeout = from.writeTimeout;
      this.silence = from.silence;
      this.snapshotAfter = from.snapshotAfter;
      this.format = from.format;
    }

    KafkaOptions done() {
      return new KafkaOptions(
          from.brokers,
          from.prefix,
          copy,
          advertise,
          config,
          configFrom,
          followOnly,
          unsafeTopic,
          writeTimeout,
          silence,
          snapshotAfter,
          format);
    }
  }

  @Override
  public String toString() {
    return SCHEME + String.join(",", brokers) + "/" + prefix;
  }
}
