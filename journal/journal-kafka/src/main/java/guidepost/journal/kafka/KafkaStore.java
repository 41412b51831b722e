package guidepost.journal.kafka;

import guidepost.journal.Cluster;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.JournalFiles;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import guidepost.journal.rocksdb.RocksReplica;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/// The journals that several servers share, as one of them has them.
///
/// Threads: any.
final class KafkaStore implements JournalStore {

  private static final Duration POLL = Duration.ofMillis(200);

  private final RocksReplica replica;
  private final ClusterLog log;
  private final Map<String, Journal> journals = new ConcurrentHashMap<>();

  private KafkaStore(RocksReplica replica, ClusterLog log) {
    this.replica = replica;
    this.log = log;
  }

  /// Waits for the brokers, and brings the copy to where the log ends.
  static KafkaStore open(
      KafkaOptions options, Retention retention, InstantSource clock, String program)
      throws JournalException {
    KafkaLink link = new KafkaLink(options);
    Uuid topic = link.topic();
    KafkaConsumer<byte[], byte[]> consumer = link.consumer();
    try {
      return open(options, link, topic, consumer, retention, clock, program);
    } catch (JournalException e) {
      consumer.close();
      throw e;
    } catch (KafkaException e) {
      consumer.close();
      throw new JournalException(Reason.IO, "%s: %s".formatted(options, e), e);
    }
  }

  private static KafkaStore open(
      KafkaOptions options,
      KafkaLink link,
      Uuid topic,
      KafkaConsumer<byte[], byte[]> consumer,
      Retention retention,
      InstantSource clock,
      String program)
      throws JournalException {
    Extent extent = extent(link, consumer);
    if (extent.end() == 0) {
      begin(link);
      extent = extent(link, consumer);
    }
    long timeline = timeline(options, link, consumer, extent);
    RocksReplica replica = RocksReplica.open(options.copy(), timeline, retention);
    try {
      Position position = position(replica, topic);
      Check.position(options, position, topic, extent.begin(), extent.end());
      Check.lastFrame(options, link, consumer, position, extent.begin());
      consumer.seek(link.partition(), position.offset());
      ClusterLog log =
          new ClusterLog(
              options, link, replica, consumer, position, replica.revisions(), clock, program);
      log.catchUp(extent.end());
      return new KafkaStore(replica, log);
    } catch (JournalException e) {
      replica.close();
      throw e;
    }
  }

  private static Position position(RocksReplica replica, Uuid topic) throws JournalException {
    Optional<byte[]> stored = replica.position();
    try {
      return stored.map(Position::decode).orElse(Position.start(topic));
    } catch (IllegalArgumentException e) {
      throw new JournalException(
          Reason.CORRUPT, "the position of the copy cannot be read: " + e.getMessage(), e);
    }
  }

  /// Where the log begins and ends.
  private record Extent(long begin, long end) {}

  private static Extent extent(KafkaLink link, KafkaConsumer<byte[], byte[]> consumer) {
    return new Extent(link.begin(consumer), link.end(consumer));
  }

  /// If several servers do that at once, the first record counts.
  private static void begin(KafkaLink link) throws JournalException {
    try (Sender sender = new Sender(link)) {
      sender.send(new LogEntry.Genesis(RocksReplica.drawTimeline(), Position.FORMAT)).join();
    } catch (RuntimeException e) {
      throw new JournalException(Reason.IO, "the log could not be begun: " + e, e);
    }
  }

  private static long timeline(
      KafkaOptions options, KafkaLink link, KafkaConsumer<byte[], byte[]> consumer, Extent extent)
      throws JournalException {
    if (extent.begin() > 0) {
      throw new JournalException(
          Reason.CORRUPT,
          "%s: the log begins at offset %d, and its beginning was deleted"
              .formatted(options, extent.begin()),
          null);
    }
    return timelineOf(link, consumer);
  }

  /// The timeline that the first record says.
  static long timelineOf(KafkaLink link, KafkaConsumer<byte[], byte[]> consumer)
      throws JournalException {
    if (Check.record(link, consumer, 0) instanceof LogEntry.Genesis genesis) {
      return genesis.timeline();
    }
    throw new JournalException(
        Reason.FOREIGN,
        "topic %s: holds records of another program".formatted(link.partition().topic()),
        null);
  }

  /// What a copy and the log must agree on before the one goes on with the other.
  private static final class Check {

    private Check() {}

    static void position(KafkaOptions options, Position position, Uuid topic, long begin, long end)
        throws JournalException {
      if (!position.topic().equals(topic)) {
        throw corrupt(
            options,
            "the topic was deleted and made again, and the copy in %s is of the one before"
                .formatted(options.copy()));
      }
      if (position.offset() > end) {
        throw corrupt(
            options,
            "the log ends at offset %d, and the copy in %s has read up to %d: the log has lost records"
                .formatted(end, options.copy(), position.offset()));
      }
      if (position.offset() < begin) {
        throw corrupt(
            options,
            "the log begins at offset %d, and the copy in %s has read up to %d: records were deleted"
                .formatted(begin, options.copy(), position.offset()));
      }
    }

    /// The last frame of the copy must be the one in the log.
    static void lastFrame(
        KafkaOptions options,
        KafkaLink link,
        KafkaConsumer<byte[], byte[]> consumer,
        Position position,
        long begin)
        throws JournalException {
      long last = position.checked();
      if (last < begin) {
        return;
      }
      boolean same =
          record(link, consumer, last) instanceof LogEntry.Data data
              && data.after() == position.chain();
      if (!same) {
        throw corrupt(
            options,
            "the record at offset %d is not the one that the copy in %s was made of"
                .formatted(last, options.copy()));
      }
    }

    static LogEntry record(KafkaLink link, KafkaConsumer<byte[], byte[]> consumer, long offset)
        throws JournalException {
      consumer.seek(link.partition(), offset);
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record :
            consumer.poll(POLL).records(link.partition())) {
          try {
            return LogEntry.decode(record.value());
          } catch (IllegalArgumentException e) {
            throw new JournalException(
                Reason.CORRUPT, "the record at offset %d: %s".formatted(offset, e.getMessage()), e);
          }
        }
      }
    }

    private static JournalException corrupt(KafkaOptions options, String what) {
      return new JournalException(Reason.CORRUPT, "%s: %s".formatted(options, what), null);
    }
  }

  /// True if nothing was written to any domain.
  boolean isEmpty() throws JournalException {
    return replica.revisions().values().stream().allMatch(revision -> revision == 0);
  }

  @Override
  public Journal journal(String domain) throws JournalException {
    Journal known = journals.get(domain);
    if (known != null) {
      return known;
    }
    Journal copy = replica.store().journal(domain);
    return journals.computeIfAbsent(domain, name -> new KafkaJournal(name, copy, log));
  }

  @Override
  public Optional<JournalException> trouble() {
    return log.trouble().or(replica.store()::trouble);
  }

  @Override
  public void onTrouble(Consumer<Optional<JournalException>> told) {
    log.onTrouble(told);
    replica.store().onTrouble(told);
  }

  @Override
  public Optional<Cluster> cluster() {
    return Optional.of(log);
  }

  @Override
  public Optional<JournalFiles> files() {
    return replica.store().files();
  }

  @Override
  public void close() throws JournalException {
    log.close();
  }
}
