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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The journals that several servers share, as one of them has them.
///
/// Threads: any.
final class KafkaStore implements JournalStore {

  private static final Duration POLL = Duration.ofMillis(200);

  /// Between two tries to open what the brokers did not let be opened now.
  private static final Duration RETRY = Duration.ofSeconds(1);

  /// How often the log may be trimmed below a server that is about to read it: it is trimmed once
  /// in minutes at most.
  private static final int TRIMMED_MAX = 5;

  private static final Logger LOG = LoggerFactory.getLogger(KafkaStore.class);

  private final RocksReplica replica;
  private final KafkaCluster cluster;
  private final Map<String, Journal> journals = new ConcurrentHashMap<>();

  private KafkaStore(RocksReplica replica, KafkaCluster cluster) {
    this.replica = replica;
    this.cluster = cluster;
  }

  /// Waits for the brokers, and brings the copy to where the log ends.
  static KafkaStore open(
      KafkaOptions options, Retention retention, InstantSource clock, String program)
      throws JournalException {
    while (true) {
      try {
        return openedNow(options, retention, clock, program);
      } catch (JournalException e) {
        if (!isOutage(e)) {
          throw e;
        }
        LOG.warn("waiting for the brokers of {}: {}", options, e.getMessage());
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
  }

  /// True if the brokers may do later what they did not do now.
  private static boolean isOutage(JournalException failure) {
    return Stream.iterate((Throwable) failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(RetriableException.class::isInstance);
  }

  private static KafkaStore openedNow(
      KafkaOptions options, Retention retention, InstantSource clock, String program)
      throws JournalException {
    KafkaLink link = new KafkaLink(options);
    Uuid topic = link.topic();
    SnapshotTopic snapshots = new SnapshotTopic(options, link);
    KafkaConsumer<byte[], byte[]> consumer = link.consumer();
    try {
      return opened(
          new Opening(options, link, topic, consumer, snapshots), retention, clock, program);
    } catch (JournalException | RuntimeException e) {
      consumer.close();
      snapshots.close();
      if (e instanceof KafkaException) {
        throw new JournalException(Reason.IO, "%s: %s".formatted(options, e), e);
      }
      throw e;
    }
  }

  /// The log may be trimmed while it is read.
  private static KafkaStore opened(
      Opening opening, Retention retention, InstantSource clock, String program)
      throws JournalException {
    for (int left = TRIMMED_MAX; ; left--) {
      try {
        return opening.open(retention, clock, program);
      } catch (OffsetOutOfRangeException e) {
        if (left == 0) {
          throw e;
        }
        LOG.info("{}: the log was trimmed meanwhile; beginning again", opening.options());
      }
    }
  }

  /// What opening goes through: a copy that goes on, or a snapshot, or the log from its beginning.
  private record Opening(
      KafkaOptions options,
      KafkaLink link,
      Uuid topic,
      KafkaConsumer<byte[], byte[]> consumer,
      SnapshotTopic snapshots) {

    KafkaStore open(Retention retention, InstantSource clock, String program)
        throws JournalException {
      Extent extent = begun();
      if (!RocksReplica.isIn(options.copy())) {
        begin(extent);
      }
      long timeline = timeline(extent);
      RocksReplica replica = RocksReplica.open(options.copy(), timeline, retention);
      Position position;
      try {
        position = position(replica, topic);
        Check.position(options, position, topic, extent.end());
      } catch (JournalException e) {
        replica.close();
        throw e;
      }
      if (position.offset() < extent.begin()) {
        replica.close();
        LOG.warn(
            "{}: the log begins at offset {}, and the copy in {} has read up to {} only: it is"
                + " replaced by a snapshot",
            options,
            extent.begin(),
            options.copy(),
            position.offset());
        begin(extent);
        replica = RocksReplica.open(options.copy(), timeline(extent), retention);
      }
      return opened(replica, extent, clock, program);
    }

    private KafkaStore opened(
        RocksReplica replica, Extent extent, InstantSource clock, String program)
        throws JournalException {
      try {
        Position position = position(replica, topic);
        Check.lastFrame(options, link, consumer, position, extent.begin());
        consumer.seek(link.partition(), position.offset());
        ClusterLog log =
            new ClusterLog(
                options,
                link,
                replica,
                consumer,
                position,
                replica.revisions(),
                this::earliest,
                clock,
                program);
        log.catchUp(extent.end());
        Members members = new Members(options, link, log);
        Snapshotting keeper =
            new Snapshotting(options, link, replica, snapshots, log, members, replica.timeline());
        return new KafkaStore(replica, new KafkaCluster(log, members, keeper));
      } catch (JournalException | RuntimeException e) {
        replica.close();
        throw e;
      }
    }

    private Extent begun() throws JournalException {
      Extent extent = extent(consumer);
      if (extent.end() > 0) {
        return extent;
      }
      if (RocksReplica.isIn(options.copy())) {
        throw new JournalException(
            Reason.CORRUPT,
            "%s: the log is empty, and the data directory %s is a copy of another log; check --journal and --data; if the log was lost, this may be all that is left of it: see journal reseed"
                .formatted(options, options.copy()),
            null);
      }
      KafkaStore.begin(link, options);
      return extent(consumer);
    }

    /// Puts a snapshot in the place of the copy, if there is one; without one, the log must reach
    /// back to its beginning.
    private void begin(Extent extent) throws JournalException {
      Optional<SnapshotEntry.Complete> taken =
          snapshots.install(
              Position.start(topic),
              extent.begin(),
              options.copy(),
              damage -> LOG.error("{}: {}; trying an older one", options, damage));
      if (taken.isPresent()) {
        LOG.info("{}: begins with a snapshot: {}", options, Snapshotting.text(taken.get()));
      } else if (extent.begin() > 0) {
        throw new JournalException(
            Reason.CORRUPT,
            "%s: the log begins at offset %d, and there is no whole snapshot that it goes on from; start with the copy of another server, or restore a backup and reseed"
                .formatted(options, extent.begin()),
            null);
      }
    }

    /// That of the copy if the log does not say it any more.
    private long timeline(Extent extent) throws JournalException {
      return extent.begin() == 0
          ? timelineOf(link, consumer)
          : RocksReplica.timeline(options.copy());
    }

    private Rejudging.Start earliest() throws JournalException {
      try (KafkaConsumer<byte[], byte[]> reader = link.consumer()) {
        return KafkaStore.earliest(snapshots, topic, KafkaLink.begin(reader));
      } catch (KafkaException e) {
        throw new JournalException(Reason.IO, "%s: %s".formatted(options, e), e);
      }
    }
  }

  /// From where a log can be judged.
  ///
  /// @param begin the first offset that it has
  /// @throws JournalException if no snapshot is as old
  static Rejudging.Start earliest(SnapshotTopic snapshots, Uuid topic, long begin)
      throws JournalException {
    if (begin == 0) {
      return Rejudging.Start.first(topic);
    }
    snapshots.refresh();
    return snapshots.complete().reversed().stream()
        .filter(each -> each.position().topic().equals(topic))
        .filter(each -> each.position().offset() >= begin)
        .findFirst()
        .map(each -> new Rejudging.Start(each.position(), each.revisions()))
        .orElseThrow(
            () ->
                new JournalException(
                    Reason.CORRUPT,
                    "the log begins at offset %d, and no snapshot is of there or later"
                        .formatted(begin),
                    null));
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

  private static Extent extent(KafkaConsumer<byte[], byte[]> consumer) {
    return new Extent(KafkaLink.begin(consumer), KafkaLink.end(consumer));
  }

  /// If several servers do that at once, the first record counts.
  private static void begin(KafkaLink link, KafkaOptions options) throws JournalException {
    try (Sender sender = new Sender(link)) {
      sender.send(new LogEntry.Genesis(RocksReplica.drawTimeline(), options.format())).join();
    } catch (RuntimeException e) {
      throw new JournalException(Reason.IO, "the log could not be begun: " + e, e);
    }
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

    static void position(KafkaOptions options, Position position, Uuid topic, long end)
        throws JournalException {
      if (!position.topic().equals(topic)) {
        throw corrupt(
            options,
            "the topic was deleted and made again, and the copy in %s is of the one before"
                .formatted(options.copy()));
      }
      if (position.format() > options.format()) {
        throw new JournalException(
            Reason.NEWER_FORMAT,
            "%s: the log has format %d, and this program knows up to %d: upgrade"
                .formatted(options, position.format(), options.format()),
            null);
      }
      if (position.offset() > end) {
        throw corrupt(
            options,
            "the log ends at offset %d, and the copy in %s has read up to %d: the log has lost records"
                .formatted(end, options.copy(), position.offset()));
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
    return journals.computeIfAbsent(domain, name -> new KafkaJournal(name, copy, cluster.log()));
  }

  @Override
  public Optional<JournalException> trouble() {
    return cluster.log().trouble();
  }

  @Override
  public void onTrouble(Consumer<Optional<JournalException>> told) {
    cluster.log().onTrouble(told);
    replica.store().onTrouble(told);
  }

  @Override
  public Optional<Cluster> cluster() {
    return Optional.of(cluster);
  }

  @Override
  public Optional<JournalFiles> files() {
    return replica.store().files();
  }

  @Override
  public void close() throws JournalException {
    cluster.close();
  }
}
