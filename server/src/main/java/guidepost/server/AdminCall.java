package guidepost.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.calls.Failures;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The answers of one call that reads the disk: sent by a thread that may wait, as fast as the
/// client takes them, so that at most one message waits in memory.
///
/// Threads: one sends; any may [#end].
///
/// @param <R> an answer
final class AdminCall<R> {

  /// The client is gone, or the server is about to be.
  static final class EndedException extends Exception {
    private static final long serialVersionUID = 1;
    private final RuntimeException status;

    EndedException(RuntimeException status) {
      super(status);
      this.status = status;
    }

    /// What the client is to hear, if it is there.
    RuntimeException status() {
      return status;
    }
  }

  private final ServerCallStreamObserver<R> observer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private @Nullable RuntimeException ended;

  /// Made before the call's handler returns.
  AdminCall(StreamObserver<R> observer) {
    this.observer = (ServerCallStreamObserver<R>) observer;
    this.observer.setOnReadyHandler(() -> change(null));
    this.observer.setOnCancelHandler(() -> end(Failures.shuttingDown()));
  }

  /// Nothing more is wanted: the next look at the call throws.
  ///
  /// @param why what the client is to hear, if it is there
  void end(RuntimeException why) {
    change(why);
  }

  private void change(@Nullable RuntimeException end) {
    lock.lock();
    try {
      ended = ended == null ? end : ended;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// True if nothing more is wanted.
  boolean isEnded() {
    lock.lock();
    try {
      return ended != null;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until the client takes an answer, and sends it.
  void send(R answer) throws EndedException {
    lock.lock();
    try {
      while (ended == null && !observer.isReady()) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
    requireWanted();
    observer.onNext(answer);
  }

  /// For work that sends nothing for a while.
  void requireWanted() throws EndedException {
    lock.lock();
    try {
      if (ended != null) {
        throw new EndedException(ended);
      }
    } finally {
      lock.unlock();
    }
  }

  void complete() {
    observer.onCompleted();
  }

  /// @param failure with a status, as [guidepost.calls.Failures] makes them
  void fail(Throwable failure) {
    observer.onError(failure);
  }
}
