package guidepost.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.calls.Failures;
import guidepost.calls.Rejection;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Has callers of a cluster hear what became of a write before they stop waiting for it. Brokers
/// have longer to take a write than many callers wait, and a call whose deadline passes tells its
/// caller nothing: not even whether the server was there.
///
/// ```
///   call ──────────────── leader answers ── follower answers ── deadline ──▶
///                         │◀─ margin ──────────────────────────▶│
///                                           │◀─ half of it ────▶│
/// ```
///
/// A follower that has handed the call on gives the leader the first word. Only calls with one
/// answer are kept in time, from when their request is complete: what a stream of several is owed,
/// its client counts by itself.
///
/// Threads: any.
final class InTime implements AutoCloseable {

  /// The margin is so much of what is left of the time, ...
  private static final int PARTS = 10;

  /// ... and no more than an answer takes on a bad way.
  private static final long MARGIN_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

  /// A thread that waits is woken by each task that is due before all others: by every call of a
  /// client that makes one after the other. One that is due sooner, again and again, spares that.
  private static final long TICK_MILLIS = 50;

  private final ScheduledExecutorService timer;

  /// @param timer this closes it
  InTime(ScheduledExecutorService timer) {
    this.timer = timer;
    var _ = timer.scheduleWithFixedDelay(() -> {}, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// A timer on a thread of its own.
  static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("guidepost-deadlines").factory());
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /// Begins a call that its handler has until its deadline for, or a bit less.
  ///
  /// @param handedOn true if another server was asked, which answers before this one does
  /// @param answer what to tell when there is no other answer in time
  <Q, A> ServerCall.Listener<Q> start(
      ServerCall<Q, A> call,
      Metadata headers,
      boolean handedOn,
      Rejection answer,
      ServerCallHandler<Q, A> handler) {
    Deadline deadline = Context.current().getDeadline();
    if (deadline == null || !call.getMethodDescriptor().getType().serverSendsOneMessage()) {
      return handler.startCall(call, headers);
    }
    Timed<Q, A> timed = new Timed<>(call, answer);
    return new SimpleForwardingServerCallListener<>(handler.startCall(timed, headers)) {
      @Override
      public void onHalfClose() {
        timed.keep(timer, left(deadline, handedOn));
        super.onHalfClose();
      }

      @Override
      public void onCancel() {
        timed.forget();
        super.onCancel();
      }

      @Override
      public void onComplete() {
        timed.forget();
        super.onComplete();
      }
    };
  }

  /// Nanoseconds until the answer is due.
  private static long left(Deadline deadline, boolean handedOn) {
    long left = deadline.timeRemaining(TimeUnit.NANOSECONDS);
    long margin = Math.min(left / PARTS, MARGIN_NANOS_MAX);
    return left - (handedOn ? margin / 2 : margin);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /// A call that ends when its time is up; what its handler says after that is dropped.
  private static final class Timed<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final Rejection answer;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private boolean answered;

    @GuardedBy("lock")
    private boolean late;

    private volatile @Nullable Future<?> end;

    Timed(ServerCall<Q, A> call, Rejection answer) {
      super(call);
      this.answer = answer;
    }

    void keep(ScheduledExecutorService timer, long nanos) {
      try {
        end = timer.schedule(Context.current().wrap(this::end), nanos, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        // the server stops, which its calls are told
      }
    }

    void forget() {
      Future<?> planned = end;
      if (planned != null) {
        planned.cancel(false);
      }
    }

    private void end() {
      lock.lock();
      try {
        if (!answered) {
          late = true;
          Failures.end(delegate(), answer);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void sendHeaders(Metadata headers) {
      lock.lock();
      try {
        if (!late) {
          super.sendHeaders(headers);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void sendMessage(A message) {
      lock.lock();
      try {
        answered = true;
        if (!late) {
          super.sendMessage(message);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      lock.lock();
      try {
        answered = true;
        if (!late) {
          super.close(status, trailers);
        }
      } finally {
        lock.unlock();
      }
      forget();
    }

    @Override
    public boolean isCancelled() {
      lock.lock();
      try {
        return late || super.isCancelled();
      } finally {
        lock.unlock();
      }
    }
  }
}
