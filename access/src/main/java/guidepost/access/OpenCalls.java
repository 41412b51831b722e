package guidepost.access;

import guidepost.calls.Denial;
import guidepost.calls.Failures;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The streams that known callers have open: a stream may outlive the token that opened it, and
/// ends then.
///
/// Threads: any.
final class OpenCalls {

  private final Set<Open<?, ?>> open = ConcurrentHashMap.newKeySet();

  /// Takes in a call that is about to begin.
  <Q, A> Open<Q, A> add(ServerCall<Q, A> call, Access.Known known, Connection connection) {
    Open<Q, A> opened = new Open<>(call, known, connection);
    open.add(opened);
    return opened;
  }

  /// Ends the calls of some callers.
  void endThoseOf(Predicate<Open<?, ?>> which) {
    open.stream().filter(which).toList().forEach(Open::end);
  }

  /// A stream that can be ended from outside.
  final class Open<Q, A> extends SimpleForwardingServerCall<Q, A> {

    private final Access.Known known;
    private final Connection connection;
    private volatile @Nullable Knowledge by;
    private final Object lock = new Object();
    private volatile boolean ended;

    private Open(ServerCall<Q, A> call, Access.Known known, Connection connection) {
      super(call);
      this.known = known;
      this.connection = connection;
    }

    Access.Known known() {
      return known;
    }

    Connection connection() {
      return connection;
    }

    /// The knowledge that its caller was judged by last; null before the first time.
    @Nullable Knowledge by() {
      return by;
    }

    void judgedBy(Knowledge newer) {
      by = newer;
    }

    private void end() {
      Denial.log(
          known.caller(), "its open calls end: what proved its name, or its grants, changed");
      StatusRuntimeException why = Failures.rejected(Denial.UNAUTHENTICATED);
      synchronized (lock) {
        if (!ended) {
          ended = true;
          delegate().close(why.getStatus(), trailers(why));
        }
      }
      open.remove(this);
    }

    private static Metadata trailers(StatusRuntimeException why) {
      Metadata trailers = why.getTrailers();
      return trailers == null ? new Metadata() : trailers;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      synchronized (lock) {
        if (!ended) {
          super.sendHeaders(headers);
        }
      }
    }

    @Override
    public void sendMessage(A message) {
      synchronized (lock) {
        if (!ended) {
          super.sendMessage(message);
        }
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      synchronized (lock) {
        if (!ended) {
          ended = true;
          super.close(status, trailers);
        }
      }
      open.remove(this);
    }

    @Override
    public boolean isReady() {
      return !ended && super.isReady();
    }

    /// The listener of the service, which learns of an end from outside as of a client that left.
    ServerCall.Listener<Q> following(ServerCall.Listener<Q> service) {
      return new SimpleForwardingServerCallListener<>(service) {
        @Override
        public void onCancel() {
          open.remove(Open.this);
          super.onCancel();
        }

        @Override
        public void onComplete() {
          open.remove(Open.this);
          super.onComplete();
        }
      };
    }
  }
}
