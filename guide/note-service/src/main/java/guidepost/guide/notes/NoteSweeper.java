package guidepost.guide.notes;

import guidepost.journal.DomainWriter;
import guidepost.journal.OverloadedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has notes taken down whose TTL is over, about a second later, which is when those that listen
/// are told. No chat is shown an expired note meanwhile.
final class NoteSweeper implements AutoCloseable {

  /// How soon an end is told.
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /// Also without a TTL that is over: keys grow old and limits are lowered.
  private static final int PERIODS_AT_MOST = 10;

  private static final Logger LOG = LoggerFactory.getLogger(NoteSweeper.class);

  private final DomainWriter<NoteRequest, NoteAnswer> writer;
  private final BooleanSupplier due;
  private int periods;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("guidepost-note-sweeper").daemon().factory());

  private NoteSweeper(DomainWriter<NoteRequest, NoteAnswer> writer, BooleanSupplier due) {
    this.writer = writer;
    this.due = due;
  }

  /// @param due true if a TTL is over
  static NoteSweeper start(DomainWriter<NoteRequest, NoteAnswer> writer, BooleanSupplier due) {
    NoteSweeper sweeper = new NoteSweeper(writer, due);
    var _ =
        sweeper.timer.scheduleWithFixedDelay(
            sweeper::tick,
            PERIODS_AT_MOST * PERIOD.toSeconds(),
            PERIOD.toSeconds(),
            TimeUnit.SECONDS);
    return sweeper;
  }

  private void tick() {
    periods = (periods + 1) % PERIODS_AT_MOST;
    if (periods == 0 || due.getAsBoolean()) {
      var _ = sweep();
    }
  }

  /// Sweeps until nothing is left to take down.
  ///
  /// @return completes then; fails if the journal does
  CompletableFuture<NoteAnswer.Swept> sweep() {
    try {
      return writer
          .submit(new NoteRequest.Sweep(), NoteDecisions.TAKEN_DOWN_MAX)
          .thenApply(NoteAnswer.Swept.class::cast)
          .thenCompose(swept -> swept.more() ? sweep() : CompletableFuture.completedFuture(swept));
    } catch (OverloadedException e) {
      LOG.debug("notes are not swept now: {}", e.getMessage());
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
