package guidepost.journal.kafka;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Appends records to the log, in the order given. After a failure another producer takes over, so
/// that nothing of before is tried again behind anybody's back.
///
/// Threads: any sends; one renews.
final class Sender implements AutoCloseable {

  private final KafkaLink link;
  private final TopicPartition partition;

  /// Null before the first send, and after a failure.
  @GuardedBy("this")
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  @GuardedBy("this")
  private boolean closed;

  Sender(KafkaLink link) {
    this.link = link;
    this.partition = link.partition();
  }

  private synchronized KafkaProducer<byte[], byte[]> opened() {
    KafkaProducer<byte[], byte[]> open = producer;
    if (closed) {
      throw new IllegalStateException("closed");
    }
    if (open == null) {
      open = link.producer();
      producer = open;
    }
    return open;
  }

  /// Sends a record. May wait for memory, or to learn where the partition is.
  ///
  /// @return its offset, once it is durable, negative if the brokers did not say; fails if it is
  ///   not known that it is
  CompletableFuture<Long> send(LogEntry entry) {
    CompletableFuture<Long> offset = new CompletableFuture<>();
    try {
      var _ =
          opened()
              .send(
                  new ProducerRecord<>(
                      partition.topic(), partition.partition(), null, entry.encode()),
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

  /// Gives up what is under way. The next send goes on with another producer, as soon as one can be
  /// made: where the brokers' names cannot be looked up, that is later.
  synchronized void renew() {
    KafkaProducer<byte[], byte[]> old = producer;
    producer = null;
    if (old != null) {
      Thread.ofVirtual().start(() -> old.close(Duration.ZERO));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    KafkaProducer<byte[], byte[]> open = producer;
    if (open != null) {
      open.close(Duration.ofSeconds(1));
    }
  }
}
