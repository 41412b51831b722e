package guidepost.guide.service;

import guidepost.journal.DomainWriter;
import guidepost.journal.OverloadedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has notes taken down that have hung for long enough. Nobody is shown an expired note meanwhile:
/// the sweep frees memory and disk, it does not decide what is alive.
final class NoteSweeper implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(NoteSweeper.class);

  private final DomainWriter<NoteRequest, NoteDomain.Swept> writer;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("guidepost-note-sweeper").daemon().factory());

  private NoteSweeper(DomainWriter<NoteRequest, NoteDomain.Swept> writer) {
    this.writer = writer;
  }

  static NoteSweeper start(DomainWriter<NoteRequest, NoteDomain.Swept> writer) {
    NoteSweeper sweeper = new NoteSweeper(writer);
    long seconds = PERIOD.toSeconds();
    var _ = sweeper.timer.scheduleWithFixedDelay(sweeper::tick, seconds, seconds, TimeUnit.SECONDS);
    return sweeper;
  }

  private void tick() {
    var _ = sweep();
  }

  /// Sweeps until nothing is left to take down.
  ///
  /// @return completes then; fails if the journal does
  CompletableFuture<NoteDomain.Swept> sweep() {
    try {
      return writer
          .submit(new NoteRequest.Sweep(), NoteDomain.SWEEP_MAX)
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
