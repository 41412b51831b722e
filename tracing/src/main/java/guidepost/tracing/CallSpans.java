package guidepost.tracing;

import io.grpc.Context;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Makes a span of each call, from its start to its end.
///
/// A client that goes away is no error; nor is a call that the server rejects, of which the code
/// tells enough. What the server could not do is one.
///
/// Threads: any.
final class CallSpans implements ServerInterceptor {

  private static final Context.Key<io.opentelemetry.context.Context> SPAN =
      Context.key("guidepost-span");

  private static final TextMapGetter<Metadata> HEADERS =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable Metadata headers, String name) {
          return headers == null || name.endsWith(Metadata.BINARY_HEADER_SUFFIX)
              ? null
              : headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        }
      };

  private final Tracer tracer;
  private final TextMapPropagator propagator;

  CallSpans(Tracer tracer, TextMapPropagator propagator) {
    this.tracer = tracer;
    this.propagator = propagator;
  }

  /// That of the call that this thread is in; null outside of one, and if nobody records it.
  static io.opentelemetry.context.@Nullable Context current() {
    return SPAN.get();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    MethodDescriptor<Q, A> method = call.getMethodDescriptor();
    io.opentelemetry.context.Context parent =
        propagator.extract(io.opentelemetry.context.Context.root(), headers, HEADERS);
    Span span =
        tracer
            .spanBuilder(method.getFullMethodName())
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("rpc.system", "grpc")
            .setAttribute("rpc.service", String.valueOf(method.getServiceName()))
            .setAttribute("rpc.method", String.valueOf(method.getBareMethodName()))
            .startSpan();
    Traced<Q, A> traced = new Traced<>(call, span);
    Context context =
        span.isRecording()
            ? Context.current().withValue(SPAN, parent.with(span))
            : Context.current();
    Context before = context.attach();
    try {
      return new Heard<>(next.startCall(traced, headers), traced);
    } catch (RuntimeException | Error e) {
      traced.over(Status.UNKNOWN);
      throw e;
    } finally {
      context.detach(before);
    }
  }

  private static final class Traced<Q, A>
      extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {

    private final Span span;
    private final AtomicBoolean over = new AtomicBoolean();

    Traced(ServerCall<Q, A> call, Span span) {
      super(call);
      this.span = span;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      over(status);
      super.close(status, trailers);
    }

    void over(Status status) {
      if (over.getAndSet(true)) {
        return;
      }
      span.setAttribute("rpc.grpc.status_code", (long) status.getCode().value());
      switch (status.getCode()) {
        case UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS ->
            span.setStatus(StatusCode.ERROR, String.valueOf(status.getDescription()));
        default -> {}
      }
      span.end();
    }
  }

  private static final class Heard<Q, A>
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {

    private final Traced<Q, A> call;

    Heard(ServerCall.Listener<Q> listener, Traced<Q, A> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onCancel() {
      call.over(Status.CANCELLED);
      super.onCancel();
    }
  }
}
