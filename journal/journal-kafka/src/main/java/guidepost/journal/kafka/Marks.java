package guidepost.journal.kafka;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/// Readers that want to see all that was acknowledged before they asked: each waits for a mark that
/// was sent after it asked, and one mark is under way at a time, for all who asked before it.
///
/// Threads: any.
final class Marks implements AutoCloseable {

  private final LongConsumer sender;
  private final Duration patience;

  @GuardedBy("this")
  private List<CompletableFuture<Void>> next = new ArrayList<>();

  @GuardedBy("this")
  private List<CompletableFuture<Void>> underWay = List.of();

  @GuardedBy("this")
  private long id;

  /// @param sender sends a mark
  /// @param patience how long a reader waits
  Marks(LongConsumer sender, Duration patience) {
    this.sender = sender;
    this.patience = patience;
  }

  CompletionStage<Void> ask() {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    synchronized (this) {
      next.add(asked);
    }
    sendIfIdle();
    return asked
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    new JournalException(
                        Reason.IO, "the brokers do not say in time where the log ends", failure)));
  }

  private void sendIfIdle() {
    long drawn;
    synchronized (this) {
      if (next.isEmpty() || underWay.stream().anyMatch(each -> !each.isDone())) {
        return;
      }
      underWay = next;
      next = new ArrayList<>();
      drawn = ThreadLocalRandom.current().nextLong();
      id = drawn;
    }
    var _ = CompletableFuture.runAsync(() -> sender.accept(drawn));
  }

  /// A mark was read in the log.
  void seen(long mark) {
    List<CompletableFuture<Void>> done = ended(mark);
    for (CompletableFuture<Void> each : done) {
      var _ = each.completeAsync(() -> null);
    }
    if (!done.isEmpty()) {
      sendIfIdle();
    }
  }

  /// A mark may not have been written.
  void failed(long mark, Throwable why) {
    ended(mark).forEach(each -> each.completeExceptionally(why));
    sendIfIdle();
  }

  private synchronized List<CompletableFuture<Void>> ended(long mark) {
    if (mark != id) {
      return List.of();
    }
    List<CompletableFuture<Void>> done = underWay;
    underWay = List.of();
    return done;
  }

  @Override
  public void close() {
    List<CompletableFuture<Void>> left = new ArrayList<>();
    synchronized (this) {
      left.addAll(next);
      left.addAll(underWay);
      next = new ArrayList<>();
      underWay = List.of();
    }
    left.forEach(
        each ->
            each.completeExceptionally(
                new JournalException(Reason.CLOSED, "the server is shutting down", null)));
  }
}
