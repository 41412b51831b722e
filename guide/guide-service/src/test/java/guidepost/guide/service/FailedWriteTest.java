package guidepost.guide.service;

import static guidepost.guide.service.Guide.batch;
import static guidepost.guide.service.Guide.feature;
import static guidepost.guide.service.Guide.note;
import static guidepost.guide.service.Guide.putting;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.ModifyResponse;
import io.grpc.Status;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// A client that half-closes while its write fails hears that it failed: OK would tell it that
/// everything it sent is durable.
final class FailedWriteTest {

  private static final int ROUNDS = 250;

  /// Longer than the writer needs from the failed append to the end of the call.
  private static final int NANOS_MAX = 60_000;

  private final RefusingJournal journal = new RefusingJournal();

  @Test
  void shouldEndAChatAsFailed() {
    try (Guide guide = Guide.withNotesJournal(journal, GuideLimits.DEFAULTS)) {
      shouldEndAsFailed(() -> guide.chat().send(note(0, 0, "lost")));
    }
  }

  @Test
  void shouldEndAModifyAsFailed() {
    try (Guide guide = Guide.withFeaturesJournal(journal, GuideLimits.DEFAULTS)) {
      shouldEndAsFailed(() -> guide.modifier().send(batch(putting(feature("a", 0, 0, "lost")))));
    }
  }

  @Test
  void shouldDoNothingThatComesBehindAFailedBatchOfACall() {
    HeldJournal held = new HeldJournal();
    try (Guide guide = Guide.withFeaturesJournal(held, GuideLimits.DEFAULTS)) {
      Caller<ModifyRequest, ModifyResponse> caller = guide.modifier();
      caller.send(batch(putting(feature("a", 0, 0, "first"))));
      held.awaitAppend();
      caller.send(batch(putting(feature("b", 0, 0, "lost"))));
      held.release(1);
      held.awaitAppend();
      caller.send(batch(putting(feature("c", 0, 0, "behind it"))));
      held.refuse();
      held.release(9);
      assertThat(caller.halfClose().awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(caller.received()).hasSize(1);
      guide.put(feature("d", 0, 0, "another call's"));
      assertThat(guide.stats().getFeatures()).isEqualTo(2);
    }
  }

  private void shouldEndAsFailed(Supplier<Caller<?, ?>> writing) {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("FailedWriteTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 1; round <= ROUNDS; round++) {
      Caller<?, ?> caller = writing.get();
      journal.awaitRefusals(round);
      long until = System.nanoTime() + random.nextInt(NANOS_MAX);
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      assertThat(caller.halfClose().awaitEnd().getCode())
          .as("round %d", round)
          .isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(caller.received()).isEmpty();
    }
  }
}
