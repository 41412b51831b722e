package guidepost.journal.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
    return new KafkaOptions(
        brokers,
        prefix,
        copy,
        address,
        config,
        followOnly,
        unsafeTopic,
        writeTimeout,
        silence,
        snapshotAfter,
        format);
  }

  /// The same, with settings of Kafka's clients.
  public KafkaOptions withConfig(Map<String, String> settings) {
    return new KafkaOptions(
        brokers,
        prefix,
        copy,
        advertise,
        settings,
        followOnly,
        unsafeTopic,
        writeTimeout,
        silence,
        snapshotAfter,
        format);
  }

  /// The same, with its copy elsewhere.
  KafkaOptions copiedTo(Path directory) {
    return new KafkaOptions(
        brokers,
        prefix,
        directory,
        advertise,
        config,
        followOnly,
        unsafeTopic,
        writeTimeout,
        silence,
        snapshotAfter,
        format);
  }

  /// The same, leading or never, on a safe topic or any.
  public KafkaOptions with(boolean neverLeads, boolean anyTopic) {
    return new KafkaOptions(
        brokers,
        prefix,
        copy,
        advertise,
        config,
        neverLeads,
        anyTopic,
        writeTimeout,
        silence,
        snapshotAfter,
        format);
  }

  /// The same, with other limits of time.
  public KafkaOptions waiting(Duration forWrites, Duration forLeader) {
    return new KafkaOptions(
        brokers,
        prefix,
        copy,
        advertise,
        config,
        followOnly,
        unsafeTopic,
        forWrites,
        forLeader,
        snapshotAfter,
        format);
  }

  /// The same, with snapshots made more or less often.
  public KafkaOptions snapshottingAfter(long bytes) {
    return new KafkaOptions(
        brokers,
        prefix,
        copy,
        advertise,
        config,
        followOnly,
        unsafeTopic,
        writeTimeout,
        silence,
        bytes,
        format);
  }

  /// The same, of a program that knows another format.
  KafkaOptions knowing(int newest) {
    return new KafkaOptions(
        brokers,
        prefix,
        copy,
        advertise,
        config,
        followOnly,
        unsafeTopic,
        writeTimeout,
        silence,
        snapshotAfter,
        newest);
  }

  @Override
  public String toString() {
    return SCHEME + String.join(",", brokers) + "/" + prefix;
  }
}
