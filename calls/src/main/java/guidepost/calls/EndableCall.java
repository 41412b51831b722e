package guidepost.calls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/// A call that can be ended from outside, whatever its service is doing with it. The service's
/// messages are dropped from then on, and it learns of the end as of a client that left.
///
/// Threads: any. The lock keeps [#end] apart from what another thread sends.
public final class EndableCall<Q, A> extends SimpleForwardingServerCall<Q, A> {

  private final Object lock = new Object();
  private final Runnable onEnd;

  @GuardedBy("lock")
  private boolean closed;

  private volatile boolean cut;

  /// @param onEnd called when the call has ended, however it did; perhaps more than once
  public EndableCall(ServerCall<Q, A> call, Runnable onEnd) {
    super(call);
    this.onEnd = onEnd;
  }

  /// Ends it now, if it has not ended.
  public void end(Rejection why) {
    CallSender.Ending ending = CallSender.Ending.of(Failures.rejected(why));
    synchronized (lock) {
      if (!closed) {
        closed = true;
        cut = true;
        delegate().close(ending.status(), ending.trailers());
      }
    }
    onEnd.run();
  }

  /// The listener of its service, as the transport is to see it.
  public ServerCall.Listener<Q> following(ServerCall.Listener<Q> service) {
    return new SimpleForwardingServerCallListener<>(service) {
      @Override
      public void onMessage(Q message) {
        if (!cut) {
          super.onMessage(message);
        }
      }

      @Override
      public void onHalfClose() {
        if (!cut) {
          super.onHalfClose();
        }
      }

      @Override
      public void onCancel() {
        onEnd.run();
        super.onCancel();
      }

      @Override
      public void onComplete() {
        onEnd.run();
        if (cut) {
          super.onCancel();
        } else {
          super.onComplete();
        }
      }
    };
  }

  @Override
  public void sendHeaders(Metadata headers) {
    synchronized (lock) {
      if (!cut) {
        super.sendHeaders(headers);
      }
    }
  }

  @Override
  public void sendMessage(A message) {
    synchronized (lock) {
      if (!cut) {
        super.sendMessage(message);
      }
    }
  }

  @Override
  public void close(Status status, @Nullable Metadata trailers) {
    synchronized (lock) {
      if (!closed) {
        closed = true;
        super.close(status, trailers == null ? new Metadata() : trailers);
      }
    }
    onEnd.run();
  }

  @Override
  public boolean isReady() {
    return !cut && super.isReady();
  }

  @Override
  public boolean isCancelled() {
    return cut || super.isCancelled();
  }
}
