package guidepost.journal.kafka;

import static java.util.Objects.requireNonNull;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way to the brokers: the clients that the log needs, and the topic as it must be.
///
/// Threads: any.
final class KafkaLink {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaLink.class);

  /// How often a server that waits for brokers says so.
  private static final Duration SAID_EVERY = Duration.ofSeconds(10);

  /// A request that a broker does not answer is sent again, to whichever leads then.
  private static final long REQUEST_TIMEOUT_MILLIS = 5_000;

  /// How long a send may wait for memory, or to learn where the partition is: others wait
  /// meanwhile.
  private static final long BLOCK_MILLIS_MAX = 2_000;

  /// With fewer copies, what was acknowledged may be lost with one disk.
  private static final short REPLICAS = 3;

  private final KafkaOptions options;
  private final TopicPartition partition;

  KafkaLink(KafkaOptions options) {
    this.options = options;
    this.partition = new TopicPartition(options.topic(), 0);
  }

  TopicPartition partition() {
    return partition;
  }

  private Map<String, Object> config() {
    Map<String, Object> config = new HashMap<>(options.config());
    config.put("bootstrap.servers", String.join(",", options.brokers()));
    config.put("reconnect.backoff.max.ms", "1000");
    config.put("metadata.recovery.strategy", "rebootstrap");
    return config;
  }

  /// A producer that acknowledges what every replica in sync has, in order and once.
  KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> config = config();
    long timeout = options.writeTimeout().toMillis();
    config.put("acks", "all");
    config.put("enable.idempotence", "true");
    config.put("linger.ms", "0");
    config.put("delivery.timeout.ms", String.valueOf(timeout));
    config.put("request.timeout.ms", String.valueOf(Math.min(timeout, REQUEST_TIMEOUT_MILLIS)));
    config.put("max.block.ms", String.valueOf(Math.min(timeout, BLOCK_MILLIS_MAX)));
    config.put("metadata.max.idle.ms", "86400000");
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// A consumer of the log, at no place yet. It says so if the log does not have what it was to
  /// read.
  KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> config = config();
    config.put("auto.offset.reset", "none");
    config.put("enable.auto.commit", "false");
    config.put("fetch.max.wait.ms", "250");
    config.put("max.partition.fetch.bytes", String.valueOf(8 << 20));
    config.put("max.poll.records", "2000");
    config.put("default.api.timeout.ms", "10000");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(List.of(partition));
    return consumer;
  }

  /// The offset of the first record that is kept.
  long begin(KafkaConsumer<byte[], byte[]> consumer) {
    return requireNonNull(consumer.beginningOffsets(List.of(partition)).get(partition));
  }

  /// The offset that the next record gets.
  long end(KafkaConsumer<byte[], byte[]> consumer) {
    return requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
  }

  /// The topic's own number, once its brokers answer; made if it is absent.
  ///
  /// @throws JournalException if the topic may lose what it acknowledged, or may not be used
  Uuid topic() throws JournalException {
    Map<String, Object> config = config();
    config.put("default.api.timeout.ms", "10000");
    config.put("request.timeout.ms", String.valueOf(REQUEST_TIMEOUT_MILLIS));
    try (Admin admin = Admin.create(config)) {
      long said = System.nanoTime() - SAID_EVERY.toNanos();
      while (true) {
        try {
          return topic(admin);
        } catch (RetriableException e) {
          if (System.nanoTime() - said >= SAID_EVERY.toNanos()) {
            LOG.warn("waiting for the brokers of {}: {}", options, e.toString());
            said = System.nanoTime();
          }
        }
      }
    }
  }

  private Uuid topic(Admin admin) throws JournalException {
    Optional<TopicDescription> found = description(admin);
    if (found.isEmpty()) {
      create(admin);
      return topic(admin);
    }
    requireSafe(found.get(), topicConfig(admin));
    return found.get().topicId();
  }

  private Optional<TopicDescription> description(Admin admin) throws JournalException {
    KafkaFuture<TopicDescription> found = requireNonNull(described(admin).get(options.topic()));
    try {
      return Optional.of(get(found::get));
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty();
    }
  }

  @SuppressWarnings("NullAway") // Kafka says that it may be null, and it is for topics by number
  private Map<String, KafkaFuture<TopicDescription>> described(Admin admin) {
    return admin.describeTopics(List.of(options.topic())).topicNameValues();
  }

  private Config topicConfig(Admin admin) throws JournalException {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, options.topic());
    return get(requireNonNull(admin.describeConfigs(List.of(topic)).values().get(topic))::get);
  }

  private void create(Admin admin) throws JournalException {
    int brokers = get(admin.describeCluster().nodes()::get).size();
    short replicas = options.unsafeTopic() ? (short) Math.min(brokers, REPLICAS) : REPLICAS;
    if (brokers < replicas) {
      throw foreign(
          "needs %d brokers for as many copies of each record, and there are %d"
              .formatted(REPLICAS, brokers));
    }
    NewTopic topic =
        new NewTopic(options.topic(), 1, replicas)
            .configs(
                Map.of(
                    "min.insync.replicas", replicas > 1 ? "2" : "1",
                    "cleanup.policy", "delete",
                    "retention.ms", "-1",
                    "retention.bytes", "-1",
                    "unclean.leader.election.enable", "false"));
    try {
      get(admin.createTopics(List.of(topic)).all()::get);
      LOG.info("made the topic {}", options.topic());
    } catch (TopicExistsException e) {
      LOG.debug("another server was faster: {}", e.toString());
    }
  }

  private void requireSafe(TopicDescription topic, Config config) throws JournalException {
    if (topic.partitions().size() != 1) {
      throw foreign("has %d partitions, and must have 1".formatted(topic.partitions().size()));
    }
    if (options.unsafeTopic()) {
      return;
    }
    require(
        topic.partitions().getFirst().replicas().size() >= REPLICAS,
        "must have at least %d replicas".formatted(REPLICAS));
    require(
        Integer.parseInt(value(config, "min.insync.replicas")) >= 2,
        "min.insync.replicas: must be at least 2");
    require(
        value(config, "unclean.leader.election.enable").equals("false"),
        "unclean.leader.election.enable: must be false");
    require(value(config, "cleanup.policy").equals("delete"), "cleanup.policy: must be delete");
    require(value(config, "retention.ms").equals("-1"), "retention.ms: must be -1");
    require(value(config, "retention.bytes").equals("-1"), "retention.bytes: must be -1");
  }

  private static String value(Config config, String name) {
    return String.valueOf(config.get(name) == null ? "" : config.get(name).value());
  }

  private void require(boolean condition, String rule) throws JournalException {
    if (!condition) {
      throw foreign(
          rule + ", or acknowledged changes may be lost; change the topic, or add --unsafe-topic");
    }
  }

  private JournalException foreign(String what) {
    return new JournalException(
        Reason.FOREIGN, "topic %s: %s".formatted(options.topic(), what), null);
  }

  /// Gives what Kafka's clients promised.
  @FunctionalInterface
  private interface Promise<T> {
    T get() throws ExecutionException, InterruptedException;
  }

  private <T> T get(Promise<T> promise) throws JournalException {
    try {
      return promise.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException retriable) {
        throw retriable;
      }
      if (e.getCause() instanceof TopicExistsException exists) {
        throw exists;
      }
      throw new JournalException(
          Reason.IO, "%s: %s".formatted(options, e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalException(Reason.IO, options + ": interrupted", e);
    }
  }
}
