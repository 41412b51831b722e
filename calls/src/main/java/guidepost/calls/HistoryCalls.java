package guidepost.calls;

import guidepost.journal.JournalException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Answers questions about earlier states: on a thread of their own, for they read the disk, one
/// after the other, and so many may wait.
///
/// Threads: any.
///
/// @param <H> what knows the earlier states
public final class HistoryCalls<H> implements AutoCloseable {

  /// Questions that may wait by default. The last of them waits for all: at some milliseconds each,
  /// a fraction of a second.
  public static final int WAITING_MAX = 64;

  /// As long as those that wait take, about.
  private static final Duration RETRY_AFTER = Duration.ofMillis(200);

  private final H history;
  private final int waitingMax;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("guidepost-history").factory());

  /// Calls that ask about earlier states.
  ///
  /// @param waitingMax questions that may wait; one more is refused
  public HistoryCalls(H history, int waitingMax) {
    this.history = history;
    this.waitingMax = waitingMax;
  }

  /// Finds the messages of an answer.
  ///
  /// @param <H> what knows the earlier states
  /// @param <M> message
  @FunctionalInterface
  public interface Finder<H, M> {
    /// Called on the history's thread, which is interrupted when the server stops: the journal is
    /// about to close.
    ///
    /// @throws JournalException if stored bytes cannot be read, or are no longer kept
    Streaming.Search<M> find(H history) throws JournalException;
  }

  /// Answers a call; to be called before the call's method returns.
  ///
  /// @param <M> message
  public <M> void answer(StreamObserver<M> observer, Finder<? super H, M> finder) {
    ServerCallStreamObserver<M> call = (ServerCallStreamObserver<M>) observer;
    LateAnswer<M> answer = new LateAnswer<>(call, thread, InboundMeter.currentAccount());
    call.setOnCancelHandler(answer::drop);
    call.setOnReadyHandler(answer::send);
    // Answers that go on wait too, but are never refused: they are no more than the open calls.
    if (thread.getQueue().size() >= waitingMax) {
      answer.fail(tooMany());
      return;
    }
    try {
      thread.execute(() -> find(finder, answer));
    } catch (RejectedExecutionException e) {
      answer.fail(Failures.shuttingDown());
    }
  }

  /// A question of a call that has others too.
  ///
  /// @param <H> what knows the earlier states
  /// @param <A> answer
  @FunctionalInterface
  public interface Question<H, A> {
    /// As [Finder#find].
    A answer(H history) throws JournalException;
  }

  /// Asks on the history's thread.
  ///
  /// @param <A> answer
  /// @return done there; or fails with the status that ends the call
  public <A> CompletionStage<A> ask(Question<? super H, A> question) {
    CompletableFuture<A> answer = new CompletableFuture<>();
    if (thread.getQueue().size() >= waitingMax) {
      answer.completeExceptionally(tooMany());
      return answer;
    }
    try {
      thread.execute(() -> answer(question, answer));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(Failures.shuttingDown());
    }
    return answer;
  }

  private <A> void answer(Question<? super H, A> question, CompletableFuture<A> answer) {
    try {
      answer.complete(question.answer(history));
    } catch (CancellationException e) {
      answer.completeExceptionally(Failures.shuttingDown());
    } catch (JournalException e) {
      answer.completeExceptionally(Failures.notRead(e));
    } catch (RuntimeException e) {
      answer.completeExceptionally(Failures.status(e));
    }
  }

  private StatusRuntimeException tooMany() {
    return Failures.rejected(
        Rejection.of(
                Reason.OVERLOADED,
                "history: %d questions about earlier states wait, as many as may"
                    .formatted(waitingMax))
            .retryAfter(RETRY_AFTER));
  }

  private <M> void find(Finder<? super H, M> finder, LateAnswer<M> answer) {
    if (answer.isCancelled()) {
      return;
    }
    answer.reading(() -> answer.begin(finder.find(history)));
  }

  /// Something that reads the journal.
  @FunctionalInterface
  private interface Reading {
    void run() throws JournalException;
  }

  /// Cuts short what is being found, so that nothing reads the journal any more.
  @Override
  public void close() {
    thread.shutdownNow();
    boolean interrupted = false;
    while (!thread.isTerminated()) {
      try {
        thread.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// An answer whose messages are found on another thread than the call's own. Sends as fast as the
  /// client reads, and no faster; what takes long to find is looked for on the history's thread, in
  /// turns with other questions.
  ///
  /// Threads: any; they take turns.
  private static final class LateAnswer<M> {
    private final ServerCallStreamObserver<M> call;
    private final Executor thread;
    private Streaming.@Nullable Search<M> messages;
    private final @Nullable ConnectionAccount account;
    private long kept;
    private boolean later;
    private boolean ended;

    LateAnswer(
        ServerCallStreamObserver<M> call, Executor thread, @Nullable ConnectionAccount account) {
      this.call = call;
      this.thread = thread;
      this.account = account;
    }

    boolean isCancelled() {
      return call.isCancelled();
    }

    synchronized void begin(Streaming.Search<M> found) {
      if (call.isCancelled()) {
        return;
      }
      if (account != null && !account.keep(found.bytesInHand())) {
        fail(account.fullOfFound());
        return;
      }
      kept = found.bytesInHand();
      messages = found;
      send();
    }

    /// Nobody reads on, or all was sent.
    synchronized void drop() {
      messages = null;
      if (account != null) {
        account.drop(kept);
      }
      kept = 0;
    }

    synchronized void send() {
      Streaming.Search<M> left = messages;
      boolean goesOn = true;
      while (left != null && goesOn && !later && !ended && !call.isCancelled() && call.isReady()) {
        try {
          goesOn = sendOrGiveWay(left);
        } catch (RuntimeException e) {
          fail(Failures.status(e));
        }
      }
    }

    /// @return false if it goes on elsewhere
    private boolean sendOrGiveWay(Streaming.Search<M> left) {
      M found = left.isOver() ? null : left.look();
      if (found != null) {
        call.onNext(found);
      } else if (left.isOver()) {
        ended = true;
        drop();
        call.onCompleted();
      } else {
        goOnLater();
        return false;
      }
      return true;
    }

    private void goOnLater() {
      later = true;
      try {
        thread.execute(() -> reading(this::goOn));
      } catch (RejectedExecutionException e) {
        fail(Failures.shuttingDown());
      }
    }

    /// Not while the event loop would have to wait for it.
    private void goOn() throws JournalException {
      Streaming.Search<M> left = left();
      if (left != null) {
        left.prepare();
        sendOn();
      }
    }

    private synchronized Streaming.@Nullable Search<M> left() {
      return ended || call.isCancelled() ? null : messages;
    }

    private synchronized void sendOn() {
      later = false;
      send();
    }

    void reading(Reading reading) {
      try {
        reading.run();
      } catch (CancellationException e) {
        fail(Failures.shuttingDown());
      } catch (JournalException e) {
        fail(Failures.notRead(e));
      } catch (RuntimeException e) {
        fail(Failures.status(e));
      }
    }

    synchronized void fail(Throwable status) {
      ended = true;
      drop();
      if (!call.isCancelled()) {
        call.onError(status);
      }
    }
  }
}
