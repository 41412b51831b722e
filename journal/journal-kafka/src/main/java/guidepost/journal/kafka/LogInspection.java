package guidepost.journal.kafka;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.LogReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/// Looks at a log from outside, without a copy and without writing: for its operator.
///
/// Threads: one.
public final class LogInspection {

  private static final Duration POLL = Duration.ofMillis(200);

  /// A server that works says something every second.
  private static final Duration LISTENING = Duration.ofSeconds(4);

  private final KafkaOptions options;
  private final KafkaLink link;
  private final Map<String, Long> records = new TreeMap<>();
  private final Map<String, Long> voids = new TreeMap<>();
  private final List<LogReport.Epoch> epochs = new ArrayList<>();
  private long timeline;

  private LogInspection(KafkaOptions options) {
    this.options = options;
    this.link = new KafkaLink(options);
  }

  /// Judges a log from where it begins, or the oldest snapshot, to its end.
  ///
  /// @throws JournalException if there is none, or the brokers do not answer
  public static LogReport of(KafkaOptions options) throws JournalException {
    LogInspection inspection = new LogInspection(options);
    inspection.requireTopics();
    try (SnapshotTopic snapshots = new SnapshotTopic(options, inspection.link)) {
      return inspection.report(snapshots);
    } catch (KafkaException e) {
      throw new JournalException(Reason.IO, "%s: %s".formatted(options, e), e);
    }
  }

  private void requireTopics() throws JournalException {
    if (!link.topics().contains(options.topic())) {
      throw new JournalException(
          Reason.FOREIGN, "%s: there is no topic %s".formatted(options, options.topic()), null);
    }
  }

  private LogReport report(SnapshotTopic snapshots) throws JournalException {
    Uuid topic = link.topic();
    try (KafkaConsumer<byte[], byte[]> consumer = link.consumer()) {
      long begin = KafkaLink.begin(consumer);
      long end = KafkaLink.end(consumer);
      Rejudging.Start start;
      Optional<String> damage;
      try {
        start = KafkaStore.earliest(snapshots, topic, begin);
      } catch (JournalException e) {
        return new LogReport(
            0,
            begin,
            begin,
            end,
            0,
            0,
            Map.of(),
            List.of(),
            Map.of(),
            Map.of(),
            looked(snapshots),
            Optional.of(String.valueOf(e.getMessage())));
      }
      snapshots.complete().stream().findFirst().ifPresent(each -> timeline = each.timeline());
      Judge judge = new Judge(start.position(), start.revisions(), options.format());
      consumer.seek(link.partition(), start.position().offset());
      damage = judged(consumer, judge, end);
      return new LogReport(
          timeline,
          begin,
          start.position().offset(),
          end,
          judge.position().format(),
          judge.position().chain(),
          judge.revisions(),
          epochs,
          records,
          voids,
          looked(snapshots),
          damage);
    }
  }

  /// Up to the end, or to what cannot be judged.
  private Optional<String> judged(KafkaConsumer<byte[], byte[]> consumer, Judge judge, long end) {
    while (judge.position().offset() < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(link.partition())) {
        if (record.offset() != judge.position().offset()) {
          return Optional.of(
              "offset %d follows %d".formatted(record.offset(), judge.position().offset() - 1));
        }
        try {
          LogEntry entry = LogEntry.decode(record.value());
          count(record.offset(), entry, judge.judge(entry));
        } catch (IllegalArgumentException e) {
          return Optional.of(
              "the record at offset %d %s".formatted(record.offset(), e.getMessage()));
        }
        if (judge.position().offset() >= end) {
          break;
        }
      }
    }
    return Optional.empty();
  }

  private void count(long offset, LogEntry entry, Judge.Verdict verdict) {
    records.merge(entry.getClass().getSimpleName().toLowerCase(Locale.ROOT), 1L, Long::sum);
    switch (verdict) {
      case Judge.Begun begun -> timeline = begun.timeline();
      case Judge.Led led ->
          epochs.add(
              new LogReport.Epoch(
                  led.claim().epoch(), offset, led.claim().address(), led.claim().program(), 0));
      case Judge.Written _, Judge.Loaded _ -> countFrame();
      case Judge.Ignored ignored ->
          voids.merge(ignored.why().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
      case Judge.Partial _, Judge.Trimmed _, Judge.Raised _, Judge.Alive _, Judge.Marked _ -> {}
    }
  }

  private void countFrame() {
    if (!epochs.isEmpty()) {
      LogReport.Epoch last = epochs.removeLast();
      epochs.add(
          new LogReport.Epoch(
              last.number(), last.offset(), last.leader(), last.program(), last.frames() + 1));
    }
  }

  private static List<LogReport.Snapshot> looked(SnapshotTopic snapshots) throws JournalException {
    List<SnapshotEntry.Complete> verified = snapshots.verified();
    List<LogReport.Snapshot> looked = new ArrayList<>();
    for (SnapshotEntry.Complete each : snapshots.complete()) {
      looked.add(
          new LogReport.Snapshot(
              each.position().offset(),
              Instant.ofEpochMilli(each.millis()),
              each.bytes(),
              verified.contains(each),
              each.revisions(),
              snapshots.damage(each)));
    }
    return looked;
  }

  /// Servers that take part now, by what they say within some seconds.
  ///
  /// @throws JournalException if the brokers do not answer
  public static List<String> servers(KafkaOptions options) throws JournalException {
    KafkaLink link = new KafkaLink(options);
    if (!link.topics().contains(options.servers())) {
      return List.of();
    }
    TopicPartition servers = new TopicPartition(options.servers(), 0);
    Map<Long, String> heard = new TreeMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer = link.consumer(servers)) {
      consumer.seekToEnd(List.of(servers));
      long deadline = System.nanoTime() + LISTENING.toNanos();
      while (System.nanoTime() - deadline < 0) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(servers)) {
          hear(heard, record.value());
        }
      }
      return List.copyOf(heard.values());
    } catch (KafkaException e) {
      throw new JournalException(Reason.IO, "%s: %s".formatted(options, e), e);
    }
  }

  private static void hear(Map<Long, String> heard, byte[] value) {
    try {
      Announcement said = Announcement.decode(value);
      if (said.leaving()) {
        heard.remove(said.who());
      } else {
        heard.put(
            said.who(), said.address().isEmpty() ? "a server without address" : said.address());
      }
    } catch (IllegalArgumentException e) {
      // of another program
    }
  }

  /// Deletes the topics of a log, with all that is in them.
  ///
  /// @throws JournalException if the brokers do not do so
  public static void delete(KafkaOptions options) throws JournalException {
    new KafkaLink(options).deleteTopics();
  }
}
