package guidepost.web;

import com.google.protobuf.MessageLite;
import guidepost.calls.CallSender;
import guidepost.calls.Failures;
import io.grpc.Attributes;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One call of an rpc with one request, as its interceptors and its service see it: they are those
/// of the gRPC port, and cannot tell the difference.
///
/// ```
///   request ─▶ interceptors ─▶ service ─▶ messages ─▶ Answer ─▶ the client
///                  ▲                          │
///                  └── ready, cancelled ◀─────┘
/// ```
///
/// Threads: the service may send from any; its listener is told on the connection's event loop.
final class HttpCall<Q, A> extends ServerCall<Q, A> {

  /// What becomes of a call's messages.
  interface Sink {

    /// A message, encoded.
    void message(byte[] encoded);

    /// The last: told once, unless the client left before.
    void end(Status status, Metadata trailers);

    /// What is told of the answer before its first message. HTTP has headers of its own; few of
    /// these are among them.
    void headers(Metadata headers);

    /// True if it takes another message without keeping many.
    boolean isReady();
  }

  private final MethodDescriptor<Q, A> method;
  private final Attributes attributes;
  private final Sink sink;
  private final Executor loop;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean cancelled;
  private ServerCall.@Nullable Listener<Q> listener;
  private boolean over;

  private HttpCall(MethodDescriptor<Q, A> method, Attributes attributes, Sink sink, Executor loop) {
    this.method = method;
    this.attributes = attributes;
    this.sink = sink;
    this.loop = loop;
  }

  /// Begins a call, on the connection's event loop.
  ///
  /// @param interceptors the first sees the call first
  /// @param attributes of the connection
  /// @param request encoded
  static <Q, A> HttpCall<Q, A> begin(
      ServerMethodDefinition<Q, A> served,
      List<ServerInterceptor> interceptors,
      Attributes attributes,
      Metadata headers,
      byte[] request,
      Sink sink,
      Executor loop) {
    HttpCall<Q, A> call = new HttpCall<>(served.getMethodDescriptor(), attributes, sink, loop);
    ServerCallHandler<Q, A> handler = served.getServerCallHandler();
    for (ServerInterceptor each : interceptors.reversed()) {
      ServerCallHandler<Q, A> next = handler;
      handler = (inner, metadata) -> each.interceptCall(inner, metadata, next);
    }
    call.begin(handler, headers, request);
    return call;
  }

  private void begin(ServerCallHandler<Q, A> handler, Metadata headers, byte[] request) {
    try {
      ServerCall.Listener<Q> begun = handler.startCall(this, headers);
      listener = begun;
      if (!closed.get()) {
        begun.onMessage(method.parseRequest(new Known(request)));
        begun.onHalfClose();
        begun.onReady();
      }
    } catch (RuntimeException e) { // what the transport of gRPC does
      fail(e);
    }
  }

  private void fail(RuntimeException e) {
    CallSender.Ending ending = CallSender.Ending.of(Failures.internal(e));
    close(ending.status(), ending.trailers());
  }

  /// The sink is ready again.
  void ready() {
    tell(ServerCall.Listener::onReady);
  }

  /// The client has all, or has left.
  ///
  /// @param completed false if it has left, or was made to
  void ended(boolean completed) {
    cancelled |= !completed;
    loop.execute(
        () -> {
          if (!over) {
            tellNow(completed ? ServerCall.Listener::onComplete : ServerCall.Listener::onCancel);
            over = true;
          }
        });
  }

  private void tell(Consumer<ServerCall.Listener<Q>> event) {
    loop.execute(() -> tellNow(event));
  }

  private void tellNow(Consumer<ServerCall.Listener<Q>> event) {
    ServerCall.Listener<Q> told = listener;
    if (told == null || over) {
      return;
    }
    try {
      event.accept(told);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  @Override
  public void request(int messages) {
    // There is one, and it is handed over.
  }

  @Override
  public void sendHeaders(Metadata headers) {
    sink.headers(headers);
  }

  @Override
  public void sendMessage(A message) {
    if (!closed.get() && !cancelled) {
      sink.message(encoded(message));
    }
  }

  private byte[] encoded(A message) {
    if (message instanceof MessageLite typed) {
      return typed.toByteArray();
    }
    try (InputStream bytes = method.streamResponse(message)) {
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("from memory", e);
    }
  }

  @Override
  public boolean isReady() {
    return !closed.get() && !cancelled && sink.isReady();
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (closed.compareAndSet(false, true) && !cancelled) {
      sink.end(status, trailers);
    }
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public MethodDescriptor<Q, A> getMethodDescriptor() {
    return method;
  }

  @Override
  public Attributes getAttributes() {
    return attributes;
  }

  /// The name that the client asked for was looked at already, and answered as HTTP does.
  @Override
  public @Nullable String getAuthority() {
    return null;
  }

  private static final class Known extends ByteArrayInputStream implements KnownLength {
    Known(byte[] bytes) {
      super(bytes);
    }
  }
}
