package guidepost.journal.kafka;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Reads the log from an offset on, each record once and in order, up to a limit if there is one. A
/// client of the brokers that has lost its way is replaced by another one.
///
/// Threads: one at a time; [#wakeUp] any.
final class LogReader implements AutoCloseable {

  /// How long one look for records waits for them.
  static final Duration POLL = Duration.ofMillis(50);

  private final Supplier<KafkaConsumer<byte[], byte[]>> consumers;
  private final TopicPartition partition;

  // Replaced by the thread that reads.
  private volatile KafkaConsumer<byte[], byte[]> consumer;

  private long limit = Long.MAX_VALUE;

  /// The offset that the consumer reads next; negative if that is not known.
  private long next = -1;

  // Changed by the thread that reads.
  private volatile long lag;

  /// @param consumer at the first offset to be read; this closes it
  /// @param consumers makes another one
  LogReader(
      KafkaConsumer<byte[], byte[]> consumer,
      Supplier<KafkaConsumer<byte[], byte[]>> consumers,
      TopicPartition partition) {
    this.consumer = consumer;
    this.consumers = consumers;
    this.partition = partition;
  }

  /// Reads some records; none if there are none, or only such as are beyond the limit.
  ///
  /// @throws org.apache.kafka.common.KafkaException if there is trouble with the brokers
  List<ConsumerRecord<byte[], byte[]>> poll() {
    List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL).records(partition);
    lag = consumer.currentLag(partition).orElse(1);
    if (!records.isEmpty()) {
      next = records.getLast().offset() + 1;
    }
    return limit == Long.MAX_VALUE
        ? records
        : records.stream().filter(record -> record.offset() <= limit).toList();
  }

  /// Records that the log has and that were not read, as far as is known.
  long lag() {
    return lag;
  }

  /// Goes on from an offset; what was fetched already stays if it is the one that comes next.
  void seek(long offset) {
    if (offset != next) {
      consumer.seek(partition, offset);
      next = offset;
    }
  }

  /// Goes on from an offset with another client: the one so far does not know any more which answer
  /// is to what it asked.
  ///
  /// @throws org.apache.kafka.common.KafkaException if none can be made now; then the one so far
  ///   remains
  void renew(long offset) {
    KafkaConsumer<byte[], byte[]> another = consumers.get();
    KafkaConsumer<byte[], byte[]> old = consumer;
    consumer = another;
    next = -1;
    seek(offset);
    lag = 1;
    Thread.ofVirtual().start(() -> old.close(CloseOptions.timeout(Duration.ZERO)));
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
