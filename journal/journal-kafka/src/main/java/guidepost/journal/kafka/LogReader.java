package guidepost.journal.kafka;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Reads the log from an offset on, each record once and in order, up to a limit if there is one.
///
/// Threads: one at a time; [#wakeUp] any.
final class LogReader implements AutoCloseable {

  /// How long one look for records waits for them.
  static final Duration POLL = Duration.ofMillis(50);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private long limit = Long.MAX_VALUE;

  // Changed by the thread that reads.
  private volatile long lag;

  /// @param consumer at the first offset to be read; this closes it
  LogReader(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
    this.consumer = consumer;
    this.partition = partition;
  }

  /// Reads some records; none if there are none, or only such as are beyond the limit.
  ///
  /// @throws org.apache.kafka.common.KafkaException if there is trouble with the brokers
  List<ConsumerRecord<byte[], byte[]>> poll() {
    List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL).records(partition);
    lag = consumer.currentLag(partition).orElse(1);
    return limit == Long.MAX_VALUE
        ? records
        : records.stream().filter(record -> record.offset() <= limit).toList();
  }

  /// Records that the log has and that were not read, as far as is known.
  long lag() {
    return lag;
  }

  /// Goes on from an offset.
  void seek(long offset) {
    consumer.seek(partition, offset);
  }

  /// Reads nothing beyond an offset.
  void limitTo(long last) {
    limit = last;
  }

  void unlimit() {
    limit = Long.MAX_VALUE;
  }

  /// Has a thread that waits for records do so no longer.
  void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
  }
}
