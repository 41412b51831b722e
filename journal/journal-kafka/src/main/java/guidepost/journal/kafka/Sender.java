package guidepost.journal.kafka;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Appends records to the log, in the order given. After a failure another producer takes over, so
/// that nothing of before is tried again behind anybody's back.
///
/// Threads: any sends; one renews.
final class Sender implements AutoCloseable {

  private final KafkaLink link;
  private final TopicPartition partition;
  private volatile KafkaProducer<byte[], byte[]> producer;

  Sender(KafkaLink link) {
    this.link = link;
    this.partition = link.partition();
    this.producer = link.producer();
  }

  /// Sends a record. May wait for memory, or to learn where the partition is.
  ///
  /// @return its offset, once it is durable, negative if the brokers did not say; fails if it is
  ///   not known that it is
  CompletableFuture<Long> send(LogEntry entry) {
    CompletableFuture<Long> offset = new CompletableFuture<>();
    try {
      var _ =
          producer.send(
              new ProducerRecord<>(partition.topic(), partition.partition(), null, entry.encode()),
              (metadata, failure) -> {
                if (failure != null) {
                  offset.completeExceptionally(failure);
                } else {
                  offset.complete(metadata.hasOffset() ? metadata.offset() : -1);
                }
              });
    } catch (KafkaException | IllegalStateException e) {
      offset.completeExceptionally(e);
    }
    return offset;
  }

  /// Gives up what is under way, and goes on with another producer.
  void renew() {
    KafkaProducer<byte[], byte[]> old = producer;
    producer = link.producer();
    Thread.ofVirtual().start(() -> old.close(Duration.ZERO));
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }
}
