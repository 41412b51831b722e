package guidepost.calls;

import guidepost.journal.JournalException;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
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

  private static final int WAITING_MAX = 64;

  private final H history;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING_MAX),
          Thread.ofPlatform().daemon().name("guidepost-history").factory());

  /// Calls that ask about earlier states.
  public HistoryCalls(H history) {
    this.history = history;
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
    Iterator<M> find(H history) throws JournalException;
  }

  /// Answers a call; to be called before the call's method returns.
  ///
  /// @param <M> message
  public <M> void answer(StreamObserver<M> observer, Finder<? super H, M> finder) {
    ServerCallStreamObserver<M> call = (ServerCallStreamObserver<M>) observer;
    LateAnswer<M> answer = new LateAnswer<>(call);
    call.setOnCancelHandler(() -> {});
    call.setOnReadyHandler(answer::send);
    try {
      thread.execute(() -> find(finder, answer));
    } catch (RejectedExecutionException e) {
      answer.fail(
          Status.RESOURCE_EXHAUSTED
              .withDescription(
                  "history: more than %d questions wait, or the server stops; try again later"
                      .formatted(WAITING_MAX))
              .withCause(e)
              .asRuntimeException());
    }
  }

  private <M> void find(Finder<? super H, M> finder, LateAnswer<M> answer) {
    if (answer.isCancelled()) {
      return;
    }
    try {
      answer.begin(finder.find(history));
    } catch (CancellationException e) {
      answer.fail(
          Status.UNAVAILABLE.withDescription(e.getMessage()).withCause(e).asRuntimeException());
    } catch (JournalException e) {
      answer.fail(Failures.notRead(e));
    } catch (RuntimeException e) {
      answer.fail(Failures.status(e));
    }
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
  /// client reads, and no faster.
  ///
  /// Threads: any; they take turns.
  private static final class LateAnswer<M> {
    private final ServerCallStreamObserver<M> call;
    private @Nullable Iterator<M> messages;
    private boolean ended;

    LateAnswer(ServerCallStreamObserver<M> call) {
      this.call = call;
    }

    boolean isCancelled() {
      return call.isCancelled();
    }

    synchronized void begin(Iterator<M> found) {
      messages = found;
      send();
    }

    synchronized void send() {
      Iterator<M> left = messages;
      while (left != null && !ended && !call.isCancelled() && call.isReady()) {
        if (left.hasNext()) {
          call.onNext(left.next());
        } else {
          ended = true;
          call.onCompleted();
        }
      }
    }

    synchronized void fail(Throwable status) {
      ended = true;
      if (!call.isCancelled()) {
        call.onError(status);
      }
    }
  }
}
