package guidepost.server;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import guidepost.calls.Reason;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A read that names a revision which another server of the cluster has shown and this one has not
/// yet, such as a watch that resumes here: asked once more when this server has caught up.
///
/// Threads: the call's; then the one that ends the wait.
final class WatchAhead<Q, A> extends ForwardingServerCallListener<Q> {

  private final ServerCallHandler<Q, A> handler;
  private final Metadata headers;
  private final Supplier<CompletableFuture<Void>> caughtUp;
  private final Context context = Context.current();
  private final ServerCall<Q, A> call;
  private volatile ServerCall.Listener<Q> listener = new ServerCall.Listener<>() {};
  private volatile @Nullable Q request;
  private volatile boolean answered;
  private volatile boolean again;

  private WatchAhead(
      ServerCall<Q, A> call,
      Metadata headers,
      ServerCallHandler<Q, A> handler,
      Supplier<CompletableFuture<Void>> caughtUp) {
    this.handler = handler;
    this.headers = headers;
    this.caughtUp = caughtUp;
    this.call = watched(call);
  }

  /// Begins the call; only one whose client sends one message can be asked again.
  static <Q, A> ServerCall.Listener<Q> start(
      ServerCall<Q, A> call,
      Metadata headers,
      ServerCallHandler<Q, A> handler,
      Supplier<CompletableFuture<Void>> caughtUp) {
    if (!call.getMethodDescriptor().getType().clientSendsOneMessage()) {
      return handler.startCall(call, headers);
    }
    WatchAhead<Q, A> read = new WatchAhead<>(call, headers, handler, caughtUp);
    read.listener = handler.startCall(read.call, headers);
    return read;
  }

  private ServerCall<Q, A> watched(ServerCall<Q, A> original) {
    return new SimpleForwardingServerCall<>(original) {
      @Override
      public void sendHeaders(Metadata responseHeaders) {
        answered = true;
        super.sendHeaders(responseHeaders);
      }

      @Override
      public void close(Status status, Metadata trailers) {
        if (answered || again || request == null || !isAhead(status, trailers)) {
          super.close(status, trailers);
          return;
        }
        again = true;
        var _ = caughtUp.get().whenComplete((_, _) -> context.run(WatchAhead.this::askAgain));
      }
    };
  }

  private void askAgain() {
    Q asked = request;
    ServerCall.Listener<Q> next = handler.startCall(call, headers);
    listener = next;
    if (asked != null) {
      next.onMessage(asked);
    }
    next.onHalfClose();
    if (call.isCancelled()) {
      next.onCancel();
    } else {
      next.onReady();
    }
  }

  private static boolean isAhead(Status status, Metadata trailers) {
    if (status.getCode() != Status.Code.OUT_OF_RANGE) {
      return false;
    }
    for (Any detail : StatusProto.fromStatusAndTrailers(status, trailers).getDetailsList()) {
      try {
        if (detail.is(ErrorInfo.class)
            && detail.unpack(ErrorInfo.class).getReason().equals(Reason.REVISION_AHEAD.name())) {
          return true;
        }
      } catch (InvalidProtocolBufferException e) {
        return false;
      }
    }
    return false;
  }

  @Override
  protected ServerCall.Listener<Q> delegate() {
    return listener;
  }

  @Override
  public void onMessage(Q message) {
    request = message;
    super.onMessage(message);
  }
}
