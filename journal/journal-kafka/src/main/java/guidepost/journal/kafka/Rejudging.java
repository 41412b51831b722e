package guidepost.journal.kafka;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/// Judges the log once more, from its first record, without a copy.
///
/// Threads: any.
final class Rejudging {

  private static final Duration POLL = Duration.ofMillis(200);

  private Rejudging() {}

  /// The position at an offset.
  ///
  /// @throws JournalException if the log does not begin at its beginning any more, cannot be read,
  ///   or is damaged
  static Position upTo(KafkaLink link, Uuid topic, long end) throws JournalException {
    Judge judge = new Judge(Position.start(topic), Map.of());
    try (KafkaConsumer<byte[], byte[]> consumer = link.consumer()) {
      long begin = link.begin(consumer);
      if (begin > 0) {
        throw new JournalException(
            Reason.CORRUPT,
            "the log begins at offset %d, so it cannot be judged again".formatted(begin),
            null);
      }
      consumer.seek(link.partition(), 0);
      while (judge.position().offset() < end) {
        for (ConsumerRecord<byte[], byte[]> record :
            consumer.poll(POLL).records(link.partition())) {
          if (judge.position().offset() < end) {
            judge.judge(LogEntry.decode(record.value()));
          }
        }
      }
      return judge.position();
    } catch (KafkaException | IllegalArgumentException e) {
      throw new JournalException(Reason.CORRUPT, "the log cannot be judged again: " + e, e);
    }
  }
}
