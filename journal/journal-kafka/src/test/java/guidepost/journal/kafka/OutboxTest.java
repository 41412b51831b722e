package guidepost.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/// What a leader has under way.
final class OutboxTest {

  /// Brokers that are not there.
  private static Outbox outbox() {
    return new Outbox(
        new Sender(
            new KafkaLink(
                KafkaOptions.parse("kafka://127.0.0.1:1/none", Path.of("nowhere"))
                    .waiting(Duration.ofMillis(100), Duration.ofDays(1)))));
  }

  @Test
  void shouldNotTryTheOtherPartsOfAFrameOfWhichOneWasNotTaken() {
    try (Outbox outbox = outbox()) {
      Pending pending =
          outbox.send(
              1, new ArrayList<>(Frame.parts(1, 0, new byte[3 * Frame.PART_BYTES_MAX])), null);
      assertThat(pending.acks()).hasSize(3);
      Throwable first = pending.acks().getFirst().exceptionNow();
      assertThat(first).isInstanceOf(KafkaException.class);
      assertThat(pending.acks()).extracting(CompletableFuture::exceptionNow).containsOnly(first);
      assertThat(pending.isUnknown()).isTrue();
    }
  }

  @Test
  void shouldTellThatItLeadsByFramesAndBeatsAlone() {
    try (Outbox outbox = outbox()) {
      outbox.begin(0);
      outbox.send(1, List.of(new LogEntry.Mark(1)), null);
      assertThat(outbox.silentNanos()).isEqualTo(Long.MAX_VALUE);
      outbox.send(1, List.of(new LogEntry.Beat(1, 1, false)), null);
      assertThat(outbox.silentNanos()).isZero();
      outbox.forgetAcks();
      assertThat(outbox.silentNanos()).isLessThan(Long.MAX_VALUE);
    }
  }
}
