package guidepost.journal.kafka;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.journal.ClusterMember;
import guidepost.journal.ClusterStats;
import guidepost.journal.JournalException;
import guidepost.journal.Leadership;
import guidepost.journal.QuietLog;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The servers that take part: each says once a second how it is, in a topic of its own. Nothing
/// that must be right rests on it: whoever leads is said by the log alone.
///
/// Threads: any; one of its own says and hears.
final class Members implements AutoCloseable {

  private static final QuietLog QUIET = new QuietLog(LoggerFactory.getLogger(Members.class));

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(200);

  /// After so long without a record, it begins again.
  private static final Duration QUIET_MAX = Duration.ofSeconds(5);

  /// Those that say nothing for so long are not told of any more.
  private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

  /// Those that say nothing for so long need not know a format: a slow one that comes back to a
  /// newer one than it knows must end.
  private static final Duration FORMAT_PATIENCE = Duration.ofMinutes(1);

  /// Bounds what a client of the brokers that is no server can fill.
  private static final int KNOWN_MAX = 1_000;

  private record Heard(Announcement said, long nanos) {}

  private final KafkaOptions options;
  private final KafkaLink link;
  private final ClusterLog log;
  private final TopicPartition partition;
  private final Thread thread;
  private volatile boolean closed;
  private volatile byte[] key = {};

  @GuardedBy("this")
  private final Map<Long, Heard> heard = new HashMap<>();

  private long openedNanos;
  private long heardNanos;

  // Replaced by the thread.
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  private @Nullable KafkaProducer<byte[], byte[]> producer;

  Members(KafkaOptions options, KafkaLink link, ClusterLog log) {
    this.options = options;
    this.link = link;
    this.log = log;
    this.partition = new TopicPartition(options.servers(), 0);
    this.thread = Thread.ofPlatform().daemon().name("guidepost-members").unstarted(this::run);
  }

  /// Tells others a public key from now on.
  void introduce(byte[] publicKey) {
    key = publicKey.clone();
  }

  void begin() {
    keep(log.announcement(key, false));
    thread.start();
  }

  private void run() {
    long said = System.nanoTime() - EVERY.toNanos();
    while (!closed) {
      try {
        KafkaConsumer<byte[], byte[]> reader = opened();
        if (System.nanoTime() - said >= EVERY.toNanos()) {
          said = System.nanoTime();
          say(false);
          raiseFormat();
        }
        List<ConsumerRecord<byte[], byte[]>> records = reader.poll(POLL).records(partition);
        for (ConsumerRecord<byte[], byte[]> record : records) {
          hear(record.value());
        }
        beginAgainIfQuiet(!records.isEmpty());
      } catch (WakeupException | InterruptException e) {
        // closing
      } catch (JournalException | RuntimeException e) {
        QUIET.warn("members", "%s: servers are not heard: %s".formatted(options, e.getMessage()));
        again();
        pause();
      }
    }
  }

  /// This server hears itself each second. Where it does not, the topic may be gone, which the
  /// client that reads does not say: then it is made again.
  private void beginAgainIfQuiet(boolean hasHeard) {
    long now = System.nanoTime();
    if (hasHeard) {
      heardNanos = now;
    } else if (now - heardNanos > QUIET_MAX.toNanos()) {
      heardNanos = now;
      again();
    }
  }

