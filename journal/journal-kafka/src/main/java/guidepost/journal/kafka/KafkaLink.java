package guidepost.journal.kafka;

import static java.util.Objects.requireNonNull;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClientFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
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

  /// How long a question waits for brokers: those who ask do so again.
  private static final long ASK_MILLIS_MAX = 10_000;

  /// Between two tries of what the brokers do not let be done now.
  private static final Duration RETRY = Duration.ofMillis(100);

  /// The same while none of them answers.
  private static final Duration OUTAGE_PAUSE = Duration.ofSeconds(1);

  /// With fewer copies, what was acknowledged may be lost with one disk.
  private static final short REPLICAS = 3;

  /// What a record may have, with all that surrounds a part of a frame: as brokers have it by
  /// default, whatever these have.
  private static final int RECORD_BYTES = (1 << 20) + 12;

  /// What it must at least.
  private static final int RECORD_BYTES_MIN = Frame.PART_BYTES_MAX + 10_000;

  /// A topic as it must be.
  ///
  /// @param keeps true if nothing that it has acknowledged may be lost
  /// @param config more of it
  private record Wanted(String name, int partitions, boolean keeps, Map<String, String> config) {}

  private final KafkaOptions options;
  private final LinkFailures failures;
  private final TopicPartition partition;

  /// What clients are told was found to be good, and a broker understood it.
  private volatile boolean usable;

  KafkaLink(KafkaOptions options) {
    this.options = options;
    this.failures = new LinkFailures(options);
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
    return new KafkaProducer<>(
        producerConfig(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Map<String, Object> producerConfig() {
    Map<String, Object> config = config();
    long timeout = options.writeTimeout().toMillis();
    config.put("acks", "all");
    config.put("enable.idempotence", "true");
    config.put("linger.ms", "0");
    config.put("max.request.size", String.valueOf(1 << 20));
    config.put("max.in.flight.requests.per.connection", "5");
    config.remove("transactional.id");
    config.put("delivery.timeout.ms", String.valueOf(timeout));
    config.put("request.timeout.ms", String.valueOf(Math.min(timeout, REQUEST_TIMEOUT_MILLIS)));
    config.put("max.block.ms", String.valueOf(Math.min(timeout, BLOCK_MILLIS_MAX)));
    config.put("metadata.max.idle.ms", "86400000");
    return config;
  }

  /// A producer of what is out of date a second later: not tried again, and acknowledged by one.
  KafkaProducer<byte[], byte[]> announcer() {
    Map<String, Object> config = config();
    config.put("acks", "1");
    config.put("enable.idempotence", "false");
    config.put("retries", "0");
    config.put("request.timeout.ms", "2000");
    config.put("delivery.timeout.ms", "3000");
    config.put("max.block.ms", "1000");
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// A consumer of the log, at no place yet. It says so if the log does not have what it was to
  /// read.
  KafkaConsumer<byte[], byte[]> consumer() {
    return consumer(partition);
  }

  /// A consumer of a partition, in the same way.
  KafkaConsumer<byte[], byte[]> consumer(TopicPartition of) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            consumerConfig(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(List.of(of));
    return consumer;
  }

  private Map<String, Object> consumerConfig() {
    Map<String, Object> config = config();
    config.put("auto.offset.reset", "none");
    config.put("enable.auto.commit", "false");
    config.put("fetch.max.wait.ms", "250");
    config.put("max.partition.fetch.bytes", String.valueOf(8 << 20));
    config.put("max.poll.records", "2000");
    config.put("default.api.timeout.ms", String.valueOf(askMillis()));
    return config;
  }

  private long askMillis() {
    return Math.min(options.writeTimeout().toMillis(), ASK_MILLIS_MAX);
  }

  /// The offset of the first record that is kept.
  static long begin(KafkaConsumer<byte[], byte[]> consumer) {
    TopicPartition of = consumer.assignment().iterator().next();
    return requireNonNull(consumer.beginningOffsets(List.of(of)).get(of));
  }

  /// The offset that the next record gets.
  static long end(KafkaConsumer<byte[], byte[]> consumer) {
    TopicPartition of = consumer.assignment().iterator().next();
    return requireNonNull(consumer.endOffsets(List.of(of)).get(of));
  }

  /// The number of the log's topic, once its brokers answer; made if it is absent.
  ///
  /// @throws JournalException if the topic may lose what it acknowledged, or may not be used
  Uuid topic() throws JournalException {
    return topic(new Wanted(options.topic(), 1, true, Map.of()));
  }

  /// What the brokers say of the log now: its number, and where it begins and ends.
  record Extent(Uuid topic, long begin, long end) {}

  /// Asks where the log begins and ends, by clients that know nothing of before.
  ///
  /// @return empty if there is no such topic
  /// @throws JournalException if the brokers do not answer
  Optional<Extent> extent() throws JournalException {
    try (Admin admin = admin();
        KafkaConsumer<byte[], byte[]> asking = consumer()) {
      Optional<TopicDescription> found = description(admin, options.topic());
      return found.isEmpty()
          ? Optional.empty()
          : Optional.of(new Extent(found.get().topicId(), begin(asking), end(asking)));
    } catch (KafkaException e) {
      throw new JournalException(Reason.IO, "%s: %s".formatted(options, e), e);
    }
  }

  /// The same of the topic of snapshots: what they are, and their chunks.
  ///
  /// @throws JournalException as [#topic()]
  void snapshotTopic() throws JournalException {
    var _ = topic(new Wanted(options.snapshots(), 2, true, Map.of()));
  }

  /// The same of the topic in which servers say how they are: nobody needs what is older than a few
  /// seconds.
  ///
  /// @throws JournalException as [#topic()]
  void serversTopic() throws JournalException {
    var _ =
        topic(
            new Wanted(
                options.servers(),
                1,
                false,
                Map.of("retention.ms", "3600000", "segment.ms", "600000")));
  }

  /// Those that are there of the topics.
  ///
  /// @throws JournalException if the brokers do not answer
  List<String> topics() throws JournalException {
    try (Admin admin = admin()) {
      Set<String> names = get(admin.listTopics().names()::get);
      return Stream.of(options.topic(), options.snapshots(), options.servers())
          .filter(names::contains)
          .toList();
    } catch (RetriableException e) {
      throw failures.outage(e);
    }
  }

  /// Deletes the topics, and waits until they are gone.
  ///
  /// @throws JournalException if the brokers do not do so
  void deleteTopics() throws JournalException {
    List<String> names = topics();
    try (Admin admin = admin()) {
      get(admin.deleteTopics(names).all()::get);
    } catch (RetriableException e) {
      throw failures.outage(e);
    }
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!topics().isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new JournalException(
            Reason.IO, "%s: the topics are not gone after a minute".formatted(options), null);
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  /// Deletes what stands before an offset, for good.
  ///
  /// @throws JournalException if the brokers refuse, or do not answer
  void deleteBefore(TopicPartition of, long offset) throws JournalException {
    try (Admin admin = admin()) {
      get(admin.deleteRecords(Map.of(of, RecordsToDelete.beforeOffset(offset))).all()::get);
    } catch (RetriableException e) {
      throw failures.outage(e);
    }
  }

  /// Finds out now what clients would say much later, and not as clearly.
  ///
  /// @throws JournalException if there is no use in trying
  private void requireUsable() throws JournalException {
    if (usable) {
      return;
    }
    try {
      Map<String, Object> producer = producerConfig();
      producer.put("key.serializer", ByteArraySerializer.class);
      producer.put("value.serializer", ByteArraySerializer.class);
      Map<String, Object> consumer = consumerConfig();
      consumer.put("key.deserializer", ByteArrayDeserializer.class);
      consumer.put("value.deserializer", ByteArrayDeserializer.class);
      var _ = new ProducerConfig(producer);
      var _ = new ConsumerConfig(consumer);
    } catch (KafkaException e) {
      throw failures.refused(e);
    }
    usable = options.encrypts() || isAnsweredInPlaintext();
  }

  /// False if no broker answers now.
  private boolean isAnsweredInPlaintext() throws JournalException {
    for (String broker : options.brokers()) {
      OptionalInt first = PlaintextProbe.firstByte(broker);
      if (first.isPresent()) {
        if (PlaintextProbe.isOfTls(first.getAsInt())) {
          throw failures.encrypted(broker);
        }
        return true;
      }
    }
    return false;
  }

  private Admin admin() throws JournalException {
    requireUsable();
    Map<String, Object> config = config();
    long patience = askMillis();
    config.put("default.api.timeout.ms", String.valueOf(patience));
    config.put("request.timeout.ms", String.valueOf(Math.min(patience, REQUEST_TIMEOUT_MILLIS)));
    Admin made;
    try {
      made = Admin.create(config);
    } catch (KafkaException e) {
      throw failures.refused(e);
    }
    if (options.logsIn() && !speaks(options.mechanism())) {
      made.close(Duration.ZERO);
      throw failures.unspoken();
    }
    return made;
  }

  /// True if this program has an implementation of a mechanism. Login modules bring those that Java
  /// lacks, so a client must have been made before. Kafka's clients try without one for ever.
  private static boolean speaks(String mechanism) {
    for (SaslClientFactory each : Collections.list(Sasl.getSaslClientFactories())) {
      if (List.of(each.getMechanismNames(Map.of())).contains(mechanism)) {
        return true;
      }
    }
    return false;
  }

  /// Each try has a client of its own: one that has failed may fail for ever, and at once.
  private Uuid topic(Wanted wanted) throws JournalException {
    long said = System.nanoTime() - SAID_EVERY.toNanos();
    while (true) {
      try (Admin admin = admin()) {
        Optional<Uuid> found = topic(admin, wanted);
        if (found.isPresent()) {
          return found.get();
        }
      } catch (RetriableException e) {
        if (System.nanoTime() - said >= SAID_EVERY.toNanos()) {
          LOG.warn("waiting for the brokers of {}: {}", options, failures.unanswered(e));
          said = System.nanoTime();
        }
        pause(OUTAGE_PAUSE);
      }
      pause(RETRY);
    }
  }

  private void pause(Duration time) throws JournalException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalException(Reason.IO, options + ": interrupted", e);
    }
  }

  /// Empty if it was absent: it is asked for soon, since not all brokers know at once that it was
  /// made.
  private Optional<Uuid> topic(Admin admin, Wanted wanted) throws JournalException {
    Optional<TopicDescription> found = description(admin, wanted.name());
    if (found.isEmpty()) {
      create(admin, wanted);
      found = description(admin, wanted.name());
    }
    if (found.isPresent()) {
      requireSafe(wanted, found.get(), topicConfig(admin, wanted.name()));
    }
    return found.map(TopicDescription::topicId);
  }

  private Optional<TopicDescription> description(Admin admin, String name) throws JournalException {
    KafkaFuture<TopicDescription> found = requireNonNull(described(admin, name).get(name));
    try {
      return Optional.of(get(found::get));
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty();
    }
  }

  @SuppressWarnings("NullAway") // Kafka says that it may be null, and it is for topics by number
  private Map<String, KafkaFuture<TopicDescription>> described(Admin admin, String name) {
    return admin.describeTopics(List.of(name)).topicNameValues();
  }

  private Config topicConfig(Admin admin, String name) throws JournalException {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
    return get(requireNonNull(admin.describeConfigs(List.of(topic)).values().get(topic))::get);
  }

  private void create(Admin admin, Wanted wanted) throws JournalException {
    int brokers = get(admin.describeCluster().nodes()::get).size();
    short replicas = options.unsafeTopic() ? (short) Math.min(brokers, REPLICAS) : REPLICAS;
    if (brokers < replicas) {
      throw foreign(
          wanted,
          "needs %d brokers for as many copies of each record, and there are %d"
              .formatted(REPLICAS, brokers));
    }
    Map<String, String> config =
        new HashMap<>(
            Map.of(
                "min.insync.replicas", replicas > 1 ? "2" : "1",
                "cleanup.policy", "delete",
                "retention.ms", "-1",
                "retention.bytes", "-1",
                "max.message.bytes", String.valueOf(RECORD_BYTES),
                "unclean.leader.election.enable", "false"));
    config.putAll(wanted.config());
    NewTopic topic = new NewTopic(wanted.name(), wanted.partitions(), replicas).configs(config);
    try {
      get(admin.createTopics(List.of(topic)).all()::get);
      LOG.info("made the topic {}", wanted.name());
    } catch (TopicExistsException e) {
      LOG.debug("another server was faster: {}", e.toString());
    }
  }

  private void requireSafe(Wanted wanted, TopicDescription topic, Config config)
      throws JournalException {
    if (topic.partitions().size() != wanted.partitions()) {
      throw foreign(
          wanted,
          "has %d partitions, and must have %d"
              .formatted(topic.partitions().size(), wanted.partitions()));
    }
    if (wanted.keeps() && Integer.parseInt(value(config, "max.message.bytes")) < RECORD_BYTES_MIN) {
      throw foreign(
          wanted,
          "max.message.bytes: must be at least %d, or large changes cannot be written; change the topic"
              .formatted(RECORD_BYTES_MIN));
    }
    if (options.unsafeTopic() || !wanted.keeps()) {
      return;
    }
    require(
        wanted,
        topic.partitions().getFirst().replicas().size() >= REPLICAS,
        "must have at least %d replicas".formatted(REPLICAS));
    require(
        wanted,
        Integer.parseInt(value(config, "min.insync.replicas")) >= 2,
        "min.insync.replicas: must be at least 2");
    require(
        wanted,
        value(config, "unclean.leader.election.enable").equals("false"),
        "unclean.leader.election.enable: must be false");
    require(
        wanted, value(config, "cleanup.policy").equals("delete"), "cleanup.policy: must be delete");
    require(wanted, value(config, "retention.ms").equals("-1"), "retention.ms: must be -1");
    require(wanted, value(config, "retention.bytes").equals("-1"), "retention.bytes: must be -1");
  }

  private static String value(Config config, String name) {
    return String.valueOf(config.get(name) == null ? "" : config.get(name).value());
  }

  private void require(Wanted wanted, boolean condition, String rule) throws JournalException {
    if (!condition) {
      throw foreign(
          wanted,
          rule + ", or acknowledged changes may be lost; change the topic, or add --unsafe-topic");
    }
  }

  private static JournalException foreign(Wanted wanted, String what) {
    return new JournalException(
        Reason.FOREIGN, "topic %s: %s".formatted(wanted.name(), what), null);
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
      throw failures.refused(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalException(Reason.IO, options + ": interrupted", e);
    }
  }
}
