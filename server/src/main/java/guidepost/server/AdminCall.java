package guidepost.server;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

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
  }

  private final ServerCallStreamObserver<R> observer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean ended; // guarded by the lock

  /// Made before the call's handler returns.
  AdminCall(StreamObserver<R> observer) {
    this.observer = (ServerCallStreamObserver<R>) observer;
    this.observer.setOnReadyHandler(() -> change(false));
    this.observer.setOnCancelHandler(this::end);
  }

  /// Nothing more is wanted: the next look at the call throws.
  void end() {
    change(true);
  }

  private void change(boolean end) {
    lock.lock();
    try {
      ended |= end;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until the client takes an answer, and sends it.
  void send(R answer) throws EndedException {
    lock.lock();
    try {
      while (!ended && !observer.isReady()) {
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
      if (ended) {
        throw new EndedException();
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