  /// What a client of the brokers remembers may be what is wrong: an offset that was deleted
  /// meanwhile, or an answer to something else. The next one begins at the end.
  private void again() {
    KafkaConsumer<byte[], byte[]> old = consumer;
    consumer = null;
    if (old != null) {
      old.close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  private static void pause() {
    try {
      Thread.sleep(EVERY.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private KafkaConsumer<byte[], byte[]> opened() throws JournalException {
    KafkaConsumer<byte[], byte[]> open = consumer;
    if (open == null) {
      link.serversTopic();
      if (producer == null) {
        producer = link.announcer();
      }
      open = atTheEnd(link.consumer(partition));
      consumer = open;
      openedNanos = System.nanoTime();
      heardNanos = openedNanos;
    }
    return open;
  }

  /// One that cannot be asked where the end is does not stay open: there is another try each
  /// second.
  private KafkaConsumer<byte[], byte[]> atTheEnd(KafkaConsumer<byte[], byte[]> made) {
    try {
      made.seekToEnd(List.of(partition));
      var _ = made.position(partition);
      return made;
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  private void say(boolean leaving) {
    KafkaProducer<byte[], byte[]> open = producer;
    if (open == null) {
      return;
    }
    Announcement said = log.announcement(key, leaving);
    var _ =
        open.send(
            new ProducerRecord<>(partition.topic(), partition.partition(), null, said.encode()));
    keep(said);
  }

  private void hear(byte[] value) {
    Announcement said;
    try {
      said = Announcement.decode(value);
    } catch (IllegalArgumentException e) {
      QUIET.warn("announcement", "%s: %s".formatted(options, e.getMessage()));
      return;
    }
    if (said.who() == log.who()) {
      return;
    }
    warnOfTwin(said);
    keep(said);
    log.compare(said);
  }

  /// What is read was said since this process began, so not by a former one.
  private void warnOfTwin(Announcement said) {
    if (!said.leaving() && isOf(said, options.advertise())) {
      QUIET.warn(
          "twin",
          "%s: another server says that it is reached at %s too: calls that are handed to the one arrive at the other; give each server an --advertise of its own"
              .formatted(options, options.advertise()));
    }
  }

  private static boolean isOf(Announcement said, String address) {
    return !address.isEmpty() && said.address().equals(address);
  }

  /// A process is forgotten once it is silent and another one has its address, or it has said that
  /// it ends.
  private synchronized void keep(Announcement said) {
    long now = System.nanoTime();
    heard.values().removeIf(each -> isGone(each, said, now));
    if (said.leaving()) {
      heard.remove(said.who());
    } else if (heard.size() < KNOWN_MAX || heard.containsKey(said.who())) {
      heard.put(said.who(), new Heard(said, now));
    }
  }

  private static boolean isGone(Heard each, Announcement said, long now) {
    long silent = now - each.nanos();
    boolean isReplaced =
        isOf(each.said(), said.address())
            && each.said().who() != said.who()
            && silent > ClusterMember.SILENT_MAX.toNanos();
    return isReplaced || silent > FORGOTTEN_AFTER.toNanos();
  }

  /// All that said something within the last hour, this one among them, by address. Waits for
  /// nobody: who asks may be a thread that answers others.
  synchronized List<ClusterMember> all() {
    return heard.values().stream()
        .sorted(
            Comparator.comparing((Heard each) -> each.said().address())
                .thenComparingLong(each -> each.said().who()))
        .map(each -> each.said().who() == log.who() ? self(each.said()) : member(each))
        .toList();
  }

  private ClusterMember self(Announcement said) {
    Leadership now = log.leadership();
    ClusterStats stats = log.stats();
    return new ClusterMember(
        said.address(),
        said.program(),
        said.format(),
        now.leads(),
        now.epoch(),
        stats.offset(),
        stats.asOf(),
        said.revisions(),
        Duration.ZERO,
        true,
        log.trouble().map(JournalException::getMessage).orElse(""));
  }

  private ClusterMember member(Heard each) {
    Announcement said = each.said();
    return new ClusterMember(
        said.address(),
        said.program(),
        said.format(),
        said.leads(),
        said.epoch(),
        said.offset(),
        said.asOfMillis() == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(said.asOfMillis())),
        said.revisions(),
        Duration.ofNanos(Math.max(0, System.nanoTime() - each.nanos())),
        false,
        said.trouble());
  }

  /// The public key of a server that is there, by the number of its process.
  synchronized Optional<byte[]> key(long who) {
    return Optional.ofNullable(heard.get(who))
        .filter(each -> System.nanoTime() - each.nanos() < TimeUnit.MINUTES.toNanos(1))
        .map(each -> each.said().key())
        .filter(each -> each.length > 0);
  }

  /// Not before every server that is there has had the time to say so.
  private void raiseFormat() {
    if (System.nanoTime() - openedNanos > ClusterMember.SILENT_MAX.toNanos()) {
      log.raiseFormat(oldestFormat());
    }
  }

  /// The number of the newest format that all servers know that are there, or may come back.
  private int oldestFormat() {
    return all().stream()
        .filter(each -> each.silent().compareTo(FORMAT_PATIENCE) <= 0)
        .mapToInt(ClusterMember::format)
        .min()
        .orElse(0);
  }

  /// The next offset of the server that is furthest behind, of those that take part: one that reads
  /// nothing any more does not need the log.
  long slowest() {
    return all().stream()
        .filter(ClusterMember::takesPart)
        .mapToLong(ClusterMember::offset)
        .min()
        .orElse(0);
  }

  /// True if another server with an address takes part, or there is no telling, since it has none.
  boolean takesPart(String address) {
    return address.isEmpty()
        || all().stream()
            .anyMatch(each -> !each.self() && each.takesPart() && each.address().equals(address));
  }

  /// True if this server is the one that makes snapshots: the first follower by address, or the
  /// leader if it is alone.
  boolean isForSnapshots() {
    List<ClusterMember> there = all().stream().filter(ClusterMember::takesPart).toList();
    return there.stream()
        .filter(each -> !each.leads())
        .findFirst()
        .or(() -> there.stream().findFirst())
        .map(ClusterMember::self)
        .orElse(false);
  }

  @Override
  public void close() {
    closed = true;
    KafkaConsumer<byte[], byte[]> reader = consumer;
    if (reader != null) {
      reader.wakeup();
    }
    thread.interrupt();
    try {
      if (thread.isAlive()) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    again();
    KafkaProducer<byte[], byte[]> writer = producer;
    if (writer != null) {
      say(true);
      writer.close(EVERY);
    }
  }
}
