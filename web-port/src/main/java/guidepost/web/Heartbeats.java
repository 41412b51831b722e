package guidepost.web;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// A watch over gRPC-Web that sends an empty message whenever it had nothing to tell for a while: a
/// page cannot tell a quiet server from a dead connection otherwise. A message without content says
/// that nothing is new, so no client need know of it.
///
/// Threads: any.
final class Heartbeats<Q, A> extends SimpleForwardingServerCall<Q, A> {

  /// A watch without news shows that it is open after so long.
  private static final long OPENING_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final A empty;
  private final long nanos;
  private final EventLoop loop;
  private final ScheduledFuture<?> beats;
  private long sentNanos = System.nanoTime();
  private boolean begun;
  private boolean headersGone; // a message of the loop's own would overtake those of another thread
  private boolean closed;

  Heartbeats(ServerCall<Q, A> call, ServiceRequestContext context, long nanos) {
    super(call);
    this.nanos = nanos;
    this.empty = empty(call.getMethodDescriptor());
    this.loop = context.eventLoop().withoutContext();
    this.beats =
        loop.scheduleWithFixedDelay(
            this::beat, Math.min(nanos, OPENING_NANOS), nanos, TimeUnit.NANOSECONDS);
    var _ = context.whenRequestCancelled().thenAccept(_ -> beats.cancel(false));
  }

  /// True for a method whose answers never end by themselves.
  static boolean areFor(MethodDescriptor<?, ?> method) {
    String name = method.getBareMethodName();
    return method.getType() == MethodDescriptor.MethodType.SERVER_STREAMING
        && name != null
        && name.startsWith("Watch");
  }

  private static <A> A empty(MethodDescriptor<?, A> method) {
    try (InputStream nothing = new ByteArrayInputStream(new byte[0])) {
      return method.parseResponse(nothing);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void beat() {
    if (!closed && System.nanoTime() - sentNanos >= Math.min(nanos, OPENING_NANOS) / 2) {
      sendHeaders(new Metadata());
      if (headersGone && isReady()) {
        sendMessage(empty);
      }
    }
  }

  /// The first message may have gone before the service's own.
  @Override
  public synchronized void sendHeaders(Metadata headers) {
    if (!begun) {
      begun = true;
      super.sendHeaders(headers);
      if (loop.inEventLoop()) {
        headersGone = true;
      } else {
        loop.execute(this::headersGone); // behind the headers, which wait for the loop
      }
    }
  }

  private synchronized void headersGone() {
    headersGone = true;
  }

  @Override
  public synchronized void sendMessage(A message) {
    sentNanos = System.nanoTime();
    super.sendMessage(message);
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    closed = true;
    beats.cancel(false);
    super.close(status, trailers);
  }
}
