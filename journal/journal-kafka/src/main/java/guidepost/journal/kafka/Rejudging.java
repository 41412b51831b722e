package guidepost.journal.kafka;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/// Judges the log once more, from its first record or a snapshot on, without a copy.
///
/// Threads: any.
final class Rejudging {

  private static final Duration POLL = Duration.ofMillis(200);

  private Rejudging() {}

  /// Where it can begin.
  ///
  /// @param revisions of the domains there
  record Start(Position position, Map<String, Long> revisions) {

    /// The first record.
    static Start first(Uuid topic) {
      return new Start(Position.start(topic), Map.of());
    }
  }

  /// The position at an offset.
  ///
  /// @param known the newest format that is known
  /// @param patience how long the brokers may say nothing
  /// @throws JournalException with [Reason#IO] if the brokers do not answer: nothing is known then;
  ///   with another reason if the log does not have what comes after the start any more, or is
  ///   damaged
  static Position upTo(KafkaLink link, Start start, long end, int known, Duration patience)
      throws JournalException {
    Judge judge = new Judge(start.position(), start.revisions(), known);
    long heardNanos = System.nanoTime();
    try (KafkaConsumer<byte[], byte[]> consumer = link.consumer()) {
      long begin = KafkaLink.begin(consumer);
      if (begin > start.position().offset()) {
        throw new JournalException(
            Reason.CORRUPT,
            "the log begins at offset %d, so it cannot be judged again from %d on"
                .formatted(begin, start.position().offset()),
            null);
      }
      consumer.seek(link.partition(), start.position().offset());
      while (judge.position().offset() < end) {
        for (ConsumerRecord<byte[], byte[]> record :
            consumer.poll(POLL).records(link.partition())) {
          heardNanos = System.nanoTime();
          if (judge.position().offset() < end) {
            judge.judge(LogEntry.decode(record.value()));
          }
        }
        if (System.nanoTime() - heardNanos > patience.toNanos()) {
          throw new JournalException(
              Reason.IO, "the log cannot be judged again: the brokers do not answer", null);
        }
      }
      return judge.position();
    } catch (IllegalArgumentException e) {
      throw new JournalException(Reason.CORRUPT, "the log cannot be judged again: " + e, e);
    } catch (KafkaException | IllegalStateException e) {
      throw new JournalException(Reason.IO, "the log cannot be judged again: " + e, e);
    }
  }
}
